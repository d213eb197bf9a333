package org.autograd.kernel;

import org.autograd.Reduction;
import org.autograd.Scalar;
import org.autograd.Tensor;

/**
 * Matrix products and losses. Outs are freshly allocated and row-major, operands of one dtype and
 * of any strides.
 */
public interface ProductKernels {
  /**
   * Writes {@code alpha·a·b + beta·addend} for matrices, or for equally many matrices stacked along
   * dimension 0.
   *
   * @param addend of out's sizes, or null for none
   */
  void addmm(Tensor out, Tensor a, Tensor b, Scalar alpha, Tensor addend, Scalar beta);

  /** Writes the sum of the products of two vectors of equal size. */
  void dot(Tensor out, Tensor a, Tensor b);

  /**
   * Writes the negative log likelihood of target classes.
   *
   * @param self log probabilities; the classes are dimension 1, or dimension 0 of a vector
   * @param target self's sizes without the classes; integers
   * @param weight a vector with an element for each class, or null
   * @param ignoreIndex targets of this value do not count
   * @throws org.autograd.AutogradException if a target is no class
   */
  void nllLoss(
      Tensor out, Tensor self, Tensor target, Tensor weight, Reduction reduction, long ignoreIndex);

  /**
   * Writes the gradient of {@link #nllLoss}.
   *
   * @param out holds zeros
   */
  void nllLossBackward(
      Tensor out, Tensor grad, Tensor target, Tensor weight, Reduction reduction, long ignoreIndex);

  /** Writes squared differences, reduced; {@code self} and {@code target} have equal sizes. */
  void mseLoss(Tensor out, Tensor self, Tensor target, Reduction reduction);

  /** Writes the gradient of {@link #mseLoss} for self; all have equal sizes. */
  void mseLossBackward(Tensor out, Tensor grad, Tensor self, Tensor target, Reduction reduction);
}
