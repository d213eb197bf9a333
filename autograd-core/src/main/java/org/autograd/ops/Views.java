package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.tensor.Layout;

/**
 * The layouts of views. Each method takes the layout of the viewed tensor and returns that of the
 * view over the same storage; nothing is copied.
 */
public final class Views {
  private Views() {}

  /**
   * Same elements in other sizes; one size may be -1.
   *
   * @throws AutogradException if the sizes do not fit, or if the elements lie so that a copy would
   *     be needed
   */
  public static Layout view(Layout self, long[] sizes) {
    long[] inferred = Reshapes.inferSizes("view", self, sizes);
    Layout result = Reshapes.viewOrNull(self, inferred);
    if (result == null) {
      throw new AutogradException(
          "view: shape "
              + Arrays.toString(inferred)
              + " is not possible without a copy for a tensor of shape "
              + Arrays.toString(self.sizes())
              + " with strides "
              + Arrays.toString(self.strides())
              + " (a new dimension would span two that do not lie together in memory). Use"
              + " reshape(...) instead.");
    }
    return result;
  }

  /**
   * Same as {@link #view}, but null if a copy would be needed.
   *
   * @throws AutogradException if the sizes do not fit
   */
  public static Layout tryView(Layout self, long[] sizes) {
    return Reshapes.viewOrNull(self, Reshapes.inferSizes("reshape", self, sizes));
  }

  /** The same layout: for another tensor over the same memory. */
  public static Layout detach(Layout self) {
    return self;
  }

  /**
   * Repeats dimensions of size 1 without copying; new dimensions come first; -1 keeps a size.
   *
   * @throws AutogradException if a size that is not 1 would change
   */
  public static Layout expand(Layout self, long[] sizes) {
    int added = sizes.length - self.dim();
    if (added < 0) {
      throw new AutogradException(
          "expand: the sizes "
              + Arrays.toString(sizes)
              + " are fewer than the dimensions of the tensor of shape "
              + Arrays.toString(self.sizes()));
    }
    long[] out = new long[sizes.length];
    long[] strides = new long[sizes.length];
    for (int i = sizes.length - 1; i >= 0; i--) {
      long old = i < added ? 1 : self.sizes()[i - added];
      long want = sizes[i];
      if (want == -1 && i >= added) {
        want = old;
      }
      if (want < 0) {
        throw new IllegalArgumentException(
            "expand: sizes must not be negative (-1 keeps the size of an existing dimension), got "
                + Arrays.toString(sizes));
      }
      if (want != old && old != 1) {
        throw new AutogradException(
            "expand: size "
                + old
                + " of dimension "
                + (i - added)
                + " cannot become "
                + want
                + "; only dimensions of size 1 can be expanded. Tensor shape "
                + Arrays.toString(self.sizes())
                + ", wanted "
                + Arrays.toString(sizes));
      }
      out[i] = want;
      if (want == old) {
        strides[i] =
            i >= added
                ? self.strides()[i - added]
                : i + 1 < out.length ? out[i + 1] * strides[i + 1] : 1;
      }
    }
    return Layout.of(out, strides, self.offset());
  }

  /** Reorders the dimensions: dimension {@code i} of the result is dimension {@code dims[i]}. */
  public static Layout permute(Layout self, int[] dims) {
    int n = self.dim();
    if (dims.length != n) {
      throw new IllegalArgumentException(
          "permute: needs each of the "
              + n
              + " dimensions of the tensor of shape "
              + Arrays.toString(self.sizes())
              + " once, got "
              + Arrays.toString(dims));
    }
    Dims.mask("permute", dims, n);
    long[] sizes = new long[n];
    long[] strides = new long[n];
    for (int i = 0; i < n; i++) {
      int d = Dims.wrap("permute", dims[i], n);
      sizes[i] = self.sizes()[d];
      strides[i] = self.strides()[d];
    }
    return Layout.of(sizes, strides, self.offset());
  }

  /** Swaps two dimensions. */
  public static Layout transpose(Layout self, int dim0, int dim1) {
    int a = Dims.wrap("transpose", dim0, self);
    int b = Dims.wrap("transpose", dim1, self);
    if (a == b) {
      return self;
    }
    long[] sizes = self.sizes().clone();
    long[] strides = self.strides().clone();
    sizes[a] = self.sizes()[b];
    sizes[b] = self.sizes()[a];
    strides[a] = self.strides()[b];
    strides[b] = self.strides()[a];
    return Layout.of(sizes, strides, self.offset());
  }

  /**
   * Transposes a matrix; tensors with fewer dimensions stay as they are.
   *
   * @throws AutogradException if there are more than two dimensions
   */
  public static Layout t(Layout self) {
    if (self.dim() > 2) {
      throw new AutogradException(
          "t: expects at most 2 dimensions, got shape "
              + Arrays.toString(self.sizes())
              + ". Use transpose(dim0, dim1).");
    }
    return self.dim() < 2 ? self : transpose(self, 0, 1);
  }

  /** Removes all dimensions of size 1. */
  public static Layout squeeze(Layout self) {
    boolean[] drop = new boolean[self.dim()];
    Arrays.fill(drop, true);
    return squeeze(self, drop);
  }

