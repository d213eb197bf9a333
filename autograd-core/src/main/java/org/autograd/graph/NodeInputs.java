package org.autograd.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What a node tells of the gradients that go into it: one for each output of its operation. */
abstract class NodeInputs extends NodeNotes {
  /** Of several outputs; null where the fields below describe the only one, which most have. */
  private InputMetadata[] more;

  private Layout layout;
  private DType dtype;
  private Device device;

  /** Notes what the gradient of the node's only output looks like. */
  public final void describe(Tensor output) {
    layout = Raw.layout(output);
    dtype = Raw.dtype(output);
    device = Raw.storage(output).device();
  }

  /** Notes what the gradients of several outputs look like; null entries are not differentiable. */
  public final void describe(Tensor... outputs) {
    more = new InputMetadata[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      more[i] = outputs[i] == null ? null : InputMetadata.of(outputs[i]);
    }
  }

  /**
   * Returns what the gradients that go into this node look like, one entry for each output of the
   * operation; null entries for outputs that are not differentiable.
   */
  public final List<InputMetadata> inputMetadata() {
    if (more != null) {
      return Collections.unmodifiableList(Arrays.asList(more));
    }
    return Collections.singletonList(
        layout == null ? null : new InputMetadata(layout, dtype, device));
  }

  /** Returns how many gradients go in: the number of the operation's outputs. */
  public final int numInputs() {
    return more == null ? 1 : more.length;
  }

  /** Returns the layout of output {@code i} of the operation, or null if unknown. */
  public final Layout inputLayout(int i) {
    return more == null ? layout : more[i] == null ? null : more[i].layout();
  }

  /** Returns the dtype that the gradient of output {@code i} must have, or null if unknown. */
  public final DType inputDtype(int i) {
    return more == null ? dtype : more[i] == null ? null : more[i].dtype();
  }

  /** Returns the device that the gradient of output {@code i} must be on, or null if unknown. */
  public final Device inputDevice(int i) {
    return more == null ? device : more[i] == null ? null : more[i].device();
  }
}
