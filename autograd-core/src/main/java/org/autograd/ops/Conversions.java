package org.autograd.ops;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Copies in another dtype and results in another shape. */
public final class Conversions {
  private Conversions() {}

  /** Returns a copy in the given dtype; dense strides are kept. */
  public static Tensor toCopy(Tensor self, DType dtype) {
    return Raw.dtype(self) == dtype ? Copies.clone(self) : Types.cast(self, dtype);
  }

  /**
   * Returns the elements in another shape over the same memory. Unlike a view the result is not
   * related to {@code self}, so nothing else may use {@code self} any more.
   */
  public static Tensor unsafeView(Tensor self, long[] shape) {
    return Raw.fresh(Raw.storage(self), Views.view(Raw.layout(self), shape), Raw.dtype(self));
  }

  /** Returns the layout of the result of {@link #unsafeView}. */
  public static Layout unsafeViewLayout(Tensor self, long[] shape) {
    return Views.view(Raw.layout(self), shape);
  }

  /** Returns a fresh row-major copy. */
  public static Tensor contiguousCopy(Tensor self) {
    return Copies.copy(self, Layout.contiguous(Raw.layout(self).sizes()));
  }
}
