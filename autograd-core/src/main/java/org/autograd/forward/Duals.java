package org.autograd.forward;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Meta;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Tangents of tensors: reading, attaching and changing them. What computes with tangents is called
 * in the mode of {@link DualLevel#below}.
 */
public final class Duals {
  /**
   * Tangents of this many elements at most are not looked for when their level ends: nobody sees
   * them any more, and they go when the small tensors go that carry them.
   */
  private static final int SMALL = 64;

  private Duals() {}

  private static Tangents of(Tensor t) {
    return Raw.layer(t) instanceof Tangents own ? own : null;
  }

  private static Tensor baseOf(Tensor t) {
    return Raw.has(t, Flags.VIEW) ? Meta.ifPresent(t).base() : null;
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
    Tensor base = baseOf(t);
    Tangents ofBase = base == null ? null : of(base);
    return ofBase == null ? found : inner(found, ofBase.innermost(from));
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
    Tensor base = tangent == null ? baseOf(t) : null;
    Tangents ofBase = base == null ? null : of(base);
    Tensor whole = ofBase == null ? null : ofBase.at(level);
    if (whole == null) {
      return tangent;
    }
    // The base got its tangent after the view was made: the view's one is the same part of it.
    Layout part = Raw.layout(t);
    long offset = part.offset() - Raw.layout(base).offset() + Raw.layout(whole).offset();
    tangent = whole.asStrided(part.sizes(), part.strides(), offset);
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

  private static void put(DualLevel level, Tensor t, Tensor tangent) {
    Raw.flags(tangent, Flags.OWNED, Flags.TANGENT);
    Tangents own;
    if (Raw.layer(t) == null) {
      own = new Tangents(level, tangent);
      Raw.layer(t, own);
      Raw.flag(t, Flags.DUAL, true);
    } else {
      own = prepare(t);
      own.set(level, tangent);
    }
    if (Raw.layout(tangent).numel() > SMALL) {
      level.register(own);
    }
  }

  /** Returns what holds the tangents of a tensor, making it if need be. */
  private static synchronized Tangents prepare(Tensor t) {
    Tangents own = of(t);
    if (own == null) {
      own = new Tangents();
      Raw.layer(t, own);
      Raw.flag(t, Flags.DUAL, true);
    }
    return own;
  }

  /**
   * Gives a result its tangent.
   *
   * @param tangent of the result's sizes; null for none
   */
  public static void attach(DualLevel level, Tensor result, Tensor tangent) {
    if (tangent == null || !Raw.dtype(result).isDifferentiable()) {
      return;
    }
    boolean shared = Raw.has(tangent, Flags.TANGENT) && !Raw.has(result, Flags.VIEW);
    put(level, result, fitting(result, shared ? tangent.clone() : tangent));
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
    put(level, t, fitting(t, tangent));
  }

  /** Returns a tangent in the dtype and with the strides of what it belongs to. */
  private static Tensor fitting(Tensor t, Tensor tangent) {
    Layout layout = Raw.layout(t);
    if (!layout.sameSizes(Raw.layout(tangent))) {
      throw new AutogradException(
          "forward mode: a tangent has shape "
              + Arrays.toString(Raw.layout(tangent).sizes())
              + ", but the tensor it belongs to has shape "
              + Arrays.toString(layout.sizes())
              + "; they must be equal.");
    }
    Tensor typed = Raw.dtype(tangent) == Raw.dtype(t) ? tangent : tangent.to(Raw.dtype(t));
    return sameStrides(layout, Raw.layout(typed)) ? typed : GradMath.get().cloneLike(typed, layout);
  }

  private static boolean sameStrides(Layout a, Layout b) {
    if (a == b || a.isContiguous() && b.isContiguous()) {
      return true;
    }
    for (int d = 0; d < a.dim(); d++) {
      if (a.sizes()[d] > 1 && a.strides()[d] != b.strides()[d]) {
        // What is not dense has no strides that a copy could take over.
        return b.isContiguous() && !a.isNonOverlappingAndDense();
      }
    }
    return true;
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
    Tensor base = baseOf(self);
    if (now == null && base == null) {
      attach(level, self, tangent);
      return;
    }
    if (now == null) {
      Layout whole = Raw.layout(base).fresh();
      make(level, base, GradMath.get().zeros(whole, Raw.dtype(base), base.device()));
      now = at(level, self);
    }
    if (tangent == null) {
      now.zero_();
    } else if (tangent != now) {
      now.copy_(tangent);
    }
  }

  /** Takes away all tangents of a tensor. */
  public static void drop(Tensor t) {
    if (of(t) != null) {
      Raw.layer(t, null);
      Raw.flag(t, Flags.DUAL, false);
    }
  }

  /** Has {@code copy}, another object over the same memory, carry the same tangents as a tensor. */
  public static void share(Tensor t, Tensor copy) {
    give(carried(t), copy);
  }

  /** Returns what has the tangents of a tensor, without its memory; null if it carries none. */
  public static Object carried(Tensor t) {
    return of(t);
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
      prepare(result);
    }
    share(result, copy);
  }

  /** Tells whether a tensor has a tangent of an open level that is not visible from one. */
  public static boolean hasHidden(DualLevel from, Tensor t) {
    Tangents own = of(t);
    return own != null && own.hasHidden(from);
  }

  /**
   * Returns an alias of a tensor, with its history, that has only the tangents visible from a
   * level.
   */
  public static Tensor visible(DualLevel from, Tensor t) {
    Tensor alias = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    Edge own = Raw.edge(t);
    if (own != null) {
      Raw.edge(alias, own);
    } else if (Raw.requiresGrad(t)) {
      Meta.standFor(alias, Meta.gradientEdge(t));
    }
    Raw.layer(alias, of(t).visible(from));
    Raw.flag(alias, Flags.DUAL, true);
    return alias;
  }
}
