package org.autograd.kernel.cpu;

import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Reads index tensors and lists positions. */
final class Indices {
  private Indices() {}

  /** Returns all elements in row-major order. */
  static long[] read(Tensor index) {
    Layout layout = Raw.layout(index);
    long[] all = new long[(int) layout.numel()];
    ElementType type = ElementType.of(Raw.dtype(index));
    Object array = Raw.array(index);
    if (layout.isContiguous()) {
      type.read(array, (int) layout.offset(), 1, all.length, all);
      return all;
    }
    int[] at = offsets(layout, 0, layout.dim());
    for (int i = 0; i < at.length; i++) {
      all[i] = type.getLong(array, (int) layout.offset() + at[i]);
    }
    return all;
  }

  /**
   * Checks the first {@code n} of some indices.
   *
   * @param wrap whether negative ones count from the end
   * @throws AutogradException if one is out of range
   */
  static void check(String op, long[] indices, int n, long size, int dim, boolean wrap) {
    for (int i = 0; i < n; i++) {
      long at = indices[i];
      if (at >= size || at < (wrap ? -size : 0)) {
        throw new AutogradException(
            op
                + ": index "
                + at
                + " is out of range for dimension "
                + dim
                + " of size "
                + size
                + (wrap || at >= 0 ? "" : "; here indices must not be negative"));
      }
    }
  }

  /**
   * Returns where the elements of dimensions {@code from} to {@code to} lie, in row-major order.
   */
  static int[] offsets(Layout layout, int from, int to) {
    long count = 1;
    for (int d = from; d < to; d++) {
      count *= layout.sizes()[d];
    }
    int[] at = new int[(int) count];
    if (count == 0) {
      return at;
    }
    int filled = 1;
    int step = (int) count;
    // Each pass splits every block into those of the next dimension.
    for (int d = from; d < to; d++) {
      int size = (int) layout.sizes()[d];
      int stride = (int) layout.strides()[d];
      int inner = step / size;
      for (int block = filled - 1; block >= 0; block--) {
        int base = at[block * step];
        for (int i = 0; i < size; i++) {
          at[block * step + i * inner] = base + i * stride;
        }
      }
      filled *= size;
      step = inner;
    }
    return at;
  }
}
