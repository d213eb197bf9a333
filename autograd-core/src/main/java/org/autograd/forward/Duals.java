package org.autograd.forward;

import org.autograd.Tensor;
import org.autograd.graph.Meta;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Tangents of tensors: reading, attaching and changing them. What computes with tangents is called
 * in the mode of {@link DualLevel#below}.
 */
public final class Duals {
  /** Tangents in memory of this many elements at most are small. */
  private static final int SMALL = 64;

  private Duals() {}

  static Tangents of(Tensor t) {
    return Raw.layer(t) instanceof Tangents own ? own : null;
  }

  static ViewInfo viewInfo(Tensor t) {
    return Raw.has(t, Flags.VIEW) ? Meta.ifPresent(t).view() : null;
  }

  /** Returns the tensor that a view is a part of at a level; null for what is none there. */
  private static Tensor baseOf(DualLevel level, Tensor t) {
    ViewInfo view = viewInfo(t);
    Tensor base = view == null ? null : view.base(level);
    return base == t ? null : base;
  }

  /** Returns the tensor that a view is a part of at a level; the tensor itself if it is none. */
  public static Tensor root(DualLevel level, Tensor t) {
    Tensor base = baseOf(level, t);
    return base == null ? t : base;
  }

  /** Makes a view stand on its own at a level: no tangents come from its base or go there. */
  public static void cut(DualLevel level, Tensor view) {
    ViewInfo info = viewInfo(view);
    if (info != null) {
      info.base(level, view, l -> ((DualLevel) l).isOpen());
    }
  }

  /**
   * Returns the innermost level, {@code from} or outside of it, at which a tensor has a tangent.
   */
  public static DualLevel innermost(DualLevel from, Tensor t) {
    if (from == null || t == null) {
      return null;
    }
    Tangents own = of(t);
    DualLevel found = own == null ? null : own.innermost(from);
    ViewInfo view = viewInfo(t);
    return view == null ? found : innermost(from, found, view);
  }

  private static DualLevel innermost(DualLevel from, DualLevel found, ViewInfo view) {
    for (DualLevel l = from; l != found; l = l.outer()) {
      Tangents ofBase = of(view.base(l));
      if (ofBase != null && ofBase.at(l) != null) {
        return l;
      }
    }
    return found;
  }

  /** Same as {@link #innermost(DualLevel, Tensor)} for the operands of an operator. */
  public static DualLevel innermost(DualLevel from, Tensor a, Tensor b) {
    return inner(innermost(from, a), innermost(from, b));
  }

  /** Same as {@link #innermost(DualLevel, Tensor)} for the operands of an operator. */
  public static DualLevel innermost(DualLevel from, Tensor a, Tensor b, Tensor c) {
    return inner(innermost(from, a, b), innermost(from, c));
  }

  /** Same as {@link #innermost(DualLevel, Tensor)} for the operands of an operator. */
  public static DualLevel innermost(DualLevel from, Tensor[] ts) {
    DualLevel found = null;
    for (Tensor t : ts) {
      found = inner(found, innermost(from, t));
    }
    return found;
  }

  /** Returns the inner one of two levels, of which either may be null. */
  public static DualLevel inner(DualLevel a, DualLevel b) {
    return a == null || b != null && b.index() > a.index() ? b : a;
  }

  /** Returns the tangent of a tensor, which may be absent, at a level; null if it has none. */
  public static Tensor at(DualLevel level, Tensor t) {
    if (t == null) {
      return null;
    }
    Tangents own = of(t);
    Tensor tangent = own == null ? null : own.at(level);
    Tensor base = tangent == null ? baseOf(level, t) : null;
    Tangents ofBase = base == null ? null : of(base);
    Tensor whole = ofBase == null ? null : ofBase.at(level);
    if (whole == null) {
      return tangent;
    }
    // The base got its tangent after the view was made: the view's one is the same part of it.
    Layout part = Raw.layout(t);
    long offset = part.offset() - Raw.layout(base).offset() + Raw.layout(whole).offset();
    // It is kept, so it must not depend on the mode of whoever asks first.
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode =
        level
            .below(before)
            .with(Bits.GRAD, true)
            .with(Bits.INFERENCE, false)
            .with(Bits.NO_FORWARD, false);
    try {
      tangent = whole.asStrided(part.sizes(), part.strides(), offset);
    } finally {
      state.mode = before;
    }
    put(level, t, tangent);
    return tangent;
  }

  /** Returns the tangents of several tensors at a level. */
  public static Tensor[] at(DualLevel level, Tensor[] ts) {
    Tensor[] tangents = new Tensor[ts.length];
    for (int i = 0; i < ts.length; i++) {
      tangents[i] = at(level, ts[i]);
    }
    return tangents;
  }

  /** Sets a tangent; returns whether something that holds tangents was there before. */
  static boolean put(DualLevel level, Tensor t, Tensor tangent) {
    Raw.flag(tangent, Flags.OWNED, false);
    boolean large = keepsMemory(tangent);
    if (!large && Raw.layer(t) == null) {
      Raw.layer(t, new Tangents(level, tangent));
      Raw.flags(t, 0, Flags.DUAL);
      return false;
    }
    Tangents own = prepare(t);
    own.set(level, tangent);
    if (large) {
      level.register(own);
    }
    return true;
  }

  /**
   * Tells whether a tangent must be let go when its level ends. One in little memory without a
   * history or tangents of its own goes when the tensor does that carries it: noting it would cost
   * more than computing it.
   */
  private static boolean keepsMemory(Tensor tangent) {
    return Raw.storage(tangent).length() > SMALL
        || Raw.requiresGrad(tangent)
        || Raw.layer(tangent) != null;
  }

  /** Returns what holds the tangents of a tensor, making it if need be. */
  static Tangents prepare(Tensor t) {
    Tangents own = of(t);
    if (own != null) {
      return own;
    }
    synchronized (t) {
      own = of(t);
      if (own == null) {
        own = new Tangents(Raw.layer(t));
        Raw.layer(t, own);
        Raw.flag(t, Flags.DUAL, true);
      }
      return own;
    }
  }

  /**
   * Gives a new result its tangent. A view's tangent is a view of another tangent, as the two share
   * memory; that of any other result gets memory of its own: it may be an operand's tangent as it
   * is, which a later change in place of the result must not reach.
   *
   * @param tangent of the result's sizes; null for none
   */
  public static void attach(DualLevel level, Tensor result, Tensor tangent) {
    attach(level, result, tangent, Raw.has(result, Flags.VIEW));
  }

  private static void attach(DualLevel level, Tensor result, Tensor tangent, boolean shares) {
    if (tangent == null || !Raw.dtype(result).isDifferentiable()) {
      return;
    }
    boolean own = shares || Raw.has(tangent, Flags.OWNED);
    boolean fits =
        own && Raw.layout(result) == Raw.layout(tangent) && Raw.dtype(result) == Raw.dtype(tangent);
    if (put(level, result, fits ? tangent : Fitting.of(result, tangent, own))) {
      settle(level, result);
    }
  }

  /** Gives a new tangent to who saved the value before it had one. */
  public static void settle(DualLevel level, Tensor t) {
    Tangents own = of(t);
    if (own.isWanted()) {
      own.settle(level, Raw.storage(t).version());
    }
  }

  /** Gives several results their tangents; null for none at all. */
  public static void attach(DualLevel level, Tensor[] results, Tensor[] tangents) {
    for (int i = 0; tangents != null && i < results.length; i++) {
      attach(level, results[i], tangents[i]);
    }
  }

  /**
   * Makes a tensor dual.
   *
   * @param tangent becomes the tangent as it is if it has the tensor's dtype and strides, else a
   *     copy that has
   */
  public static void make(DualLevel level, Tensor t, Tensor tangent) {
    put(level, t, Fitting.of(t, tangent, true));
  }

  /**
   * Gives a tensor that was changed in place its new tangent, in place if it has one.
   *
   * @param tangent of the tensor's sizes; null stands for zeros
   */
  public static void update(DualLevel level, Tensor self, Tensor tangent) {
    Tensor now = at(level, self);
    if (now == null && (tangent == null || !Raw.dtype(self).isDifferentiable())) {
      return;
    }
    Tensor base = baseOf(level, self);
    if (now == null && base == null) {
      attach(level, self, tangent, false);
      return;
    }
    if (now == null) {
      make(level, base, Fitting.zeros(base));
      now = at(level, self);
    }
    if (tangent == null) {
      now.zero_();
    } else if (tangent != now) {
      now.copy_(tangent);
    }
    settle(level, self);
  }

  /** Tells whether a tensor has a tangent of its own at some open level. */
  public static boolean isDual(Tensor t) {
    Tangents own = of(t);
    return own != null && own.hasHidden(null);
  }

  /**
   * Has the tangents of a tensor whose memory was replaced fit it, or drops them if they cannot.
   */
  public static void refit(ThreadState state, Tensor t) {
    Tangents own = of(t);
    if (own == null) {
      return;
    }
    drop(t);
    Mode before = state.mode;
    for (DualLevel l = DualLevel.innermost(state); l != null; l = l.outer()) {
      Tensor tangent = own.at(l);
      if (tangent != null
          && Raw.dtype(tangent) == Raw.dtype(t)
          && Raw.layout(t).sameSizes(Raw.layout(tangent))) {
        state.mode = l.below(before);
        try {
          make(l, t, tangent);
        } finally {
          state.mode = before;
        }
      }
    }
  }

  /** Takes away all tangents of a tensor. */
  public static void drop(Tensor t) {
    if (of(t) != null) {
      Raw.layer(t, of(t).in());
      Raw.flag(t, Flags.DUAL, false);
    }
  }
}
