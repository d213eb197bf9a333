package org.autograd.graph;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What a gradient that goes into a node must look like. */
record InputMetadata(Layout layout, DType dtype, Device device) {
  static InputMetadata of(Tensor t) {
    return new InputMetadata(Raw.layout(t), Raw.dtype(t), Raw.storage(t).device());
  }
}
