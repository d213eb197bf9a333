package org.autograd.formula;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.TensorOptions;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The derivatives of asStrided. */
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

  /**
   * The tangent of asStrided: the same part of the tangent, which may lie elsewhere in its memory
   * than the operand does in its own. Where the part reaches beyond the tangent's memory, it is a
   * copy with zeros there.
   */
  public static Tensor asStridedTangent(
      Tensor self, Tensor tangent, long[] size, long[] stride, Long storageOffset) {
    Layout from = Raw.layout(self);
    Layout to = Raw.layout(tangent);
    Layout part = Layout.of(size, stride, storageOffset == null ? from.offset() : storageOffset);
    long shift = to.offset() - from.offset();
    Layout whole = Raw.layout(tangent.isView() ? tangent.base() : tangent);
    boolean inside = part.offset() + shift >= whole.offset() && part.end() + shift <= whole.end();
    if (part.numel() == 0 || inside && Arrays.equals(from.strides(), to.strides())) {
      return tangent.asStrided(
          size, stride, part.numel() == 0 ? to.offset() : part.offset() + shift);
    }
    long base = Math.min(from.offset(), part.offset());
    long length = Math.max(from.end(), part.end()) - base;
    Tensor memory = Tensor.zeros(TensorOptions.of(tangent.dtype()), length);
    memory.asStrided(from.sizes(), from.strides(), from.offset() - base).copy_(tangent);
    return memory.asStrided(size, stride, part.offset() - base);
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
