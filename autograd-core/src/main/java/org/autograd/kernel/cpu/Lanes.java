package org.autograd.kernel.cpu;

/**
 * Buffers of doubles or longs, through which elements of any dtype pass where a loop is not worth
 * writing for every one; see {@link org.autograd.tensor.ElementType}.
 */
final class Lanes {
  /** How many elements a buffer holds at most. */
  static final int BLOCK = 1024;

  private Lanes() {}

  /** Makes a buffer for slices of this many elements. */
  static double[] doubles(int size) {
    return new double[Math.min(size, BLOCK)];
  }

  /** Makes a buffer for slices of this many elements. */
  static long[] longs(int size) {
    return new long[Math.min(size, BLOCK)];
  }
}
