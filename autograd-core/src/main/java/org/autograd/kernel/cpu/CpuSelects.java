package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** A choice between two tensors, element by element. */
final class CpuSelects {
  private CpuSelects() {}

  /** All have equal sizes; {@code out} may be one of the operands. */
  static void where(Tensor out, Tensor condition, Tensor self, Tensor other) {
    long all = (1L << Raw.layout(out).dim()) - 1;
    Slices o = Slices.of(Raw.layout(out), all, true);
    Slices c = Slices.of(Raw.layout(condition), all, true);
    Slices x = Slices.of(Raw.layout(self), all, true);
    Slices y = Slices.of(Raw.layout(other), all, true);
    if (o == null || c == null || x == null || y == null) {
      int last = Raw.layout(out).dim() - 1;
      o = Slices.along(Raw.layout(out), last);
      c = Slices.along(Raw.layout(condition), last);
      x = Slices.along(Raw.layout(self), last);
      y = Slices.along(Raw.layout(other), last);
    }
    byte[] when = (byte[]) Raw.array(condition);
    for (int i = 0; i < o.count; i++) {
      choose(out, self, other, when, c.base(i), c.stride, o, x, y, i);
    }
  }

  private static void choose(
      Tensor out,
      Tensor self,
      Tensor other,
      byte[] c,
      int ci,
      int cs,
      Slices o,
      Slices x,
      Slices y,
      int slice) {
    int n = o.size;
    int oi = o.base(slice);
    int os = o.stride;
    int ai = x.base(slice);
    int as = x.stride;
    int bi = y.base(slice);
    int bs = y.stride;
    Moves.of(Raw.dtype(out))
        .choose(
            c,
            ci,
            cs,
            Raw.array(self),
            ai,
            as,
            Raw.array(other),
            bi,
            bs,
            Raw.array(out),
            oi,
            os,
            n);
  }
}
