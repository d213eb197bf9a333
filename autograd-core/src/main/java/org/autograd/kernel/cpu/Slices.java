package org.autograd.kernel.cpu;

import org.autograd.tensor.Layout;

/**
 * A layout seen as slices along some of its dimensions: {@link #count} slices of {@link #size}
 * elements each, {@link #stride} apart. Slices are numbered in row-major order of the dimensions
 * that are left, so slice {@code i} of two tensors of equal sizes belongs together whatever their
 * strides.
 */
final class Slices {
  /** The number of slices. */
  final int count;

  /** The number of elements in a slice. */
  final int size;

  /** The distance between neighbours in a slice; 1 for slices of at most one element. */
  final int stride;

  /** The distance between neighbouring slices if they lie in rows of {@link #rowSize}. */
  final int rowStride;

  /** The number of slices in a row: the innermost of the kept dimensions, merged where possible. */
  final int rowSize;

  private final int offset;
  private final int outer;
  private final int[] sizes;
  private final int[] strides;

  private Slices(
      int count, int size, int stride, int offset, int outer, int[] sizes, int[] strides) {
    this.count = count;
    this.size = size;
    this.stride = stride;
    this.offset = offset;
    this.outer = outer;
    this.sizes = sizes;
    this.strides = strides;
    this.rowSize = outer == 0 ? 1 : sizes[outer - 1];
    this.rowStride = outer == 0 ? 0 : strides[outer - 1];
  }

  /** Slices along one dimension; a zero-dimensional layout has one slice of one element. */
  static Slices along(Layout layout, int dim) {
    return of(layout, 1L << dim, true);
  }

  /** Slices along one dimension of a tensor seen with other sizes, as an index sees it. */
  static Slices along(Layout layout, long[] sizes, int dim) {
    return along(Layout.of(sizes, layout.strides(), layout.offset()), dim);
  }

  /**
   * Slices along a set of dimensions, or null if these do not lie a constant distance apart.
   *
   * @param dims one bit for each dimension that goes into the slices
   * @param ordered whether a slice must run through its dimensions in row-major order
   */
  static Slices of(Layout layout, long dims, boolean ordered) {
    long[] sizes = layout.sizes();
    long[] strides = layout.strides();
    int rank = sizes.length;
    int[] keptSizes = new int[rank];
    int[] keptStrides = new int[rank];
    int kept = 0;
    long count = 1;
    for (int d = 0; d < rank; d++) {
      if ((dims >>> d & 1) != 0) {
        continue;
      }
      long n = sizes[d];
      count *= n;
      if (n == 1) {
        continue;
      }
      if (kept > 0 && keptStrides[kept - 1] == n * strides[d]) {
        keptSizes[kept - 1] *= (int) n;
        keptStrides[kept - 1] = (int) strides[d];
      } else {
        keptSizes[kept] = (int) n;
        keptStrides[kept++] = (int) strides[d];
      }
    }
    long size = 1;
    for (int d = 0; d < rank; d++) {
      size *= (dims >>> d & 1) != 0 ? sizes[d] : 1;
    }
    int stride = 1;
    if (size > 1) {
      int found = stride(sizes, strides, dims);
      if (found < 0 && !ordered) {
        found = unorderedStride(sizes, strides, dims, size);
      }
      if (found < 0) {
        return null;
      }
      stride = found;
    }
    return new Slices(
        (int) count, (int) size, stride, (int) layout.offset(), kept, keptSizes, keptStrides);
  }

  private static int stride(long[] sizes, long[] strides, long dims) {
    long step = -1;
    long expected = 0;
    for (int d = sizes.length - 1; d >= 0; d--) {
      if ((dims >>> d & 1) == 0 || sizes[d] == 1) {
        continue;
      }
      if (step < 0) {
        step = strides[d];
      } else if (strides[d] != expected) {
        return -1;
      }
      expected = strides[d] * sizes[d];
    }
    return (int) step;
  }

  /** The smallest stride, if the dimensions fill the places that far apart in any order. */
  private static int unorderedStride(long[] sizes, long[] strides, long dims, long size) {
    long step = -1;
    long next = 0;
    for (long filled = 1; filled < size; ) {
      int at = -1;
      for (int d = 0; d < sizes.length; d++) {
        boolean in = (dims >>> d & 1) != 0 && sizes[d] != 1;
        if (in && (step < 0 ? at < 0 || strides[d] < strides[at] : strides[d] == next)) {
          at = d;
        }
      }
      if (at < 0 || strides[at] == 0) {
        return -1;
      }
      step = step < 0 ? strides[at] : step;
      filled *= sizes[at];
      next = strides[at] * sizes[at];
    }
    return (int) step;
  }

  /** Returns where a slice starts. */
  int base(int slice) {
    if (outer <= 1) {
      return offset + slice * rowStride;
    }
    int base = offset;
    int rest = slice;
    for (int d = outer - 1; d > 0; d--) {
      int n = sizes[d];
      int q = rest / n;
      base += (rest - q * n) * strides[d];
      rest = q;
    }
    return base + rest * strides[0];
  }

  /** Tells whether neighbouring slices are closer together than neighbours in a slice. */
  boolean vertical() {
    return rowStride == 1 && rowSize > 1 && stride > 1 && size > 1;
  }
}
