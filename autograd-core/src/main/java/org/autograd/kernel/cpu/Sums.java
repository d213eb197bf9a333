package org.autograd.kernel.cpu;

/**
 * Sums over arrays. Float sums are cut into blocks of a fixed size, added in float within a block
 * and in double across blocks: sixteen million floats of one sign keep a relative error near 1e-6
 * or less. How a sum is cut follows from the sizes alone, so its bits do not depend on {@link
 * CpuThreads}. The scalar and the vectorised form may differ in the last bits from each other.
 *
 * <p>Sums of nothing are zero.
 */
public final class Sums {

  private Sums() {}

  /**
   * The sum of contiguous floats.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @return the sum, not yet rounded to float
   */
  public static double sum(float[] a, int off, int n) {
    return FloatSums.sum(a, off, n);
  }

  /**
   * The sum of floats at a constant distance from each other.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @param stride distance between elements
   * @return the sum, not yet rounded to float
   */
  public static double sum(float[] a, int off, int n, int stride) {
    return FloatSums.strided(a, off, n, stride);
  }

  /**
   * The dot product of contiguous floats.
   *
   * @param a holds the left elements
   * @param aOff the first
   * @param b holds the right elements
   * @param bOff the first
   * @param n how many
   * @return the sum of products, not yet rounded to float
   */
  public static double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    return FloatSums.dot(a, aOff, b, bOff, n);
  }

  /**
   * Writes the sum of each column of a float matrix into {@code out}.
   *
   * @param a holds the rows, each contiguous
   * @param off the first element
   * @param rows how many rows; with 0 the sums are zero
   * @param cols how many columns
   * @param row distance between rows
   * @param out where the sums go, no part of the matrix
   * @param outOff where the first goes
   */
  public static void columns(
      float[] a, int off, int rows, int cols, int row, float[] out, int outOff) {
    FloatSums.columns(a, off, rows, cols, row, out, outOff);
  }

  /**
   * The sum of contiguous doubles.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @return the sum
   */
  public static double sum(double[] a, int off, int n) {
    return DoubleSums.sum(a, off, n);
  }

  /**
   * The sum of doubles at a constant distance from each other.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @param stride distance between elements
   * @return the sum
   */
  public static double sum(double[] a, int off, int n, int stride) {
    return DoubleSums.strided(a, off, n, stride);
  }

  /**
   * The dot product of contiguous doubles.
   *
   * @param a holds the left elements
   * @param aOff the first
   * @param b holds the right elements
   * @param bOff the first
   * @param n how many
   * @return the sum of products
   */
  public static double dot(double[] a, int aOff, double[] b, int bOff, int n) {
    return DoubleSums.dot(a, aOff, b, bOff, n);
  }

  /**
   * Writes the sum of each column of a double matrix into {@code out}.
   *
   * @param a holds the rows, each contiguous
   * @param off the first element
   * @param rows how many rows; with 0 the sums are zero
   * @param cols how many columns
   * @param row distance between rows
   * @param out where the sums go, no part of the matrix
   * @param outOff where the first goes
   */
  public static void columns(
      double[] a, int off, int rows, int cols, int row, double[] out, int outOff) {
    DoubleSums.columns(a, off, rows, cols, row, out, outOff);
  }

  /**
   * The sum of ints at a constant distance from each other; overflow of long wraps around.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @param stride distance between elements
   * @return the sum
   */
  public static long sum(int[] a, int off, int n, int stride) {
    long total = 0;
    for (int i = 0; i < n; i++) {
      total += a[off + i * stride];
    }
    return total;
  }

  /**
   * The sum of longs at a constant distance from each other; overflow of long wraps around.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @param stride distance between elements
   * @return the sum
   */
  public static long sum(long[] a, int off, int n, int stride) {
    long total = 0;
    for (int i = 0; i < n; i++) {
      total += a[off + i * stride];
    }
    return total;
  }
}
