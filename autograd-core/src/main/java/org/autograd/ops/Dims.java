package org.autograd.ops;

import java.util.Arrays;
import org.autograd.tensor.Layout;

/** Checks of dimension numbers and sizes, the same for all operators. */
public final class Dims {
  private Dims() {}

  /**
   * Returns a dimension counted from the front. A zero-dimensional tensor is treated as having one
   * dimension.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static int wrap(String op, int dim, int rank) {
    int n = Math.max(rank, 1);
    if (dim < -n || dim >= n) {
      throw new IllegalArgumentException(
          op
              + ": dimension "
              + dim
              + " is out of range for a tensor with "
              + rank
              + " dimensions; expected "
              + -n
              + " to "
              + (n - 1));
    }
    return dim < 0 ? dim + n : dim;
  }

  /** Same as {@link #wrap(String, int, int)} with the rank of a layout. */
  public static int wrap(String op, int dim, Layout self) {
    return wrap(op, dim, self.dim());
  }

  /**
   * Returns which of {@code rank} dimensions are named by {@code dims}.
   *
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static boolean[] mask(String op, int[] dims, int rank) {
    boolean[] mask = new boolean[Math.max(rank, 1)];
    for (int dim : dims) {
      int d = wrap(op, dim, rank);
      if (mask[d]) {
        throw new IllegalArgumentException(
            op + ": dimension " + d + " appears more than once in " + Arrays.toString(dims));
      }
      mask[d] = true;
    }
    return mask;
  }

  /**
   * Returns the number of elements of a tensor of these sizes.
   *
   * @throws IllegalArgumentException if a size is negative or the number does not fit into a long
   */
  public static long numel(String op, long[] sizes) {
    boolean empty = false;
    for (long s : sizes) {
      if (s < 0) {
        throw new IllegalArgumentException(
            op + ": sizes must not be negative, got " + Arrays.toString(sizes));
      }
      empty |= s == 0;
    }
    if (empty) {
      return 0;
    }
    long n = 1;
    for (long s : sizes) {
      long high = Math.multiplyHigh(n, s);
      n *= s;
      if (high != 0 || n < 0) {
        throw new IllegalArgumentException(
            op + ": the number of elements of shape " + Arrays.toString(sizes) + " overflows");
      }
    }
    return n;
  }

  /** Checks sizes like {@link #numel} and returns their fresh row-major layout. */
  public static Layout contiguous(String op, long[] sizes) {
    numel(op, sizes);
    return Layout.contiguous(sizes.clone());
  }
}
