package org.autograd.kernel.cpu;

import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Sets elements to one value. */
record CpuFill(ElementType type, Moves moves, Scalar value) implements Loop {

  static void fill(Tensor dst, Scalar value) {
    if (Raw.layout(dst).numel() == 0) {
      // An empty view may begin where its memory has ended.
      return;
    }
    DType dtype = Raw.dtype(dst);
    CpuFill loop = new CpuFill(ElementType.of(dtype), Moves.of(dtype), value);
    Layout l = Raw.layout(dst);
    if (l.isNonOverlappingAndDense()) {
      int offset = (int) l.offset();
      Object array = Raw.array(dst);
      Strided.chunks((int) l.numel(), (from, n) -> loop.row(array, offset + from, 1, n));
    } else {
      Strided.run(loop, dst);
    }
  }

  @Override
  public void row(Object[] arrays, int[] at, int[] step, int n) {
    row(arrays[0], at[0], step[0], n);
  }

  private void row(Object array, int at, int step, int n) {
    type.put(array, at, value);
    moves.fill(array, at, step, n);
  }
}
