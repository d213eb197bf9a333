package org.autograd.graph;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Shape;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What a gradient that goes into a node must look like. */
public final class InputMetadata {
  private final Layout layout;
  private final DType dtype;
  private final Device device;

  InputMetadata(Layout layout, DType dtype, Device device) {
    this.layout = layout;
    this.dtype = dtype;
    this.device = device;
  }

  static InputMetadata of(Tensor t) {
    return new InputMetadata(Raw.layout(t), Raw.dtype(t), Raw.storage(t).device());
  }

  Layout layout() {
    return layout;
  }

  /** Returns the shape of the gradient. */
  public Shape shape() {
    return Shape.of(layout.sizes());
  }

  /** Returns the dtype of the gradient. */
  public DType dtype() {
    return dtype;
  }

  /** Returns where the gradient lives. */
  public Device device() {
    return device;
  }

  @Override
  public String toString() {
    return dtype + " " + shape() + " on " + device;
  }
}
