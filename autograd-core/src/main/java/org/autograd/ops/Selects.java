package org.autograd.ops;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw choices by a bool tensor; never recorded. */
public final class Selects {
  private Selects() {}

  /**
   * Returns elements of self where the condition holds, of other elsewhere; all broadcast.
   *
   * @throws AutogradException if shapes do not fit or the condition is no bool tensor
   */
  public static Tensor where(Tensor condition, Tensor self, Tensor other) {
    Types.checkBool("where", "condition", condition);
    DType dtype = Types.promote("where", self, other);
    Tensor yes = Types.cast(self, dtype);
    Tensor no = Types.cast(other, dtype);
    Tensor out = Alloc.empty(Broadcast.layout("where", condition, yes, no), dtype, condition);
    choose("where", out, condition, yes, no);
    return out;
  }

  /** Returns the layout of the result of {@link #where}. */
  public static Layout whereLayout(Tensor condition, Tensor self, Tensor other) {
    DType dtype = Types.promote("where", self, other);
    Layout yes = Raw.layout(self);
    Layout no = Raw.layout(other);
    return ResultLayout.of(
        Broadcast.sizes("where", condition, self, other),
        Raw.layout(condition),
        Raw.dtype(self) == dtype ? yes : yes.fresh(),
        Raw.dtype(other) == dtype ? no : no.fresh());
  }

  private static void choose(String op, Tensor out, Tensor condition, Tensor self, Tensor other) {
    long[] sizes = Raw.layout(out).sizes();
    Backends.kernels(op, condition, self, other)
        .where(
            out,
            Fits.expand(condition, sizes),
            Fits.expand(self, sizes),
            Fits.expand(other, sizes));
  }

  /**
   * Returns self with a number where the mask holds; the two broadcast. The dtype stays self's.
   *
   * @throws AutogradException if shapes do not fit or the mask is no bool tensor
   */
  public static Tensor maskedFill(Tensor self, Tensor mask, Scalar value) {
    return fresh(self, mask, number(self, value));
  }

  /**
   * Returns self with a zero-dimensional tensor's value where the mask holds; self and mask
   * broadcast. The dtype stays self's.
   *
   * @throws AutogradException if shapes do not fit, the mask is no bool tensor, or the value has
   *     dimensions or a dtype that does not convert to self's
   */
  public static Tensor maskedFill(Tensor self, Tensor mask, Tensor value) {
    return fresh(self, mask, number("maskedFill", self, value));
  }

  private static Tensor fresh(Tensor self, Tensor mask, Tensor value) {
    Types.checkBool("maskedFill", "mask", mask);
    Layout layout = Fits.rowMajor(Broadcast.sizes("maskedFill", self, mask));
    Tensor out = Alloc.empty(layout, Raw.dtype(self), self);
    choose("maskedFill", out, mask, value, self);
    return out;
  }

  /**
   * Same as {@link #maskedFill(Tensor, Tensor, Scalar)}, but changes self, to which the mask
   * broadcasts.
   */
  public static void maskedFillInto(Tensor self, Tensor mask, Scalar value) {
    into(self, mask, number(self, value));
  }

  /**
   * Same as {@link #maskedFill(Tensor, Tensor, Tensor)}, but changes self, to which the mask
   * broadcasts.
   */
  public static void maskedFillInto(Tensor self, Tensor mask, Tensor value) {
    into(self, mask, number("maskedFill_", self, value));
  }

  private static void into(Tensor self, Tensor mask, Tensor value) {
    Types.checkBool("maskedFill_", "mask", mask);
    Broadcast.checkTo("maskedFill_", Raw.layout(mask), Raw.layout(self).sizes());
    choose("maskedFill_", self, Overlap.resolve("maskedFill_", self, mask), value, self);
  }

  private static Tensor number(Tensor self, Scalar value) {
    return Alloc.full(Layout.SCALAR, value, Raw.dtype(self), Raw.storage(self).device());
  }

  private static Tensor number(String op, Tensor self, Tensor value) {
    if (Raw.layout(value).dim() != 0) {
      throw new AutogradException(
          op
              + ": value must be a zero-dimensional tensor, got shape "
              + Fits.shape(value)
              + ". Use where() to choose from a tensor with dimensions.");
    }
    Types.checkCast(op, Raw.dtype(value), Raw.dtype(self));
    Tensor cast = Types.cast(value, Raw.dtype(self));
    return Overlap.readFirst(self, cast);
  }
}
