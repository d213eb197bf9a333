package org.autograd.ops;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw stable sorting; never recorded. NaN counts as the largest number. */
public final class Sorting {
  private Sorting() {}

  /**
   * Returns the elements in order along a dimension, and the int64 indices where they were.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor[] sort(Tensor self, int dim, boolean descending) {
    int d = Dims.wrap("sort", dim, Raw.layout(self));
    Layout layout = Raw.layout(self).fresh();
    Tensor values = Alloc.empty(layout, Raw.dtype(self), self);
    Tensor indices = Alloc.empty(layout, DType.INT64, self);
    Backends.kernels(self).sort(values, indices, self, d, descending);
    return new Tensor[] {values, indices};
  }

  /**
   * Returns the int64 indices that would put the elements in order along a dimension.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor argsort(Tensor self, int dim, boolean descending) {
    int d = Dims.wrap("argsort", dim, Raw.layout(self));
    Layout layout = Raw.layout(self).fresh();
    Tensor indices = Alloc.empty(layout, DType.INT64, self);
    Backends.kernels(self).sort(null, indices, self, d, descending);
    return indices;
  }
}
