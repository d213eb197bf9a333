package org.autograd.kernel;

import org.autograd.Tensor;

/**
 * The kernels that work along dimensions. Sets of dimensions are given as bits: bit {@code d} for
 * dimension {@code d}. Every out is freshly allocated and row-major, with the sizes of the
 * dimensions that are left (whether or not the others are kept with size 1); its dtype decides in
 * which type the kernel counts. Operands may have any strides. A slice is what one element of a
 * reduction's result is made of.
 */
public interface ReductionKernels {
  /** Writes sums. */
  void sum(Tensor out, Tensor self, long dims);

  /** Writes means; floating point outs only. */
  void mean(Tensor out, Tensor self, long dims);

  /** Writes products. */
  void prod(Tensor out, Tensor self, long dims);

  /** Writes the largest or smallest elements; a NaN wins. Slices are not empty. */
  void extremum(Tensor out, Tensor self, long dims, boolean max);

  /**
   * Writes the row-major positions in their slices of the first largest or smallest elements, and
   * their values. The first NaN wins. Slices are not empty.
   *
   * @param values of self's dtype; null if not wanted
   * @param indices int64
   */
  void indexOfExtremum(Tensor values, Tensor indices, Tensor self, long dims, boolean max);

  /** Writes whether all, or any, of the elements are not zero; the out is a bool tensor. */
  void any(Tensor out, Tensor self, long dims, boolean all);

  /**
   * Writes variances, or their roots; floating point outs only.
   *
   * @param correction is subtracted from the number of elements to give the divisor
   */
  void var(Tensor out, Tensor self, long dims, double correction, boolean root);

  /** Writes the logarithms of the sums of the exponentials; floating point outs only. */
  void logsumexp(Tensor out, Tensor self, long dims);

  /** Writes running sums along one dimension, from its start, or from its end if reverse. */
  void cumsum(Tensor out, Tensor self, int dim, boolean reverse);

  /**
   * Sorts along one dimension, stably; NaN counts as the largest number.
   *
   * @param values of self's dtype; null if not wanted
   * @param indices int64: where each element came from
   */
  void sort(Tensor values, Tensor indices, Tensor self, int dim, boolean descending);

  /** Writes the softmax along one dimension, or its logarithm. */
  void softmax(Tensor out, Tensor self, int dim, boolean log);

  /** Writes the gradient of {@link #softmax} from its result. */
  void softmaxBackward(Tensor out, Tensor grad, Tensor result, int dim, boolean log);
}
