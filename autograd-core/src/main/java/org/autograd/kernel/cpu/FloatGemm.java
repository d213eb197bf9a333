package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/**
 * The inner loops of a float matrix product, on one thread. {@link Gemm} chooses the form, splits
 * the work and packs. Sizes are at least 1.
 */
@AlsoFor(double.class)
public interface FloatGemm {

  /**
   * The rows that {@link Gemm} packs together, side by side.
   *
   * @return at least 1
   */
  int tileRows();

  /**
   * The columns of a packed panel.
   *
   * @return at least 1
   */
  int tileCols();

  /**
   * {@code C = A·B + beta·C} for a {@code [k, n]} matrix B whose rows are contiguous. With {@code
   * beta} 0, C is not read.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param aCol distance between columns of A
   * @param b holds B
   * @param bOff where B starts
   * @param bRow distance between rows of B
   * @param beta the factor of the old C
   * @param c holds C, its rows contiguous
   * @param cOff where C starts
   * @param cRow distance between rows of C
   */
  void rows(
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
      float beta,
      float[] c,
      int cOff,
      int cRow);

  /**
   * {@code C = A·B + beta·C} where the rows of A and the columns of B are contiguous: every element
   * of C is a dot product. With {@code beta} 0, C is not read.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a holds A
   * @param aOff where A starts
   * @param aRow distance between rows of A
   * @param b holds B
   * @param bOff where B starts
   * @param bCol distance between columns of B
   * @param beta the factor of the old C
   * @param c holds C, its rows contiguous
   * @param cOff where C starts
   * @param cRow distance between rows of C
   */
  void dots(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      int aRow,
      float[] b,
      int bOff,
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow);
}
