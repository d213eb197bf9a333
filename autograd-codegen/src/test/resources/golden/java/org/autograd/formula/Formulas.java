class Formulas {
  public static Tensor expandReduced(Tensor grad, long[] sizes, int[] dim, boolean keepdim) {}

  public static Tensor selectBackward(Tensor grad, int dim, Tensor indices, long size) {}

  public static Tensor[] lerpBackward(
      Tensor grad, long[][] sizes, Tensor weight, boolean[] needed) {}

  static Tensor notForTables(Tensor grad) {}
}
