package org.autograd;

import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.graph.GradMath;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Gives the results of one call of a {@link CustomFunction} their tangents: calls its jvp for each
 * level at which an argument has one. Outer levels come first, so that the jvp of a level sees what
 * it saved with the tangents of the levels outside of it.
 */
final class FunctionForward {
  private final ThreadState state;
  private final CustomFunction<?, ?> function;
  private final Object[] arguments;
  private final DualLevel innermost;

  private FunctionForward(
      ThreadState state, CustomFunction<?, ?> function, Object[] arguments, DualLevel innermost) {
    this.state = state;
    this.function = function;
    this.arguments = arguments;
    this.innermost = innermost;
  }

  /**
   * Looks for tangents; called before forward.
   *
   * @return null if there are none
   * @throws UnsupportedOperationException if there are some and the function has no jvp
   */
  static FunctionForward of(ThreadState state, CustomFunction<?, ?> function, Object[] arguments) {
    DualLevel active = DualLevel.active(state);
    DualLevel found = null;
    for (int i = 0; active != null && i < arguments.length; i++) {
      if (arguments[i] instanceof Tensor t) {
        found = Duals.inner(found, Duals.innermost(active, t));
      }
    }
    if (found == null) {
      return null;
    }
    if (!function.hasJvp()) {
      throw new UnsupportedOperationException(
          function.name()
              + ": an argument has a tangent, but jvp is not implemented. Override jvp(ctx,"
              + " tangents), or detach() the argument.");
    }
    return new FunctionForward(state, function, arguments, found);
  }

  /** Gives results, which have their history, their tangents. */
  void run(FunctionCtx ctx, FunctionResults results) {
    run(innermost, ctx, results);
  }

  private void run(DualLevel level, FunctionCtx ctx, FunctionResults results) {
    if (level == null) {
      return;
    }
    run(level.outer(), ctx, results);
    Mode before = state.mode;
    state.mode = level.below(before);
    try {
      Tensor[] own = new Tensor[arguments.length];
      int[] versions = new int[own.length];
      boolean any = false;
      for (int i = 0; i < own.length; i++) {
        own[i] = arguments[i] instanceof Tensor t ? Duals.at(level, t) : null;
        versions[i] = own[i] == null ? 0 : Raw.storage(own[i]).version();
        any |= own[i] != null;
      }
      if (any) {
        attach(level, results, own, versions, call(ctx, own, results.flat().length));
      }
    } finally {
      state.mode = before;
    }
  }

  private Tensor[] call(FunctionCtx ctx, Tensor[] own, int expected) {
    Tensor[] given = own.clone();
    for (int i = 0; i < given.length; i++) {
      if (given[i] == null
          && arguments[i] instanceof Tensor t
          && t.dtype().isDifferentiable()
          && ctx.materializesGrads()) {
        given[i] = GradMath.get().zeros(Raw.layout(t).fresh(), t.dtype(), t.device());
      }
    }
    Tensor[] returned = ctx.inJvp(() -> function.jvp(ctx, given));
    returned = returned == null ? new Tensor[1] : returned;
    if (returned.length != expected) {
      throw new AutogradException(
          function.name()
              + ": jvp returned an incorrect number of tangents: expected "
              + expected
              + ", one for each position of the result (null where there is none), got "
              + returned.length
              + ".");
    }
    return returned;
  }

  private void attach(
      DualLevel level, FunctionResults results, Tensor[] own, int[] versions, Tensor[] tangents) {
    for (int i = 0; i < tangents.length; i++) {
      Tensor result = results.flat()[i] instanceof Tensor t ? t : null;
      if (tangents[i] != null) {
        // User code has seen it and may keep it.
        Raw.flag(tangents[i], Flags.OWNED, false);
      }
      check(i, result != null && results.isDifferentiable(i) ? result : null, tangents[i]);
      if (result == null) {
        continue;
      }
      int changed = results.changedArgument(i);
      if (changed >= 0) {
        changed(level, i, result, own[changed], versions[changed], tangents[i]);
      } else {
        int viewed = viewed(level, result);
        if (viewed >= 0 && own[viewed] != null) {
          checkView(i, own[viewed], tangents[i]);
          Duals.attach(level, result, tangents[i]);
        } else if (viewed >= 0) {
          Duals.update(level, result, tangents[i]);
        } else {
          Duals.attach(level, result, tangents[i]);
        }
      }
    }
  }

  private void check(int position, Tensor result, Tensor tangent) {
    if (tangent == null) {
      return;
    }
    if (result == null) {
      throw invalid(position, "but that result is not a differentiable tensor. Return null there.");
    }
    if (!tangent.dtype().isDifferentiable() || !Raw.layout(tangent).sameSizes(Raw.layout(result))) {
      throw invalid(
          position,
          Record.describe(tangent)
              + ", but the result is "
              + Record.describe(result)
              + ". Return a floating point tensor of that shape.");
    }
  }

  /** A changed argument has its tangent changed in the same way: the same object, in place. */
  private void changed(
      DualLevel level, int position, Tensor result, Tensor own, int version, Tensor tangent) {
    if (own == null) {
      Duals.update(level, result, tangent);
      return;
    }
    if (tangent != own || Raw.storage(own).version() == version) {
      throw invalid(
          position,
          (tangent != own ? "which is not the given one" : "which was not changed")
              + ", but forward changes the argument in place. Change the given tangent in place and"
              + " return it.");
    }
    Duals.settle(level, result);
  }

  /** Returns which argument a result is a view of, or shares its base with; -1 if none. */
  private int viewed(DualLevel level, Tensor result) {
    for (int i = 0; result.isView() && i < arguments.length; i++) {
      if (arguments[i] instanceof Tensor t && Duals.root(level, t) == Duals.root(level, result)) {
        return i;
      }
    }
    return -1;
  }

  private void checkView(int position, Tensor own, Tensor tangent) {
    if (tangent == null || !tangent.isView() || tangent.base() != root(own)) {
      throw invalid(
          position,
          "which is not a view of the tangent given for the argument (with the same base), but"
              + " forward returns a view of that argument, or the argument as it is. Return a view"
              + " of the given tangent, such as tangent.view(tangent.sizes()).");
    }
  }

  private static Tensor root(Tensor t) {
    return t.isView() ? t.base() : t;
  }

  private AutogradException invalid(int position, String what) {
    return new AutogradException(
        function.name()
            + ": jvp returned an invalid tangent at position "
            + position
            + ": "
            + what);
  }
}
