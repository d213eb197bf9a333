package org.autograd.formula;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The derivative of asStrided. */
final class FormulasStrided {
  private FormulasStrided() {}

  /**
   * The gradient of asStrided: it is added up over the memory that both layouts cover and read back
   * through the operand's layout. Elements of the operand that share memory share its gradient
   * evenly.
   */
  public static Tensor asStridedBackward(
      Tensor grad, Layout self, long[] size, long[] stride, Long storageOffset) {
    long offset = storageOffset == null ? self.offset() : storageOffset;
    Layout view = Layout.of(size, stride, offset);
    long base = Math.min(self.offset(), offset);
    long length = Math.max(self.end(), view.end()) - base;
    Tensor to = places(view, base);
    Tensor from = places(self, base);
    long[] memory = {length};
    Tensor sums = Operators.gatherBackward(grad.reshape(view.numel()), memory, 0, to);
    if (!self.isNonOverlappingAndDense()) {
      Tensor ones = Tensor.onesLike(from).to(grad.dtype());
      sums = sums.div(Operators.gatherBackward(ones, memory, 0, from).clampMin(1));
    }
    return sums.indexSelect(0, from).reshape(self.sizes());
  }

  /** Returns where each element lies in memory, counted from {@code base}, in row-major order. */
  private static Tensor places(Layout l, long base) {
    long[] result = new long[Math.toIntExact(l.numel())];
    long[] index = new long[l.dim()];
    long at = l.offset() - base;
    for (int i = 0; i < result.length; i++) {
      result[i] = at;
      for (int d = l.dim() - 1; d >= 0; d--) {
        at += l.strides()[d];
        if (++index[d] < l.sizes()[d]) {
          break;
        }
        at -= l.sizes()[d] * l.strides()[d];
        index[d] = 0;
      }
    }
    return Raw.fresh(HeapStorage.of(result), Layout.contiguous(result.length), DType.INT64);
  }
}
