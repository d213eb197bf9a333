package org.autograd.forward;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Gives tangents the dtype and strides of what they belong to. */
final class Fitting {
  private Fitting() {}

  /**
   * Returns a tangent in the dtype and with the strides of what it belongs to.
   *
   * @param own whether it may be the given one as it is; else it has memory of its own
   */
  static Tensor of(Tensor t, Tensor tangent, boolean own) {
    Layout layout = Raw.layout(t);
    if (!layout.sameSizes(Raw.layout(tangent))) {
      throw new AutogradException(
          "forward mode: a tangent has shape "
              + Arrays.toString(Raw.layout(tangent).sizes())
              + ", but the tensor it belongs to has shape "
              + Arrays.toString(layout.sizes())
              + "; they must be equal.");
    }
    Tensor typed = Raw.dtype(tangent) == Raw.dtype(t) ? tangent : tangent.to(Raw.dtype(t));
    if (!own && typed == tangent) {
      return copy(t, typed);
    }
    if (sameStrides(layout, Raw.layout(typed))) {
      if (layout.equals(Raw.layout(typed))) {
        // One object for both: what compares them later sees at once that they are equal.
        Raw.set(typed, Raw.storage(typed), layout, Raw.dtype(typed));
      }
      return typed;
    }
    return layout.overlapsItself() ? typed : copy(t, typed);
  }

  private static Tensor copy(Tensor t, Tensor tangent) {
    Layout layout = Raw.layout(t);
    return layout.isNonOverlappingAndDense() || layout.overlapsItself()
        ? GradMath.get().cloneLike(tangent, layout)
        : zeros(t).copy_(tangent);
  }

  /** Returns zeros with the strides of a tensor, so that its views can show parts of them. */
  static Tensor zeros(Tensor t) {
    Layout l = Raw.layout(t);
    GradMath math = GradMath.get();
    if (l.isNonOverlappingAndDense()) {
      return math.zeros(l.fresh(), Raw.dtype(t), t.device());
    }
    Layout memory = Layout.contiguous(l.end() - l.offset());
    return math.zeros(memory, Raw.dtype(t), t.device()).asStrided(l.sizes(), l.strides(), 0L);
  }

  private static boolean sameStrides(Layout a, Layout b) {
    if (a == b || a.isContiguous() && b.isContiguous()) {
      return true;
    }
    for (int d = 0; d < a.dim(); d++) {
      if (a.sizes()[d] > 1 && a.strides()[d] != b.strides()[d]) {
        return false;
      }
    }
    return true;
  }
}
