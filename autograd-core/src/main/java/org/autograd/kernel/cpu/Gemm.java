package org.autograd.kernel.cpu;

/**
 * Matrix products over strided arrays: {@code C = A·B + beta·C}, with A of {@code [m, k]}, B of
 * {@code [k, n]} and C of {@code [m, n]}.
 *
 * <p>Strides count elements, so a transposed operand needs no copy. C's rows are contiguous, and C
 * overlaps neither A nor B. With {@code beta} 0, C is not read, so it may hold anything. The order
 * of summation follows from sizes and strides alone: results have the same bits at any thread
 * count. Large products use {@link CpuThreads}; small ones neither allocate nor copy, unless B is
 * transposed and A has four rows or more.
 */
public final class Gemm {

  private Gemm() {}

  /**
   * The product of float matrices, summed in float.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B; with 0 the product is all zeros
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param aCol distance between columns of A
   * @param b holds B
   * @param bOff where B starts
   * @param bRow distance between rows of B
   * @param bCol distance between columns of B
   * @param beta the factor of the old C
   * @param c holds C
   * @param cOff where C starts
   * @param cRow distance between rows of C
   * @throws IllegalArgumentException if a size is negative
   */
  public static void sgemm(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      int aRow,
      int aCol,
      float[] b,
      int bOff,
      int bRow,
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    if (m > 0 && n > 0 && k > 0) {
      FloatProduct.run(m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
      return;
    }
    check(m, n, k);
    for (int i = 0; i < m; i++) {
      for (int at = cOff + i * cRow, end = at + n; at < end; at++) {
        c[at] = beta == 0f ? 0f : c[at] * beta;
      }
    }
  }

  /**
   * The product of double matrices, summed in double.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B; with 0 the product is all zeros
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param aCol distance between columns of A
   * @param b holds B
   * @param bOff where B starts
   * @param bRow distance between rows of B
   * @param bCol distance between columns of B
   * @param beta the factor of the old C
   * @param c holds C
   * @param cOff where C starts
   * @param cRow distance between rows of C
   * @throws IllegalArgumentException if a size is negative
   */
  public static void dgemm(
      int m,
      int n,
      int k,
      double[] a,
      int aOff,
      int aRow,
      int aCol,
      double[] b,
      int bOff,
      int bRow,
      int bCol,
      double beta,
      double[] c,
      int cOff,
      int cRow) {
    if (m > 0 && n > 0 && k > 0) {
      DoubleProduct.run(m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
      return;
    }
    check(m, n, k);
    for (int i = 0; i < m; i++) {
      for (int at = cOff + i * cRow, end = at + n; at < end; at++) {
        c[at] = beta == 0.0 ? 0.0 : c[at] * beta;
      }
    }
  }

  /**
   * The product of int matrices; overflow wraps around.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B; with 0 the product is all zeros
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param aCol distance between columns of A
   * @param b holds B
   * @param bOff where B starts
   * @param bRow distance between rows of B
   * @param bCol distance between columns of B
   * @param beta the factor of the old C
   * @param c holds C
   * @param cOff where C starts
   * @param cRow distance between rows of C
   * @throws IllegalArgumentException if a size is negative
   */
  public static void igemm(
      int m,
      int n,
      int k,
      int[] a,
      int aOff,
      int aRow,
      int aCol,
      int[] b,
      int bOff,
      int bRow,
      int bCol,
      int beta,
      int[] c,
      int cOff,
      int cRow) {
    check(m, n, k);
    for (int i = 0; i < m; i++) {
      int co = cOff + i * cRow;
      for (int j = 0; j < n; j++) {
        c[co + j] = beta == 0 ? 0 : c[co + j] * beta;
      }
      for (int p = 0; p < k; p++) {
        int s = a[aOff + i * aRow + p * aCol];
        int bo = bOff + p * bRow;
        for (int j = 0; j < n; j++) {
          c[co + j] += s * b[bo + j * bCol];
        }
      }
    }
  }

  /**
   * The product of long matrices; overflow wraps around.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B; with 0 the product is all zeros
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param aCol distance between columns of A
   * @param b holds B
   * @param bOff where B starts
   * @param bRow distance between rows of B
   * @param bCol distance between columns of B
   * @param beta the factor of the old C
   * @param c holds C
   * @param cOff where C starts
   * @param cRow distance between rows of C
   * @throws IllegalArgumentException if a size is negative
   */
  public static void lgemm(
      int m,
      int n,
      int k,
      long[] a,
      int aOff,
      int aRow,
      int aCol,
      long[] b,
      int bOff,
      int bRow,
      int bCol,
      long beta,
      long[] c,
      int cOff,
      int cRow) {
    check(m, n, k);
    for (int i = 0; i < m; i++) {
      int co = cOff + i * cRow;
      for (int j = 0; j < n; j++) {
        c[co + j] = beta == 0 ? 0 : c[co + j] * beta;
      }
      for (int p = 0; p < k; p++) {
        long s = a[aOff + i * aRow + p * aCol];
        int bo = bOff + p * bRow;
        for (int j = 0; j < n; j++) {
          c[co + j] += s * b[bo + j * bCol];
        }
      }
    }
  }

  private static void check(int m, int n, int k) {
    if (m < 0 || n < 0 || k < 0) {
      throw new IllegalArgumentException(
          "Gemm: sizes must not be negative, got m=" + m + ", n=" + n + ", k=" + k);
    }
  }
}
