class Reductions {
  static Tensor sum(Tensor self, int[] dim, boolean keepdim) {}

  static Tensor[] maxDim(Tensor self, int dim, boolean keepdim) {}
}
