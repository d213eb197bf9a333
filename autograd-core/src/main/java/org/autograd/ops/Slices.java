package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.tensor.Layout;

/** The layouts of views that keep a part of one dimension, and of free views; see {@link Views}. */
final class Slices {
  private Slices() {}

  /**
   * Keeps one position of a dimension and removes the dimension.
   *
   * @throws AutogradException if there is no such position
   */
  static Layout select(Layout self, int dim, long index) {
    requireDims("select", self);
    int d = Dims.wrap("select", dim, self);
    long size = self.sizes()[d];
    if (index < -size || index >= size) {
      throw new AutogradException(
          "select: index "
              + index
              + " is out of range for dimension "
              + d
              + " with size "
              + size
              + " (shape "
              + Arrays.toString(self.sizes())
              + ")");
    }
    long at = index < 0 ? index + size : index;
    return Layout.of(
        Views.removed(self.sizes(), d),
        Views.removed(self.strides(), d),
        self.offset() + at * self.strides()[d]);
  }

  /**
   * Keeps the positions start, start + step, ... before end. Positions count from the end if
   * negative and are cut off at the ends of the dimension.
   *
   * @throws IllegalArgumentException if the step is less than 1
   */
  static Layout slice(Layout self, int dim, long start, long end, long step) {
    requireDims("slice", self);
    int d = Dims.wrap("slice", dim, self);
    if (step < 1) {
      throw new IllegalArgumentException("slice: step must be at least 1, got " + step);
    }
    long size = self.sizes()[d];
    long from = clamp(start, size);
    long to = clamp(end, size);
    long length = to <= from ? 0 : (to - from - 1) / step + 1;
    return part(self, d, from, length, step);
  }

  private static long clamp(long position, long size) {
    return Math.min(Math.max(position < 0 ? position + size : position, 0), size);
  }

  private static Layout part(Layout self, int d, long from, long length, long step) {
    long[] sizes = self.sizes().clone();
    long[] strides = self.strides().clone();
    sizes[d] = length;
    // A stride that is never used may overflow; it then means nothing.
    strides[d] *= length > 1 ? step : 1;
    return Layout.of(sizes, strides, self.offset() + from * self.strides()[d]);
  }

  /**
   * Cuts a dimension into pieces of a size; the last one may be smaller.
   *
   * @throws IllegalArgumentException if the size is negative, or 0 for a dimension that is not
   *     empty
   */
  static Layout[] split(Layout self, long splitSize, int dim) {
    requireDims("split", self);
    int d = Dims.wrap("split", dim, self);
    long size = self.sizes()[d];
    if (splitSize < 0 || splitSize == 0 && size != 0) {
      throw new IllegalArgumentException(
          "split: the size of the pieces must be positive, got "
              + splitSize
              + " for shape "
              + Arrays.toString(self.sizes()));
    }
    int n = splitSize == 0 ? 1 : Math.toIntExact(Math.max((size - 1 + splitSize) / splitSize, 1));
    Layout[] parts = new Layout[n];
    for (int i = 0; i < n; i++) {
      long from = i * splitSize;
      parts[i] = part(self, d, from, Math.min(splitSize, size - from), 1);
    }
    return parts;
  }

  /**
   * Cuts a dimension into pieces of given sizes.
   *
   * @throws AutogradException if the sizes do not add up to that of the dimension
   */
  static Layout[] split(Layout self, long[] splitSizes, int dim) {
    requireDims("splitWithSizes", self);
    int d = Dims.wrap("splitWithSizes", dim, self);
    long sum = 0;
    for (long s : splitSizes) {
      if (s < 0) {
        throw new IllegalArgumentException(
            "splitWithSizes: sizes must not be negative, got " + Arrays.toString(splitSizes));
      }
      sum += s;
    }
    if (sum != self.sizes()[d]) {
      throw new AutogradException(
          "splitWithSizes: the sizes "
              + Arrays.toString(splitSizes)
              + " must add up to the size of dimension "
              + d
              + " of shape "
              + Arrays.toString(self.sizes()));
    }
    Layout[] parts = new Layout[splitSizes.length];
    long from = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(self, d, from, splitSizes[i], 1);
      from += splitSizes[i];
    }
    return parts;
  }

  /** Gives one view for each position of a dimension, without that dimension. */
  static Layout[] unbind(Layout self, int dim) {
    requireDims("unbind", self);
    int d = Dims.wrap("unbind", dim, self);
    Layout[] parts = new Layout[Math.toIntExact(self.sizes()[d])];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = select(self, d, i);
    }
    return parts;
  }

  /**
   * Any sizes and strides; whether they stay within the storage is checked where the view is made.
   *
   * @throws IllegalArgumentException if a size, stride or the offset is negative or their counts
   *     differ
   */
  static Layout asStrided(Layout self, long[] sizes, long[] strides, Long offset) {
    long start = offset == null ? self.offset() : offset;
    if (sizes.length != strides.length) {
      throw new IllegalArgumentException(
          "asStrided: needs a stride for each size, got sizes "
              + Arrays.toString(sizes)
              + " and strides "
              + Arrays.toString(strides));
    }
    boolean negative = start < 0;
    for (long s : strides) {
      negative |= s < 0;
    }
    if (negative) {
      throw new IllegalArgumentException(
          "asStrided: strides and offset must not be negative, got strides "
              + Arrays.toString(strides)
              + ", offset "
              + start);
    }
    Dims.numel("asStrided", sizes);
    return Layout.of(sizes.clone(), strides.clone(), start);
  }

  private static void requireDims(String op, Layout self) {
    if (self.dim() == 0) {
      throw new AutogradException(
          op + ": a zero-dimensional tensor has no dimension to take a part of");
    }
  }
}
