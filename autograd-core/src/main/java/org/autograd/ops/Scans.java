package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw running sums; never recorded. Integers and bool count in int64. */
public final class Scans {
  private Scans() {}

  /**
   * Returns the sums of all elements up to each one along a dimension.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor cumsum(Tensor self, int dim) {
    return cumsum("cumsum", self, dim, false);
  }

  /**
   * Returns the sums of each element and all after it along a dimension.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor reverseCumsum(Tensor self, int dim) {
    return cumsum("reverseCumsum", self, dim, true);
  }

  private static Tensor cumsum(String op, Tensor self, int dim, boolean reverse) {
    int d = Dims.wrap(op, dim, Raw.layout(self));
    Layout layout = Layout.contiguous(Raw.layout(self).sizes());
    Tensor out = Alloc.empty(layout, Reductions.counted(Raw.dtype(self)), self);
    Backends.kernels(self).cumsum(out, self, d, reverse);
    return out;
  }
}
