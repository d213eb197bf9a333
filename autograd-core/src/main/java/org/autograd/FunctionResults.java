package org.autograd;

import java.util.Arrays;
import java.util.Set;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.ThreadState;
import org.autograd.record.Change;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Gives the results of one call of a {@link CustomFunction} their history. Runs with recording off.
 */
final class FunctionResults {
  private final String name;
  private final FunctionCtx ctx;
  private final BackwardCFunction node;
  private final boolean recording;
  private final boolean setsUp;
  private final Object[] original;
  private final Object[] flat;

  /**
   * Takes what forward returned.
   *
   * @param node the history, or null if the call is not recorded
   * @param recording whether recording was on at the call
   * @param setsUp whether the context was filled after forward, from what that returned
   */
  FunctionResults(
      String name,
      FunctionCtx ctx,
      BackwardCFunction node,
      boolean recording,
      boolean setsUp,
      Object[] flat) {
    this.name = name;
    this.ctx = ctx;
    this.node = node;
    this.recording = recording;
    this.setsUp = setsUp;
    this.original = flat;
    this.flat = flat.clone();
  }

  /** Checks that an argument may be changed in place. */
  static void checkMayChange(String name, Tensor t, Set<Tensor> arguments) {
    try (Scope scope = GradMode.enableGrad()) {
      Record.checkInplace(name, ThreadState.current(), t, arguments.toArray(new Tensor[0]));
    }
  }

  /** Makes the node the history of the results. */
  void finish() {
    check();
    for (Tensor t : ctx.dirty()) {
      Raw.storage(t).bump(Change.by(name));
    }
    int differentiable = 0;
    Tensor[] described = new Tensor[flat.length];
    for (int i = 0; i < flat.length; i++) {
      if (original[i] instanceof Tensor t && isDifferentiable(t)) {
        described[i] = t;
        differentiable++;
      }
    }
    if (node != null) {
      node.describe(described);
    }
    for (int i = 0; i < flat.length; i++) {
      if (original[i] instanceof Tensor t) {
        flat[i] = described[i] != null ? recorded(t, i) : unrecorded(t);
        if (recording && !(ctx.isInput(t) && isDirty(t))) {
          restrict((Tensor) flat[i], CreationMeta.IN_CUSTOM_FUNCTION);
        }
      }
    }
    for (int i = 0; i < flat.length && differentiable > 1; i++) {
      if (flat[i] instanceof Tensor t) {
        restrict(t, CreationMeta.MULTI_OUTPUT_NODE);
      }
    }
  }

  private static void restrict(Tensor t, CreationMeta kind) {
    if (t.isView()) {
      ViewInfo view = Meta.ifPresent(t).view();
      view.creation(kind.of(view.creation()));
    }
  }

  private void check() {
    for (Object o : original) {
      if (o instanceof Tensor t) {
        BatchedTensors.refuse(name, t, "Give what forward uses to the function as an argument.");
        checkSaved(t);
      }
    }
    for (Tensor t : ctx.dirty()) {
      if (!isReturned(t)) {
        throw new AutogradException(
            name
                + ": "
                + Record.describe(t)
                + " was given to markDirty but not returned. Return every argument that forward"
                + " changes in place.");
      }
      if (node == null || !isDifferentiable(t)) {
        continue;
      }
      if (!ctx.isInput(t)) {
        if (t.isView()) {
          throw new AutogradException(
              name
                  + ": markDirty received a tensor that was not an input: "
                  + Record.describe(t)
                  + ", a view of an intermediate result. Give it the arguments that forward changes"
                  + " in place, nothing else.");
        }
        Warnings.warn(
            name
                + ": markDirty is for arguments only. "
                + Record.describe(t)
                + " is none, so there is no need to mark it.");
      } else if (t.isView() && flat.length > 1) {
        throw new AutogradException(
            name
                + ": changes in place an argument that is a view ("
                + Record.describe(t)
                + ") and returns "
                + flat.length
                + " results. The history of the view's base can be rewritten for one result only:"
                + " return only the changed view, or clone() it first.");
      }
    }
  }

  /**
   * An argument that is returned as it is gets another object as its result. Whoever saves it after
   * forward cannot say which of the two is meant.
   */
  private void checkSaved(Tensor t) {
    if (setsUp
        && ctx.isInput(t)
        && !isDirty(t)
        && isDifferentiable(t)
        && Arrays.stream(ctx.toSave()).anyMatch(s -> s == t)) {
      throw new AutogradException(
          name
              + ": saves for backward an argument that forward returns as it is ("
              + Record.describe(t)
              + "), which is not supported in setupContext. Return a view of it from forward, such as"
              + " t.view(t.sizes()), and save that, or fill the context in forward(ctx, in).");
    }
  }

  private boolean isReturned(Tensor t) {
    for (Object o : original) {
      if (o == t) {
        return true;
      }
    }
    return false;
  }

  private boolean isDirty(Tensor t) {
    return ctx.dirty().contains(t);
  }

  private boolean isDifferentiable(Tensor t) {
    return node != null && !ctx.isNonDifferentiable(t) && t.dtype().isDifferentiable();
  }

  private Tensor unrecorded(Tensor t) {
    if (!t.requiresGrad()) {
      return ctx.isInput(t) && !isDirty(t) ? alias(t) : t;
    }
    // Without recording, a view that forward made of an argument stays one, as if an operator had
    // returned it.
    return node == null && t.isView() && !ctx.isInput(t) ? t : t.detach();
  }

  private Tensor recorded(Tensor t, int nr) {
    Raw.flag(t, Flags.OWNED, false);
    if (isDirty(t)) {
      node.changes(t, nr, ctx.position(t));
      return t;
    }
    Tensor result = t;
    if (ctx.isInput(t)) {
      result = alias(t);
    } else if (t.requiresGrad() && !t.isView() && !isMine(t)) {
      // A tensor from outside of the call keeps its own history.
      result = t.detach();
    }
    if (result.isView()) {
      Meta.ifPresent(result).view().version(Raw.storage(result).version());
    }
    Raw.edge(result, new Edge(node, nr));
    return result;
  }

  private boolean isMine(Tensor t) {
    Edge e = Raw.ownEdge(t);
    return e != null && e.node() == node;
  }

  private static Tensor alias(Tensor t) {
    return Record.view(t, Raw.layout(t));
  }

  /** Tells whether the result at a position, a tensor, can have a gradient or a tangent. */
  boolean isDifferentiable(int i) {
    Tensor t = (Tensor) original[i];
    return !ctx.isNonDifferentiable(t) && t.dtype().isDifferentiable();
  }

  /** Returns which argument that forward changed in place the result at a position is, or -1. */
  int changedArgument(int i) {
    Tensor t = (Tensor) original[i];
    return isDirty(t) ? ctx.position(t) : -1;
  }

  boolean changed() {
    for (int i = 0; i < flat.length; i++) {
      if (flat[i] != original[i]) {
        return true;
      }
    }
    return false;
  }

  Object[] flat() {
    return flat;
  }
}
