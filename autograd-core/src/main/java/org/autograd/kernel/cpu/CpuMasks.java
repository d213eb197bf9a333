package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Operators whose result sizes depend on which elements are not zero. */
final class CpuMasks {
  private CpuMasks() {}

  static long count(Tensor self) {
    Source src = Source.along(self, (1L << Raw.layout(self).dim()) - 1, false);
    return (long) src.fold(new Fold.Count(), 0, Lanes.doubles(src.slices.size));
  }

  /** {@code out} is an int64 matrix with a row for each element found. */
  static void nonzero(Tensor out, Tensor self) {
    Layout layout = Raw.layout(self);
    long[] dst = (long[]) Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    int rank = layout.dim();
    int[] places = Indices.offsets(layout, 0, rank);
    long[] strides = Layout.rowMajor(layout.sizes());
    Object src = Raw.array(self);
    ElementType type = ElementType.of(Raw.dtype(self));
    for (int i = 0; i < places.length; i++) {
      if (type.getDouble(src, (int) layout.offset() + places[i]) != 0) {
        for (int d = 0; d < rank; d++) {
          dst[at++] = i / strides[d] % layout.sizes()[d];
        }
      }
    }
  }
}
