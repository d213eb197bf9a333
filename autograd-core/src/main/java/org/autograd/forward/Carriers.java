package org.autograd.forward;

import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/** What has the tangents of a tensor, apart from that tensor: for aliases and saved values. */
public final class Carriers {
  private Carriers() {}

  /** Has {@code copy}, another object over the same memory, carry the same tangents as a tensor. */
  public static void share(Tensor t, Tensor copy) {
    give(carried(t), copy);
  }

  /** Returns what has the tangents of a tensor, without its memory; null if it carries none. */
  public static Object carried(Tensor t) {
    return Duals.of(t);
  }

  /** Has a tensor carry what {@link #carried} returned for another one. */
  public static void give(Object carried, Tensor copy) {
    if (carried != null) {
      Raw.layer(copy, carried);
      Raw.flag(copy, Flags.DUAL, true);
    }
  }

  /**
   * Has {@code copy} carry the tangents that a result has now or will be given, if there is a level
   * at which it can be given any.
   */
  public static void shareResult(DualLevel innermost, Tensor result, Tensor copy) {
    if (innermost != null) {
      Duals.prepare(result);
    }
    share(result, copy);
  }

  /**
   * Returns what will have clones of the tangents that the operation which just made or changed a
   * value gives to it, in the form of {@link #carried}.
   */
  public static Object clonesOfResult(Tensor result) {
    return Duals.prepare(result).want(Raw.storage(result).version());
  }

  /** Tells whether a tensor has a tangent of an open level that is not visible from one. */
  public static boolean hasHidden(DualLevel from, Tensor t) {
    Tangents own = Duals.of(t);
    if (own != null && own.hasHidden(from)) {
      return true;
    }
    ViewInfo view = Duals.viewInfo(t);
    Tangents ofBase = view == null ? null : Duals.of(view.base());
    return ofBase != null && ofBase.hasHidden(from);
  }

  /**
   * Returns an alias of a tensor, with its history, that has only the tangents visible from a
   * level.
   */
  public static Tensor visible(DualLevel from, Tensor t) {
    Tensor alias = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    Edge own = Raw.edge(t);
    Edge goal = Meta.gradientEdge(t);
    if (own != null) {
      Raw.edge(alias, own);
    } else if (goal != null) {
      Meta.standFor(alias, goal);
    }
    copy(ThreadState.current(), from, t, alias, false);
    return alias;
  }

  /** Returns clones of the tangents that a tensor has now, in the form of {@link #carried}. */
  public static Object snapshot(ThreadState state, Tensor t) {
    Tensor alias = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    copy(state, DualLevel.innermost(state), t, alias, true);
    return carried(alias);
  }

  private static void copy(
      ThreadState state, DualLevel from, Tensor t, Tensor alias, boolean clone) {
    Mode before = state.mode;
    for (DualLevel l = from; l != null; l = l.outer()) {
      state.mode = l.below(before);
      try {
        Tensor tangent = Duals.at(l, t);
        if (tangent != null) {
          Duals.put(
              l, alias, clone ? GradMath.get().cloneLike(tangent, Raw.layout(tangent)) : tangent);
        }
      } finally {
        state.mode = before;
      }
    }
  }
}
