package org.autograd.engine;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.NodeHooks;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/** Runs the hooks of a node in the documented order. */
final class Hooks {
  private Hooks() {}

  /** Runs the hooks on the tensors that the node made, which may replace gradients. */
  static void onTensors(NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    boolean leaf = t.node instanceof org.autograd.graph.AccumulateGrad;
    for (NodeHooks.OnTensor h : hooks.onTensors()) {
      Tensor grad = grads[h.nr()];
      if (leaf && grad == null) {
        continue;
      }
      if (grad != null) {
        t.owned &= ~(1L << h.nr());
        Raw.flag(grad, Flags.OWNED, false);
      }
      Tensor replaced = h.hook().apply(grad);
      state.mode = mode;
      if (replaced != null && replaced != grad) {
        check(t, h.nr(), h.hook(), grad, replaced);
        grads[h.nr()] = replaced;
      }
    }
  }

  private static void check(NodeTask t, int nr, Object hook, Tensor grad, Tensor replaced) {
    String where = "hook " + hook + " on output " + nr + " of " + t.node.name();
    if (grad == null) {
      throw new AutogradException(where + ": returned a tensor although there is no gradient to replace.");
    }
    if (!Raw.layout(grad).sameSizes(Raw.layout(replaced))) {
      throw new AutogradException(
          where
              + ": returned shape "
              + Arrays.toString(Raw.layout(replaced).sizes())
              + " for a gradient of shape "
              + Arrays.toString(Raw.layout(grad).sizes())
              + ".");
    }
    if (Raw.dtype(grad) != Raw.dtype(replaced)) {
      throw new AutogradException(
          where + ": returned dtype " + Raw.dtype(replaced) + " for a gradient of dtype " + Raw.dtype(grad) + ".");
    }
    if (!Raw.storage(grad).device().equals(Raw.storage(replaced).device())) {
      throw new AutogradException(
          where
              + ": returned a tensor on "
              + Raw.storage(replaced).device()
              + " for a gradient on "
              + Raw.storage(grad).device()
              + ".");
    }
  }

  /** Notes the gradients that {@code retainGrad()} asked for; they are stored at the commit. */
  static void stageRetained(NodeTask t, NodeHooks hooks, Tensor[] grads) {
    for (int i = 0; i < grads.length; i++) {
      Tensor tensor = hooks.retained(i);
      if (tensor == null || grads[i] == null) {
        continue;
      }
      if (t.retained == null) {
        t.retained = new Tensor[grads.length];
        t.retainedGrads = new Tensor[grads.length];
      }
      t.retained[i] = tensor;
      t.retainedGrads[i] = grads[i];
    }
  }
}
