package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Sets all elements of a tensor to one value, converted to its dtype. */
public final class Fills {
  private Fills() {}

  /** Sets all elements to 0. */
  public static void zero(Tensor self) {
    fill(self, Scalar.of(0));
  }

  /** Sets all elements to a number. */
  public static void fill(Tensor self, Scalar value) {
    Backends.kernels(self).fill(self, value);
  }

  /**
   * Sets all elements to the element of a zero-dimensional tensor.
   *
   * @throws AutogradException if {@code value} has dimensions
   */
  public static void fill(Tensor self, Tensor value) {
    Layout l = Raw.layout(value);
    if (l.dim() != 0) {
      throw new AutogradException(
          "fill_: the value must be a zero-dimensional tensor, got shape "
              + Arrays.toString(l.sizes())
              + ". Use copy_() to broadcast a tensor.");
    }
    Copies.copyInto(self, value);
  }
}
