package org.autograd;

import org.autograd.tensor.Layout;
import org.autograd.tensor.Storage;
import org.autograd.tensor.TensorBase;

/** The static factories of {@link Tensor}. */
public abstract class TensorFactories extends TensorBase {
  /** Makes a tensor's state. */
  protected TensorFactories(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }
}
