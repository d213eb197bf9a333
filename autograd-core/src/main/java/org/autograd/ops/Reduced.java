package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.tensor.Layout;

/** Which dimensions a reduction removes, as bits, and what is left. */
final class Reduced {
  private static final int MAX_RANK = 63;

  private Reduced() {}

  /** All dimensions of a layout. */
  static long all(String op, Layout self) {
    if (self.dim() > MAX_RANK) {
      throw new AutogradException(
          op + ": at most " + MAX_RANK + " dimensions are supported, got " + self.dim());
    }
    return (1L << self.dim()) - 1;
  }

  /**
   * The dimensions of a list, which may be null or empty to say all.
   *
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  static long bits(String op, int[] dims, Layout self) {
    long all = all(op, self);
    if (dims == null || dims.length == 0) {
      return all;
    }
    long bits = 0;
    for (int dim : dims) {
      long bit = 1L << Dims.wrap(op, dim, self);
      if ((bits & bit) != 0) {
        throw new IllegalArgumentException(
            op + ": dimension " + dim + " appears more than once in " + Arrays.toString(dims));
      }
      bits |= bit;
    }
    return bits & all;
  }

  /** One dimension. */
  static long bit(String op, int dim, Layout self) {
    return 1L << Dims.wrap(op, dim, self) & all(op, self);
  }

  /** The layout of the result. */
  static Layout layout(Layout self, long bits, boolean keepdim) {
    int rank = self.dim();
    int left = keepdim ? rank : rank - Long.bitCount(bits);
    if (left == 0) {
      return Layout.SCALAR;
    }
    long[] sizes = new long[left];
    int at = 0;
    for (int d = 0; d < rank; d++) {
      boolean gone = (bits >>> d & 1) != 0;
      if (!gone || keepdim) {
        sizes[at++] = gone ? 1 : self.sizes()[d];
      }
    }
    return Layout.contiguous(sizes);
  }

  /**
   * Checks that what a reduction without a result for no elements removes is not empty.
   *
   * @throws AutogradException if it is
   */
  static void checkNotEmpty(String op, Layout self, long bits) {
    for (int d = 0; d < self.dim(); d++) {
      if ((bits >>> d & 1) != 0 && self.sizes()[d] == 0) {
        throw new AutogradException(
            op
                + ": dimension "
                + d
                + " of shape "
                + Arrays.toString(self.sizes())
                + " is reduced and empty, and "
                + op
                + " of no elements does not exist. Reduce dimensions that are not empty.");
      }
    }
  }
}
