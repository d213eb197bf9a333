package org.autograd.kernel;

import org.autograd.Scalar;
import org.autograd.Tensor;

/**
 * The kernels of one kind of device. Whoever calls has checked the operands and allocated the
 * results, which come first; operands have the dtype that the operator computes in. A kernel takes
 * any strides and offset, reads an operand as broadcast to the sizes of the result, and knows
 * nothing of autograd. Kernels are used from any thread.
 */
public interface Kernels
    extends PointwiseKernels, ReductionKernels, IndexKernels, ProductKernels, RandomKernels {
  /**
   * Copies elements, converting between dtypes: to an integer by cutting off the fraction, to bool
   * by comparing with 0.
   *
   * @param dst receives the elements; its memory must not overlap that of {@code src}, unless both
   *     are the same
   * @param src of a shape that broadcasts to that of {@code dst}
   */
  void copy(Tensor dst, Tensor src);

  /** Sets all elements to a number, converted to the dtype as {@link #copy} does. */
  void fill(Tensor dst, Scalar value);
}
