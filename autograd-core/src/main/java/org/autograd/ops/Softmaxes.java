package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw softmax and its derivatives; never recorded. Results are fresh and row-major. */
public final class Softmaxes {
  private Softmaxes() {}

  /**
   * Returns the exponentials divided by their sums along a dimension.
   *
   * @throws org.autograd.AutogradException if the dtype is not floating point
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor softmax(Tensor self, int dim) {
    return softmax("softmax", self, dim, false);
  }

  /** Returns the logarithms of {@link #softmax}, computed without its underflow. */
  public static Tensor logSoftmax(Tensor self, int dim) {
    return softmax("logSoftmax", self, dim, true);
  }

  private static Tensor softmax(String op, Tensor self, int dim, boolean log) {
    Types.checkFloating(op, Raw.dtype(self));
    Layout from = Raw.layout(self);
    int d = Dims.wrap(op, dim, from);
    Tensor out = Alloc.empty(rowMajor(from), Raw.dtype(self), self);
    Backends.kernels(self).softmax(out, self, d, log);
    return out;
  }

  private static Layout rowMajor(Layout layout) {
    return layout.isContiguous() ? layout.fresh() : Layout.contiguous(layout.sizes());
  }

  /**
   * Returns {@code output * (gradOutput - sum(gradOutput * output, dim, true))}.
   *
   * @param output what {@link #softmax} returned
   * @throws org.autograd.AutogradException if the shapes or dtypes differ
   */
  public static Tensor softmaxBackward(Tensor gradOutput, Tensor output, int dim) {
    return backward("softmaxBackward", gradOutput, output, dim, false);
  }

  /**
   * Returns {@code gradOutput - exp(output) * sum(gradOutput, dim, true)}.
   *
   * @param output what {@link #logSoftmax} returned
   * @throws org.autograd.AutogradException if the shapes or dtypes differ
   */
  public static Tensor logSoftmaxBackward(Tensor gradOutput, Tensor output, int dim) {
    return backward("logSoftmaxBackward", gradOutput, output, dim, true);
  }

  private static Tensor backward(
      String op, Tensor gradOutput, Tensor output, int dim, boolean log) {
    Layout from = Raw.layout(output);
    int d = Dims.wrap(op, dim, from);
    Fits.sameSizes(op, "gradOutput", gradOutput, "output", output);
    Tensor out = Alloc.empty(rowMajor(from), Raw.dtype(output), output);
    Backends.kernels(op, gradOutput, output).softmaxBackward(out, gradOutput, output, d, log);
    return out;
  }
}
