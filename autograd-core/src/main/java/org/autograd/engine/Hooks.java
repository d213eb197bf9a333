package org.autograd.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.graph.NodeHook;
import org.autograd.graph.NodeHooks;
import org.autograd.graph.NodePrehook;
import org.autograd.graph.PostAccumulateGradHook;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Runs the hooks of a node in the documented order. Every gradient that a hook sees or returns is
 * no longer the pass's own (design note: ownership), and a mode that a hook leaves behind is
 * undone.
 */
final class Hooks {
  private Hooks() {}

  /** Runs the hooks on the tensors that the node made, which may replace gradients. */
  static void onTensors(NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    boolean leaf = t.node instanceof AccumulateGrad;
    for (NodeHooks.OnTensor h : hooks.onTensors()) {
      int nr = h.nr();
      Tensor grad = grads[nr];
      if (leaf && grad == null && !h.always()) {
        continue;
      }
      shown(t, grad);
      Tensor replaced = h.hook().apply(grad);
      state.mode = mode;
      if (replaced != null && replaced != grad) {
        check("hook " + h.hook() + " on output " + nr + " of " + t.node.name(), grad, replaced);
        shown(t, replaced);
        grads[nr] = replaced;
      }
    }
  }

  /**
   * Stores the gradients that {@code retainGrad()} asked for: at once if hooks on the node may look
   * for them, else at the commit.
   */
  static void retain(GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads) {
    for (int i = 0; i < grads.length; i++) {
      Tensor tensor = hooks.retained(i);
      if (tensor == null || grads[i] == null) {
        continue;
      }
      if (t.runs && hooks.seeStored()) {
        Commit.now(task, tensor, grads[i], false);
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

  /** Runs the hooks before the node, which may replace gradients. */
  static void beforeNode(
      NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    for (NodePrehook h : hooks.before()) {
      List<Tensor> result = h.apply(shown(t, grads));
      state.mode = mode;
      if (result != null) {
        Tensor[] replaced = replaced("prehook " + h + " on " + t.node.name(), grads, result);
        System.arraycopy(replaced, 0, grads, 0, grads.length);
        shown(t, grads);
      }
    }
  }

  /**
   * Runs the hooks after the node, which may replace the gradients of its inputs.
   *
   * @param out what the node gave
   * @param grads what went into the node
   * @return what goes on to the next nodes, already fitting them
   */
  static Tensor[] afterNode(
      GraphTask task,
      NodeTask t,
      List<NodeHook> hooks,
      Tensor[] out,
      Tensor[] grads,
      ThreadState state,
      Mode mode) {
    Node node = t.node;
    Fitting.checkCount(node, out);
    Tensor[] now = new Tensor[out.length];
    for (int e = 0; e < out.length; e++) {
      Edge edge = node.edge(e);
      if (out[e] != null && edge != null) {
        now[e] = Fitting.fit(task.math, node, e, out[e], edge.node(), edge.inputNr());
      }
    }
    List<Tensor> seen = shown(t, grads);
    for (NodeHook h : hooks) {
      List<Tensor> result = h.apply(shown(t, now), seen);
      state.mode = mode;
      if (result != null) {
        now = replaced("hook " + h + " on " + node.name(), now, result);
      }
    }
    shown(t, now);
    return now;
  }

  /** Accumulates the gradient of a leaf at once and runs the hooks that must see it. */
  static void accumulate(
      GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    List<NodeHook> after = hooks.after();
    List<Tensor> seen = after.isEmpty() ? null : shown(t, grads);
    if (grads[0] != null) {
      Tensor leaf = ((AccumulateGrad) t.node).leaf();
      Commit.now(task, leaf, grads[0], (t.owned & 1) != 0);
      for (PostAccumulateGradHook h : hooks.accumulated()) {
        h.accept(leaf);
        state.mode = mode;
      }
    }
    for (NodeHook h : after) {
      List<Tensor> result = h.apply(List.of(), seen);
      state.mode = mode;
      if (result != null) {
        replaced("hook " + h + " on " + t.node.name(), new Tensor[0], result);
      }
    }
  }

  private static void shown(NodeTask t, Tensor grad) {
    t.owned = 0;
    if (grad != null) {
      Raw.flag(grad, Flags.OWNED, false);
    }
  }

  /** Returns what user code gets to see of an array of gradients. */
  private static List<Tensor> shown(NodeTask t, Tensor[] grads) {
    for (Tensor g : grads) {
      shown(t, g);
    }
    return Collections.unmodifiableList(Arrays.asList(grads.clone()));
  }

  private static Tensor[] replaced(String where, Tensor[] before, List<Tensor> result) {
    Tensor[] now = result.toArray(new Tensor[0]);
    if (now.length != before.length) {
      throw new AutogradException(
          where
              + ": returned "
              + now.length
              + " gradients, expected "
              + before.length
              + ", or null to keep them.");
    }
    for (int i = 0; i < now.length; i++) {
      if (now[i] != null && now[i] != before[i]) {
        check(where + ", position " + i, before[i], now[i]);
      }
    }
    return now;
  }

  private static void check(String where, Tensor grad, Tensor replaced) {
    if (grad == null) {
      throw new AutogradException(
          where + ": returned a tensor although there is no gradient to replace.");
    }
    if (!Raw.layout(grad).sameSizes(Raw.layout(replaced))) {
      throw new AutogradException(
          where
              + ": returned shape "
              + sizes(replaced)
              + " for a gradient of shape "
              + sizes(grad)
              + ".");
    }
    if (Raw.dtype(grad) != Raw.dtype(replaced)) {
      throw new AutogradException(
          where
              + ": returned dtype "
              + Raw.dtype(replaced)
              + " for a gradient of dtype "
              + Raw.dtype(grad)
              + ".");
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

  private static String sizes(Tensor t) {
    return Arrays.toString(Raw.layout(t).sizes());
  }
}
