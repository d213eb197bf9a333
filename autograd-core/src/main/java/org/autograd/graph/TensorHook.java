package org.autograd.graph;

import org.autograd.Tensor;

/** A function that sees, and may replace, the gradient of a tensor. */
@FunctionalInterface
public interface TensorHook {
  /**
   * Sees a gradient.
   *
   * @param grad the complete gradient of the tensor in this pass; null if its node runs without one
   *     for it
   * @return a tensor of the same shape, dtype and device to use instead, or null to keep {@code
   *     grad}
   */
  Tensor apply(Tensor grad);
}
