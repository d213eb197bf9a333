class Concat {
  static Tensor stack(Tensor[] tensors, int dim) {}
}
