class Fills {
  static void fill(Tensor self, Scalar value) {}
}
