package org.autograd.tensor;

import org.autograd.DType;
import org.autograd.graph.Edge;

/**
 * The state of a tensor. Its fields are reached through {@link Raw} alone, so that users of {@code
 * Tensor} never see them.
 */
public abstract class TensorBase {
  Storage storage;
  Layout layout;
  DType dtype;
  int flags;

  /** Where the gradient of a non-leaf goes; null for leaves. */
  Edge edge;

  /** What the graph package keeps for tensors that take part in autograd; null until needed. */
  Object meta;

  /** What the layers above recording keep: tangents, or what a batched tensor stands for. */
  Object layer;

  /** Makes a tensor's state; only {@link Raw} has the arguments for it. */
  protected TensorBase(Storage storage, Layout layout, DType dtype, int flags) {
    this.storage = storage;
    this.layout = layout;
    this.dtype = dtype;
    this.flags = flags;
  }
}
