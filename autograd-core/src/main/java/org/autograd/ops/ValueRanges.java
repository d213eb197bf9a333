package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.ValueRange;

/** Finds the range of a tensor's values; never recorded. */
final class ValueRanges {
  private long nan;
  private long infinite;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  private ValueRanges() {}

  static ValueRange of(Tensor t) {
    ValueRanges range = new ValueRanges();
    Layout layout = Raw.layout(t);
    if (layout.numel() > 0) {
      if (!(Raw.storage(t) instanceof HeapStorage heap)) {
        throw new UnsupportedOperationException(
            "the values of a tensor on "
                + Raw.storage(t).device()
                + " cannot be looked at. Move it to the CPU.");
      }
      range.rows(ElementType.of(Raw.dtype(t)), heap.array, layout);
    }
    return new ValueRange(layout.numel(), range.nan, range.infinite, range.min, range.max);
  }

  /** Walks along the last dimension, over all positions of the others. */
  private void rows(ElementType type, Object array, Layout layout) {
    int last = layout.dim() - 1;
    int n = last < 0 ? 1 : (int) layout.sizes()[last];
    int step = last < 0 ? 1 : (int) layout.strides()[last];
    long rows = layout.numel() / n;
    long[] at = new long[Math.max(last, 0)];
    long start = layout.offset();
    for (long row = 0; row < rows; row++) {
      row(type, array, (int) start, n, step);
      for (int d = at.length - 1; d >= 0; d--) {
        start += layout.strides()[d];
        if (++at[d] < layout.sizes()[d]) {
          break;
        }
        start -= at[d] * layout.strides()[d];
        at[d] = 0;
      }
    }
  }

  private void row(ElementType type, Object array, int start, int n, int step) {
    for (int i = 0, p = start; i < n; i++, p += step) {
      see(type.getDouble(array, p));
    }
  }

  private void see(double value) {
    if (value != value) {
      nan++;
      return;
    }
    if (Double.isInfinite(value)) {
      infinite++;
    }
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
}
