package org.autograd.formula;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.Warnings;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * The operators that may write to an expanded tensor, because it does not matter that several
 * elements share one place: they write to one element for each place.
 */
final class ExpandedFills {
  private ExpandedFills() {}

  /** Tells whether several elements share one place because a dimension was expanded. */
  static boolean isExpanded(Tensor t) {
    Layout l = Raw.layout(t);
    if (l.isContiguous()) {
      return false;
    }
    for (int d = 0; d < l.dim(); d++) {
      if (isExpanded(l, d)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExpanded(Layout l, int d) {
    return l.strides()[d] == 0 && l.sizes()[d] > 1;
  }

  static Tensor zero(Tensor self) {
    Operators.zero_(places("zero_", self, null));
    return self;
  }

  static Tensor fill(Tensor self, Scalar value) {
    Operators.fill_(places("fill_", self, null), value);
    return self;
  }

  static Tensor fill(Tensor self, Tensor value) {
    Operators.fill_(places("fill_", self, value), value);
    return self;
  }

  static Tensor maskedFill(Tensor self, Tensor mask, Scalar value) {
    Tensor places = places("maskedFill_", self, null);
    Operators.maskedFill_(places, atPlaces(self, mask), value);
    warn();
    return self;
  }

  static Tensor maskedFill(Tensor self, Tensor mask, Tensor value) {
    Tensor places = places("maskedFill_", self, value);
    Operators.maskedFill_(places, atPlaces(self, mask), value);
    warn();
    return self;
  }

  private static void warn() {
    Warnings.warn(
        "maskedFill_: several elements of the tensor share one place in memory, because it was"
            + " expanded; a place is filled if the mask holds for one of them. clone() it first.");
  }

  /** Returns a view with one element for each place. */
  private static Tensor places(String op, Tensor self, Tensor value) {
    // A view's history is that of its base, where each place has one element. What is no view has
    // none of that kind.
    boolean recorded =
        Bits.records(ThreadState.current().mode.bits)
            && (Raw.requiresGrad(self) || value != null && Raw.requiresGrad(value));
    if (recorded && !Raw.has(self, Flags.VIEW) && !Raw.has(self, Flags.BATCHED)) {
      throw new AutogradException(
          op
              + ": several elements of "
              + Record.describe(self)
              + " share one place in memory, and it is not a view, so its gradient would be"
              + " ambiguous. clone() it first.");
    }
    Tensor places = self;
    Layout l = Raw.layout(self);
    for (int d = 0; d < l.dim(); d++) {
      if (isExpanded(l, d)) {
        places = places.narrow(d, 0, 1);
      }
    }
    return places;
  }

  /** Tells for each place whether a mask holds for one of the elements that share it. */
  private static Tensor atPlaces(Tensor self, Tensor mask) {
    Layout l = Raw.layout(self);
    // Errors about the mask are those of the operator.
    if (Raw.dtype(mask) != DType.BOOL || Raw.layout(mask).dim() > l.dim()) {
      return mask;
    }
    Tensor at = mask;
    int extra = l.dim() - Raw.layout(mask).dim();
    for (int d = extra; d < l.dim(); d++) {
      if (isExpanded(l, d) && Raw.layout(mask).sizes()[d - extra] == l.sizes()[d]) {
        at = at.any(d - extra, true);
      }
    }
    return at;
  }
}
