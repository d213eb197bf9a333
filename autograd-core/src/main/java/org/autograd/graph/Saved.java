package org.autograd.graph;

import org.autograd.Tensor;

/** A tensor as a node keeps it. Implemented by the layer that saves tensors. */
public interface Saved {
  /**
   * Reads the value as the node's formula does.
   *
   * @throws org.autograd.AutogradException if the value is gone or stale
   */
  Tensor read(Node owner);

  /**
   * Returns the tensor that is kept, unchecked and without history; null if hooks keep it in a form
   * of their own.
   */
  Tensor kept();

  /**
   * Packs the value with hooks of its own, at once.
   *
   * @throws org.autograd.AutogradException if it has hooks already
   */
  void hooks(Node owner, SavedTensorHooks<?> hooks);
}
