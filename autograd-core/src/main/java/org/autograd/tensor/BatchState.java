package org.autograd.tensor;

import org.autograd.Tensor;

/** What a batched tensor stands for. Implemented by the layer of batches. */
public interface BatchState {
  /** Returns the tensor that holds all elements of the batch. */
  Tensor value();
}
