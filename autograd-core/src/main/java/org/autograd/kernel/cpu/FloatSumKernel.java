package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/**
 * The inner loops of {@link Sums} for float, on one thread. {@link Sums} calls them for blocks of
 * bounded length and adds the blocks in double, so accumulators of the elements' type are accurate
 * enough.
 */
@AlsoFor(double.class)
public interface FloatSumKernel {

  /**
   * The sum of {@code n} contiguous elements.
   *
   * @param a holds the elements
   * @param off the first
   * @param n how many
   * @return the sum, the same bits each time
   */
  float sum(float[] a, int off, int n);

  /**
   * The sum of the products of {@code n} pairs.
   *
   * @param a holds the left elements
   * @param aOff the first
   * @param b holds the right elements
   * @param bOff the first
   * @param n how many
   * @return the sum, the same bits each time
   */
  float dot(float[] a, int aOff, float[] b, int bOff, int n);

  /**
   * Writes into {@code out} the sum of each of {@code cols} columns.
   *
   * @param a holds the rows, each contiguous
   * @param off the first element
   * @param rows at least 1
   * @param cols how many columns
   * @param row distance between rows
   * @param out where the sums go
   * @param outOff where the first goes
   */
  void columns(float[] a, int off, int rows, int cols, int row, float[] out, int outOff);
}
