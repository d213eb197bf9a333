package org.autograd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Meta;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Stores the gradients of a finished pass (design note: all or nothing). First everything that can
 * fail is done for all tensors: checks, copies, sums that must be recorded. Then each is stored
 * under its own lock, with nothing left but an addition in place or an assignment.
 */
final class Commit {
  /**
   * One gradient to store: {@code ready} is what {@code .grad} becomes if it still is {@code seen}
   * at that version; null if the gradient is added in place.
   */
  private record Entry(
      Tensor tensor, Tensor grad, Tensor seen, int version, Tensor ready, boolean retained) {
    /** Tells whether another thread stored or added something since this was prepared. */
    boolean isStale(Tensor now) {
      return now != seen || (ready != null && now != null && Raw.storage(now).version() != version);
    }
  }

  private Commit() {}

  static void commit(GraphTask task, Discovery nodes) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < nodes.count(); i++) {
      NodeTask t = nodes.found(i);
      if (t.missing > 0) {
        throw new IllegalStateException(
            "the scheduler stopped before " + t.node.name() + " had all its gradients");
      }
      if (t.staged != null) {
        entries.add(
            prepare(task, ((AccumulateGrad) t.node).leaf(), t.staged, t.stagedOwned, false));
        t.staged = null;
      }
      for (NodeTask.Retained r = t.retained; r != null; r = r.next()) {
        entries.add(prepare(task, r.tensor(), r.grad(), Raw.has(r.grad(), Flags.EXCLUSIVE), true));
      }
      t.retained = null;
    }
    for (Entry e : entries) {
      store(task, e);
    }
  }

  /**
   * Stores one gradient while the pass goes on: the documented exception, for what hooks must see.
   */
  static void now(GraphTask task, Tensor tensor, Tensor grad, boolean owned, boolean retained) {
    store(task, prepare(task, tensor, grad, owned, retained));
  }

  private static Entry prepare(
      GraphTask task, Tensor tensor, Tensor grad, boolean owned, boolean retained) {
    BatchedGrads.checkStored(grad);
    Meta meta = Meta.of(tensor);
    Tensor seen;
    int version;
    synchronized (meta) {
      // No other pass is in the middle of an addition.
      seen = meta.grad();
      version = seen == null ? 0 : Raw.storage(seen).version();
    }
    check(tensor, grad, seen);
    Tensor ready = ready(task, tensor, grad, seen, owned, retained);
    Tensor kept = seen != null && ready == null ? readable(task, seen, grad) : grad;
    return new Entry(tensor, kept, seen, version, ready, retained);
  }

  /** Checks that a gradient fits the tensor, as it is now, and the gradient that is there. */
  private static void check(Tensor tensor, Tensor grad, Tensor seen) {
    Layout layout = Raw.layout(grad);
    if (!layout.sameSizes(Raw.layout(tensor))) {
      throw new AutogradException(
          "backward: a gradient of shape "
              + Arrays.toString(layout.sizes())
              + " cannot be stored with a tensor whose shape is "
              + Arrays.toString(Raw.layout(tensor).sizes())
              + " by now. Do not change a tensor's shape before the pass over what was computed"
              + " from it has ended.");
    }
    if (seen != null
        && (!Raw.layout(seen).sameSizes(layout) || Raw.dtype(seen) != Raw.dtype(grad))) {
      throw new AutogradException(
          "backward: the .grad of a tensor has dtype "
              + Raw.dtype(seen)
              + " and shape "
              + Arrays.toString(Raw.layout(seen).sizes())
              + ", but its new gradient has "
              + Raw.dtype(grad)
              + " and "
              + Arrays.toString(layout.sizes())
              + ". Set .grad to null after changing the tensor's data or shape.");
    }
  }

  /**
   * Tells whether the sum takes the place of {@code .grad} rather than being written into it. In a
   * tensor that is no leaf it also does if a pass that was recorded stored the gradient: that
   * belongs to a graph.
   */
  private static boolean replaces(GraphTask task, Tensor tensor, Tensor now, boolean retained) {
    return task.createGraph
        || Raw.layout(now).overlapsItself()
        || retained && (Raw.requiresGrad(now) || Meta.of(tensor).isGradRecorded());
  }

  /**
   * Returns a gradient that stays as it is while it is added to {@code target} in place: a copy if
   * the two lie in the same memory but not element by element.
   */
  private static Tensor readable(GraphTask task, Tensor target, Tensor grad) {
    Layout layout = Raw.layout(grad);
    return Raw.storage(target).memory() != Raw.storage(grad).memory()
            || layout.equals(Raw.layout(target))
        ? grad
        : task.math.cloneLike(grad, layout);
  }

  /** Returns what {@code .grad} becomes, or null if the gradient is added in place. */
  private static Tensor ready(
      GraphTask task, Tensor tensor, Tensor grad, Tensor seen, boolean owned, boolean retained) {
    if (seen != null) {
      return replaces(task, tensor, seen, retained) ? disowned(task.math.add(seen, grad)) : null;
    }
    Layout layout = Raw.layout(tensor);
    if (owned && laidOutLike(Raw.layout(grad), layout)) {
      return disowned(grad);
    }
    return disowned(task.math.cloneLike(grad, layout));
  }

  static Tensor disowned(Tensor t) {
    Lending.shared(t);
    return t;
  }

  private static boolean laidOutLike(Layout grad, Layout leaf) {
    return leaf.isNonOverlappingAndDense() && !leaf.isContiguous()
        ? Arrays.equals(grad.strides(), leaf.strides())
        : grad.isContiguous();
  }

  private static void store(GraphTask task, Entry e) {
    Meta meta = Meta.of(e.tensor);
    synchronized (meta) {
      store(task, meta, e);
    }
  }

  private static void store(GraphTask task, Meta meta, Entry e) {
    Tensor now = meta.grad();
    if (e.isStale(now)) {
      // Another pass stored in between: add to what is there now.
      Tensor sum =
          now == null
              ? ready(task, e.tensor, e.grad, null, false, e.retained)
              : later(task, now, e);
      meta.grad(sum, task.createGraph);
    } else if (e.ready != null) {
      meta.grad(e.ready, task.createGraph);
    } else {
      task.math.addInto(now, e.grad);
    }
  }

  private static Tensor later(GraphTask task, Tensor now, Entry e) {
    if (replaces(task, e.tensor, now, e.retained)) {
      return disowned(task.math.add(now, e.grad));
    }
    task.math.addInto(now, readable(task, now, e.grad));
    return now;
  }
}
