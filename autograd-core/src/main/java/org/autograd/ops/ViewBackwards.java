package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The gradients of views: zeros in the base's shape with the gradient in the place of the view. */
public final class ViewBackwards {
  private ViewBackwards() {}

  /** Embeds the gradient of {@link Views#select}. */
  public static Tensor selectBackward(Tensor gradOutput, long[] sizes, int dim, long index) {
    Layout base = Layout.contiguous(sizes);
    return embed(gradOutput, base, Views.select(base, dim, index));
  }

  /** Embeds the gradient of {@link Views#slice}. */
  public static Tensor sliceBackward(
      Tensor gradOutput, long[] sizes, int dim, long start, long end, long step) {
    Layout base = Layout.contiguous(sizes);
    return embed(gradOutput, base, Views.slice(base, dim, start, end, step));
  }

  /** Embeds the gradient of {@link Views#diagonal}. */
  public static Tensor diagonalBackward(
      Tensor gradOutput, long[] sizes, long offset, int dim1, int dim2) {
    Layout base = Layout.contiguous(sizes);
    return embed(gradOutput, base, Views.diagonal(base, offset, dim1, dim2));
  }

  private static Tensor embed(Tensor grad, Layout base, Layout place) {
    Tensor result = Alloc.zeros(base, Raw.dtype(grad), grad.device());
    Copies.copyInto(Raw.alias(Raw.storage(result), place, Raw.dtype(result)), grad);
    return result;
  }
}
