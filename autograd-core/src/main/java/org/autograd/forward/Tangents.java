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
 */
final class Tangents implements Made {
  /** One tangent; the chain is immutable and ordered from the innermost level outwards. */
  private record Entry(DualLevel level, Tensor tangent, Entry next) {
    Entry with(DualLevel at, Tensor value) {
      if (level.index() > at.index()) {
        Entry rest =
            next == null
                ? (value == null ? null : new Entry(at, value, null))
                : next.with(at, value);
        return rest == next ? this : new Entry(level, tangent, rest);
      }
      Entry rest = level == at ? next : this;
      return value == null ? rest : new Entry(at, value, rest);
    }
  }

  /**
   * Where clones of the tangents go that this value has at a version of its memory. Weak: only what
   * saved the value needs them.
   */
  private record Wanted(WeakReference<Tangents> by, int version, Wanted next) {}

  private static final VarHandle FIRST;

  static {
    try {
      FIRST = MethodHandles.lookup().findVarHandle(Tangents.class, "first", Entry.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What was kept for the tensor before it had tangents. */
  private final Object made;

  private Entry first;
  private volatile Wanted wanted;

  /** Makes what holds the tangents of a tensor for which something was kept already, or null. */
  Tangents(Object made) {
    this.made = made;
  }

  /** Makes what holds the first tangent of a tensor for which nothing was kept. */
  Tangents(DualLevel level, Tensor tangent) {
    made = null;
    first = new Entry(level, tangent, null);
  }

  @Override
  public Object in() {
    return made;
  }

  private Entry first() {
    return (Entry) FIRST.getAcquire(this);
  }

  /** Returns the tangent at a level, or null. */
  Tensor at(DualLevel level) {
    for (Entry e = first(); e != null; e = e.next) {
      if (e.level == level) {
        return e.tangent;
      }
    }
    return null;
  }

  /** Returns the innermost level, {@code from} or outside of it, at which there is a tangent. */
  DualLevel innermost(DualLevel from) {
    for (Entry e = first(); e != null; e = e.next) {
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
    for (Entry e = first(); e != null; e = e.next) {
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
    Entry now = first();
    Entry next =
        now != null
            ? now.with(level, tangent)
            : tangent == null ? null : new Entry(level, tangent, null);
    FIRST.setRelease(this, next);
  }
}
