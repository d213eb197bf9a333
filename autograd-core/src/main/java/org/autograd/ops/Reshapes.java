package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.tensor.Layout;

/**
 * What {@code view}, {@code reshape} and {@code flatten} share: sizes left out, and when no copy is
 * needed.
 */
public final class Reshapes {
  private Reshapes() {}

  /**
   * Replaces the size that is given as -1 by what the number of elements asks for.
   *
   * @return new sizes whose product is the number of elements of {@code self}
   * @throws IllegalArgumentException if a size is below -1 or several are -1
   * @throws AutogradException if the sizes do not fit the number of elements
   */
  public static long[] inferSizes(String op, Layout self, long[] sizes) {
    long[] result = sizes.clone();
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1) {
        if (open >= 0) {
          throw new IllegalArgumentException(
              op + ": only one size can be left open as -1, got " + Arrays.toString(sizes));
        }
        open = i;
        result[i] = 1;
      } else if (sizes[i] < 0) {
        throw new IllegalArgumentException(
            op + ": sizes must not be negative (except one -1), got " + Arrays.toString(sizes));
      }
    }
    long numel = self.numel();
    long known = Dims.numel(op, result);
    if (open >= 0 && known == 0 && numel == 0) {
      throw new AutogradException(
          op
              + ": cannot tell the size left open as -1 in "
              + Arrays.toString(sizes)
              + ", because any size fits a tensor without elements. State it.");
    }
    if (open < 0 ? known != numel : known == 0 || numel % known != 0) {
      throw new AutogradException(
          op
              + ": shape "
              + Arrays.toString(sizes)
              + " does not fit a tensor of shape "
              + Arrays.toString(self.sizes())
              + " with "
              + numel
              + " elements");
    }
    if (open >= 0) {
      result[open] = numel / known;
    }
    return result;
  }

  /**
   * Returns the layout of a view with other sizes, or null if that needs a copy: a new dimension
   * may only span old ones that lie in memory like one.
   *
   * @param sizes sizes with the same number of elements, see {@link #inferSizes}; taken over
   */
  public static Layout viewOrNull(Layout self, long[] sizes) {
    if (self.isContiguous()) {
      return Layout.of(sizes, Layout.rowMajor(sizes), self.offset());
    }
    long[] old = self.sizes();
    long[] oldStrides = self.strides();
    long[] strides = new long[sizes.length];
    int d = sizes.length - 1;
    // A chunk is a run of old dimensions that lie in memory like one; new dimensions are cut out of
    // it.
    long chunk = 1;
    long taken = 1;
    long step = oldStrides[old.length - 1];
    for (int i = old.length - 1; i >= 0; i--) {
      chunk *= old[i];
      if (i == 0 || old[i - 1] != 1 && oldStrides[i - 1] != chunk * step) {
        while (d >= 0 && (taken < chunk || sizes[d] == 1)) {
          strides[d] = taken * step;
          taken *= sizes[d];
          d--;
        }
        if (taken != chunk) {
          return null;
        }
        if (i > 0) {
          step = oldStrides[i - 1];
          chunk = 1;
          taken = 1;
        }
      }
    }
    return d < 0 ? Layout.of(sizes, strides, self.offset()) : null;
  }

  /**
   * Returns the sizes of a tensor whose dimensions from {@code startDim} to {@code endDim}
   * (included) become one. A zero-dimensional tensor becomes one-dimensional.
   *
   * @throws IllegalArgumentException if a dimension does not exist or the end lies before the start
   */
  public static long[] flattenSizes(Layout self, int startDim, int endDim) {
    int start = Dims.wrap("flatten", startDim, self);
    int end = Dims.wrap("flatten", endDim, self);
    if (start > end) {
      throw new IllegalArgumentException(
          "flatten: startDim " + startDim + " must not come after endDim " + endDim);
    }
    if (self.dim() == 0) {
      return new long[] {1};
    }
    long[] old = self.sizes();
    long[] sizes = new long[old.length - (end - start)];
    System.arraycopy(old, 0, sizes, 0, start);
    long n = 1;
    for (int i = start; i <= end; i++) {
      n *= old[i];
    }
    sizes[start] = n;
    System.arraycopy(old, end + 1, sizes, start + 1, old.length - end - 1);
    return sizes;
  }
}
