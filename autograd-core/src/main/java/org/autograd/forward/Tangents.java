package org.autograd.forward;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.tensor.Made;
import org.autograd.tensor.Raw;

/**
 * The tangents that a tensor carries, at most one at each level. A saved result shares this object
 * with the tensor it was saved from, so tangents that arrive after saving are saved too.
 *
 * <p>Most tensors carry one tangent. If it is small, this object is also its link of the chain,
 * which halves what is allocated; it then stays reachable from here even when it is taken away.
 */
final class Tangents extends Tangent implements Made {
  /**
   * Where clones of the tangents go that this value has at a version of its memory. Weak: only what
   * saved the value needs them.
   */
  private record Wanted(WeakReference<Tangents> by, int version, Wanted next) {}

  private static final VarHandle FIRST;

  static {
    try {
      FIRST = MethodHandles.lookup().findVarHandle(Tangents.class, "first", Tangent.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What was kept for the tensor before it had tangents. */
  private final Object made;

  private Tangent first;
  private volatile Wanted wanted;

  /** Makes what holds the tangents of a tensor for which something was kept already, or null. */
  Tangents(Object made) {
    super(null, null, null);
    this.made = made;
  }

  /** Makes what holds the small first tangent of a tensor for which nothing was kept. */
  Tangents(DualLevel level, Tensor tangent) {
    super(level, tangent, null);
    made = null;
    first = this;
  }

  @Override
  public Object in() {
    return made;
  }

  private Tangent first() {
    return (Tangent) FIRST.getAcquire(this);
  }

  /** Returns the tangent at a level, or null; none is left once the level has ended. */
  Tensor at(DualLevel level) {
    for (Tangent e = first(); e != null; e = e.next) {
      if (e.level == level) {
        return level.isOpen() ? e.value : null;
      }
    }
    return null;
  }

  /** Returns the innermost level, {@code from} or outside of it, at which there is a tangent. */
  DualLevel innermost(DualLevel from) {
    for (Tangent e = first(); e != null; e = e.next) {
      if (e.level.isVisible(from)) {
        return e.level;
      }
    }
    return null;
  }

  /**
   * Tells whether there is a tangent of an open level that is not {@code from} or outside of it.
   */
  boolean hasHidden(DualLevel from) {
    for (Tangent e = first(); e != null; e = e.next) {
      if (e.level.isOpen() && !e.level.isVisible(from)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what will get clones of the tangents that come while the version is this one. */
  synchronized Tangents want(int version) {
    Tangents clones = new Tangents(null);
    wanted = new Wanted(new WeakReference<>(clones), version, wanted);
    return clones;
  }

  /** Tells whether {@link #settle} has anything to do. */
  boolean isWanted() {
    return wanted != null;
  }

  /** Takes away the tangent of a level that ends. */
  void end(DualLevel level) {
    set(level, null);
  }

  /** Gives a new tangent to who wants a clone of it. */
  void settle(DualLevel level, int version) {
    if (wanted == null) {
      return;
    }
    for (Wanted w = wanted; w != null && w.version == version; w = w.next) {
      Tangents to = w.by.get();
      if (to != null) {
        Tensor tangent = at(level);
        to.set(level, GradMath.get().cloneLike(tangent, Raw.layout(tangent)));
        level.register(to);
      }
    }
    if (wanted.version != version) {
      wanted = null;
    }
  }

  /** Sets the tangent at a level; null removes it. */
  synchronized void set(DualLevel level, Tensor tangent) {
    FIRST.setRelease(this, with(first(), level, tangent));
  }
}
