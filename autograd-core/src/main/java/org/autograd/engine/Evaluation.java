package org.autograd.engine;

import java.util.List;
import java.util.function.Consumer;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Node;
import org.autograd.graph.NodeHook;
import org.autograd.graph.NodeHooks;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * What happens when a node's turn has come: its hooks, its formula, and the delivery of what it
 * returned.
 */
final class Evaluation {
  private Evaluation() {}

  /** Evaluates a ready node; the pass's mode is in force. */
  static void evaluate(GraphTask task, NodeTask t, ThreadState state, Consumer<NodeTask> ready) {
    Node node = t.node;
    Tensor[] grads = t.buffer != null ? t.buffer : new Tensor[node.numInputs()];
    t.buffer = null;
    NodeHooks hooks = node.hooks();
    if (hooks != null) {
      Hooks.onTensors(task, t, hooks, grads, state, task.mode);
      Hooks.retain(task, t, hooks, grads);
    }
    for (NodeTask.Capture c = t.captures; c != null; c = c.next()) {
      capture(task, t, hooks, grads, c);
    }
    if (!t.runs) {
      return;
    }
    if (hooks != null) {
      Hooks.beforeNode(task, t, hooks, grads, state, task.mode);
    }
    if (node instanceof AccumulateGrad leaf) {
      if (!Raw.requiresGrad(leaf.leaf())) {
        return; // It was frozen after the graph was made.
      }
      if (hooks != null && hooks.seeStored()) {
        Hooks.accumulate(task, t, hooks, grads, state, task.mode);
      } else {
        stage(task, t, hooks, grads);
      }
      return;
    }
    if (node.isReleased()) {
      throw node.released();
    }
    long mask = task.wanted == null ? node.allNeeded() : maskOf(task, t);
    List<NodeHook> after = hooks == null ? null : hooks.afterOrNull();
    boolean own = node.resultsAreOwned();
    Tensor[] seen = after == null && task.anomaly == null && own ? null : grads.clone();
    int[] versions = own ? null : Lending.versions(t, seen);
    Tensor[] out = node.apply(grads, mask);
    state.mode = task.mode;
    if (!own) {
      Lending.check(node, seen, versions);
    }
    if (after != null) {
      out = Hooks.afterNode(task, t, after, out, seen, state, task.mode);
    }
    if (task.anomaly != null) {
      Watch.check(task.anomaly, node, seen, out);
    }
    if (!task.keepGraph) {
      node.release();
    }
    deliver(task, t, out, own, ready);
  }

  private static void capture(
      GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads, NodeTask.Capture c) {
    int nr = c.inputNr();
    if (c.into() == null) {
      task.captured[c.position()] = grads[nr];
      Lending.kept(t, nr, grads[nr]);
    } else if (hooks == null || hooks.retained(nr) != c.into()) {
      Hooks.retain(task, t, c.into(), grads, nr);
    }
  }

  private static void stage(GraphTask task, NodeTask t, NodeHooks hooks, Tensor[] grads) {
    if (hooks == null || grads[0] == null) {
      t.staged = grads[0];
      t.stagedOwned = (t.owned & 1) != 0;
    } else {
      t.staged = Hooks.kept(task, t, hooks, grads, 0);
      t.stagedOwned = Raw.has(t.staged, Flags.EXCLUSIVE);
    }
  }

  private static long maskOf(GraphTask task, NodeTask t) {
    long mask = 0;
    for (int e = 0; e < t.node.numEdges(); e++) {
      if (task.target(t, e) != null) {
        mask |= 1L << Math.min(e, 63);
      }
    }
    return mask;
  }

  private static void deliver(
      GraphTask task, NodeTask t, Tensor[] out, boolean own, Consumer<NodeTask> ready) {
    Node node = t.node;
    int n = node.numEdges();
    Fitting.checkCount(node, out);
    boolean trusted = !task.createGraph && own;
    for (int e = 0; e < n; e++) {
      NodeTask target = task.target(t, e);
      if (target == null) {
        continue;
      }
      int inputNr = node.edge(e).inputNr();
      Tensor grad = out[e];
      boolean fresh = false;
      if (grad != null) {
        Tensor fitting = Fitting.fit(task.math, node, e, grad, target.node, inputNr);
        boolean exclusive = Raw.has(fitting, Flags.OWNED) && !again(out, e, fitting);
        Lending.shared(fitting);
        fresh = exclusive && trusted;
        if (exclusive && !trusted) {
          Raw.flag(fitting, Flags.EXCLUSIVE, true);
        }
        grad = fitting;
      }
      if (task.parallel) {
        int turn = task.nodes.turn(t, e);
        if (task.shared
            ? target.arriveShared(inputNr, turn, grad, fresh, task)
            : target.arrive(inputNr, turn, grad, fresh, task)) {
          ready.accept(target);
        }
      } else {
        target.fold(inputNr, grad, fresh, task);
        if (--target.missing == 0) {
          ready.accept(target);
        }
      }
    }
  }

  private static boolean again(Tensor[] out, int e, Tensor grad) {
    for (int i = 0; i < out.length; i++) {
      if (i != e && out[i] == grad) {
        return true;
      }
    }
    return false;
  }
}