  /** Removes those of the given dimensions whose size is 1. */
  public static Layout squeeze(Layout self, int[] dims) {
    return squeeze(self, Dims.mask("squeeze", dims, self.dim()));
  }

  private static Layout squeeze(Layout self, boolean[] drop) {
    int n = 0;
    long[] sizes = new long[self.dim()];
    long[] strides = new long[self.dim()];
    for (int i = 0; i < self.dim(); i++) {
      if (!drop[i] || self.sizes()[i] != 1) {
        sizes[n] = self.sizes()[i];
        strides[n++] = self.strides()[i];
      }
    }
    return Layout.of(Arrays.copyOf(sizes, n), Arrays.copyOf(strides, n), self.offset());
  }

  /** Adds a dimension of size 1 before position {@code dim}; -1 stands for the end. */
  public static Layout unsqueeze(Layout self, int dim) {
    int d = Dims.wrap("unsqueeze", dim, self.dim() + 1);
    long stride = d < self.dim() ? self.sizes()[d] * self.strides()[d] : 1;
    return Layout.of(
        inserted(self.sizes(), d, 1), inserted(self.strides(), d, stride), self.offset());
  }

  /**
   * One diagonal of the matrices that two dimensions span, as the new last dimension.
   *
   * @param offset which diagonal: 0 the main one, above it if positive, below it if negative
   * @throws IllegalArgumentException if the two dimensions are the same
   */
  public static Layout diagonal(Layout self, long offset, int dim1, int dim2) {
    if (self.dim() < 2) {
      throw new AutogradException(
          "diagonal: needs at least 2 dimensions, got shape " + Arrays.toString(self.sizes()));
    }
    int a = Dims.wrap("diagonal", dim1, self);
    int b = Dims.wrap("diagonal", dim2, self);
    if (a == b) {
      throw new IllegalArgumentException(
          "diagonal: the two dimensions must differ, got " + dim1 + " and " + dim2);
    }
    long rows = self.sizes()[a] + Math.min(offset, 0);
    long columns = self.sizes()[b] - Math.max(offset, 0);
    long length = Math.max(Math.min(rows, columns), 0);
    long start = self.offset();
    if (length > 0) {
      start += offset >= 0 ? offset * self.strides()[b] : -offset * self.strides()[a];
    }
    int first = Math.max(a, b);
    int second = Math.min(a, b);
    long[] sizes = removed(removed(self.sizes(), first), second);
    long[] strides = removed(removed(self.strides(), first), second);
    long stride = self.strides()[a] + self.strides()[b];
    return Layout.of(
        inserted(sizes, sizes.length, length), inserted(strides, strides.length, stride), start);
  }

  /**
   * Keeps one position of a dimension and removes the dimension.
   *
   * @param index the position; negative ones count from the end
   * @throws AutogradException if there is no such position
   */
  public static Layout select(Layout self, int dim, long index) {
    return Slices.select(self, dim, index);
  }

  /**
   * Keeps the positions start, start + step, ... before end. Positions count from the end if
   * negative and are cut off at the ends of the dimension.
   *
   * @param step at least 1
   * @throws IllegalArgumentException if the step is less than 1
   */
  public static Layout slice(Layout self, int dim, long start, long end, long step) {
    return Slices.slice(self, dim, start, end, step);
  }

  /**
   * Any sizes and strides over the same storage; whether they stay within it is checked where the
   * view is made.
   *
   * @param offset the position of the first element in the storage; null for that of {@code self}
   * @throws IllegalArgumentException if a size, stride or the offset is negative or their counts
   *     differ
   */
  public static Layout asStrided(Layout self, long[] sizes, long[] strides, Long offset) {
    return Slices.asStrided(self, sizes, strides, offset);
  }

  /**
   * Cuts a dimension into pieces of a size; the last one may be smaller.
   *
   * @throws IllegalArgumentException if the size is negative, or 0 for a dimension that is not
   *     empty
   */
  public static Layout[] split(Layout self, long splitSize, int dim) {
    return Slices.split(self, splitSize, dim);
  }

  /**
   * Cuts a dimension into pieces of given sizes.
   *
   * @throws AutogradException if the sizes do not add up to that of the dimension
   */
  public static Layout[] split(Layout self, long[] splitSizes, int dim) {
    return Slices.split(self, splitSizes, dim);
  }

  /** Gives one view for each position of a dimension, without that dimension. */
  public static Layout[] unbind(Layout self, int dim) {
    return Slices.unbind(self, dim);
  }

  static long[] inserted(long[] a, int at, long value) {
    long[] r = new long[a.length + 1];
    System.arraycopy(a, 0, r, 0, at);
    r[at] = value;
    System.arraycopy(a, at, r, at + 1, a.length - at);
    return r;
  }

  static long[] removed(long[] a, int at) {
    long[] r = new long[a.length - 1];
    System.arraycopy(a, 0, r, 0, at);
    System.arraycopy(a, at + 1, r, at, r.length - at);
    return r;
  }
}
