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
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Runs the hooks of a node in the documented order. Every gradient that a hook sees or returns is
 * no longer the pass's own (design note: ownership) but {@linkplain Lending lent}, and a mode that
 * a hook leaves behind is undone.
 */
final class Hooks {
  private Hooks() {}

  /** Runs the hooks on the tensors that the node made, which may replace gradients. */
  static void onTensors(
      GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    boolean leaf = t.node instanceof AccumulateGrad;
    for (NodeHooks.OnTensor h : hooks.onTensors()) {
      int nr = h.nr();
      if (leaf && grads[nr] == null && !h.always()) {
        continue;
      }
      if (h.always()) {
        Lending.kept(t, nr, grads[nr]); // It only collects.
      } else {
        Lending.lend(task, t, grads, nr);
      }
      Tensor grad = grads[nr];
      Tensor replaced = h.hook().apply(grad);
      state.mode = mode;
      if (replaced != null && replaced != grad) {
        check("hook " + h.hook() + " on output " + nr + " of " + t.node.name(), grad, replaced);
        Lending.shared(replaced);
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
      if (tensor != null) {
        retain(task, t, tensor, grads, i);
      }
    }
  }

  /**
   * Stores one gradient with a tensor that is no leaf: at once if hooks on the node may look for
   * it, else at the commit.
   */
  static void retain(GraphTask task, NodeTask t, Tensor tensor, Tensor[] grads, int i) {
    NodeHooks hooks = t.node.hooks();
    if (grads[i] == null) {
      return;
    }
    if (t.runs && hooks != null && hooks.seeStored()) {
      Commit.now(task, tensor, grads[i], false, true);
    } else {
      t.retained = new NodeTask.Retained(tensor, kept(task, t, hooks, grads, i), t.retained);
    }
  }

  /**
   * Returns what is kept of a gradient until the commit: a copy if user code has it already, which
   * may write into it meanwhile.
   */
  static Tensor kept(GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, int i) {
    if (hooks == null || hooks.onTensors().isEmpty()) {
      Lending.kept(t, i, grads[i]);
      return grads[i];
    }
    // A hook may have reshaped the leaf: that is refused when the gradient is to be stored.
    Layout own = Raw.layout(grads[i]);
    Layout layout = t.node.inputLayout(i);
    boolean fits = layout != null && layout.sameSizes(own);
    return Lending.exclusive(task.math.cloneLike(grads[i], fits ? layout : own));
  }

  /** Runs the hooks before the node, which may replace gradients. */
  static void beforeNode(
      GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    for (NodePrehook h : hooks.before()) {
      List<Tensor> result = h.apply(list(Lending.lend(task, t, grads)));
      state.mode = mode;
      if (result != null) {
        Tensor[] replaced = replaced("prehook " + h + " on " + t.node.name(), grads, result);
        System.arraycopy(replaced, 0, grads, 0, grads.length);
      }
    }
  }

  /**
   * Runs the hooks after the node, which may replace the gradients of its inputs.
   *
   * @param out what the node gave
   * @param grads what went into the node, for reading only
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
    Tensor[] now = lent(task, node, out);
    for (NodeHook h : hooks) {
      int[] versions = Lending.versions(grads);
      List<Tensor> result = h.apply(list(now), list(grads));
      state.mode = mode;
      String name = "hook " + h + " on " + node.name();
      Lending.check(name, grads, versions);
      if (result != null) {
        now = replaced(name, now, result);
      }
    }
    for (Tensor g : now) {
      Lending.shared(g);
    }
    return now;
  }

  /** Returns what a node gave, fitting the next nodes, such that user code may write into it. */
  private static Tensor[] lent(GraphTask task, Node node, Tensor[] out) {
    Fitting.checkCount(node, out);
    boolean own = node.resultsAreOwned();
    Tensor[] now = new Tensor[out.length];
    for (int e = 0; e < out.length; e++) {
      Edge edge = node.edge(e);
      if (out[e] != null && edge != null) {
        Tensor grad = Fitting.fit(task.math, node, e, out[e], edge.node(), edge.inputNr());
        boolean exclusive = own && Raw.has(grad, Flags.OWNED) && !isAmong(now, grad);
        now[e] = Lending.exclusive(exclusive ? grad : task.math.isolated(grad));
      }
    }
    return now;
  }

  private static boolean isAmong(Tensor[] grads, Tensor grad) {
    for (Tensor g : grads) {
      if (g == grad) {
        return true;
      }
    }
    return false;
  }

  /** Accumulates the gradient of a leaf at once and runs the hooks that must see it. */
  static void accumulate(
      GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, ThreadState state, Mode mode) {
    List<NodeHook> after = hooks.after();
    if (!after.isEmpty()) {
      Lending.kept(t, 0, grads[0]);
    }
    if (grads[0] != null) {
      Tensor leaf = ((AccumulateGrad) t.node).leaf();
      Commit.now(task, leaf, grads[0], (t.owned & 1) != 0, false);
      for (PostAccumulateGradHook h : hooks.accumulated()) {
        h.accept(leaf);
        state.mode = mode;
      }
    }
    for (NodeHook h : after) {
      int[] versions = Lending.versions(grads);
      List<Tensor> result = h.apply(List.of(), list(grads));
      state.mode = mode;
      String name = "hook " + h + " on " + t.node.name();
      Lending.check(name, grads, versions);
      if (result != null) {
        replaced(name, new Tensor[0], result);
      }
    }
  }

  private static List<Tensor> list(Tensor[] grads) {
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
        Lending.shared(now[i]);
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
