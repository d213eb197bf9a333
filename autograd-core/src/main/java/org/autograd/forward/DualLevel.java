package org.autograd.forward;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;

/** A level of forward mode: tangents belong to one, and are gone when it ends. */
public final class DualLevel {
  private static final Slot<DualLevel> INNERMOST = new Slot<>("dual level");

  private static final int ACTIVE = Bits.DUAL_LEVEL | Bits.INFERENCE | Bits.NO_FORWARD;

  private final DualLevel outer;
  private final int index;
  private final boolean scoped;
  private volatile boolean open = true;

  /** What carries a tangent of this level. Weak, so that the level keeps nothing alive. */
  private WeakReference<?>[] carriers = new WeakReference<?>[16];

  private int count;

  /** The mode last asked for in {@link #below} and what it is without this level. */
  private volatile Mode[] masked = {null, null};

  private DualLevel(DualLevel outer, boolean scoped) {
    this.outer = outer;
    this.scoped = scoped;
    this.index = outer == null ? 0 : outer.index + 1;
  }

  /** Returns the innermost level that is visible in a thread, or null. */
  public static DualLevel innermost(ThreadState state) {
    return innermost(state.mode);
  }

  private static DualLevel innermost(Mode mode) {
    DualLevel level = mode.get(INNERMOST);
    while (level != null && !level.open) {
      // A mode that was in force when the level ended may be put back later.
      level = level.outer;
    }
    return level;
  }

  /** Returns the innermost level whose tangents operators pass on, or null. */
  public static DualLevel active(ThreadState state) {
    Mode mode = state.mode;
    return (mode.bits & ACTIVE) == Bits.DUAL_LEVEL ? innermost(mode) : null;
  }

  /** Tells whether no level is visible in a thread. */
  public static boolean isNone(ThreadState state) {
    return (state.mode.bits & Bits.DUAL_LEVEL) == 0;
  }

  /**
   * Opens a level inside the innermost one of the thread.
   *
   * @param scoped whether something closes it whatever happens
   */
  public static DualLevel enter(ThreadState state, boolean scoped) {
    DualLevel level = new DualLevel(innermost(state), scoped);
    state.mode = innermost(state.mode, level);
    return level;
  }

  /**
   * Closes this level: all its tangents are gone. Levels inside of it that nothing else would close
   * go with it, as an exception may have left them.
   *
   * @return whether it was the innermost level of the thread
   */
  public boolean exit(ThreadState state) {
    DualLevel innermost = innermost(state);
    DualLevel inner = innermost;
    while (inner != null && inner != this && scoped && !inner.scoped) {
      inner = inner.outer;
    }
    if (inner != this) {
      return false;
    }
    for (DualLevel l = innermost; l != outer; l = l.outer) {
      l.end();
    }
    state.mode = innermost(state.mode, outer);
    return innermost == this;
  }

  private void end() {
    open = false;
    synchronized (this) {
      for (int i = 0; i < count; i++) {
        if (carriers[i].get() instanceof Tangents tangents) {
          tangents.end(this);
        }
      }
      carriers = null;
    }
  }

  /** Returns a mode in which this level, and those inside of it, are not visible. */
  public Mode below(Mode mode) {
    Mode[] last = masked;
    if (last[0] != mode) {
      last = new Mode[] {mode, innermost(mode, outer)};
      masked = last;
    }
    return last[1];
  }

  /** Returns a mode in which this level is the innermost one; null for none at all. */
  public static Mode innermost(Mode mode, DualLevel level) {
    return mode.with(INNERMOST, level).with(Bits.DUAL_LEVEL, level != null);
  }

  /** Returns the next level outside of this one, or null. */
  public DualLevel outer() {
    return outer;
  }

  /** Returns how many levels are outside of this one. */
  public int index() {
    return index;
  }

  /** Tells whether the level has not been closed. */
  public boolean isOpen() {
    return open;
  }

  /** Tells whether this level is {@code from} or outside of it. */
  boolean isVisible(DualLevel from) {
    DualLevel l = from;
    while (l != null && l.index > index) {
      l = l.outer;
    }
    return l == this;
  }

  /** Notes what carries a tangent of this level, and takes it away if the level is closed. */
  synchronized void register(Tangents tangents) {
    if (carriers == null) {
      tangents.end(this);
      return;
    }
    if (count == carriers.length) {
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (carriers[i].get() != null) {
          carriers[kept++] = carriers[i];
        }
      }
      Arrays.fill(carriers, kept, count, null);
      count = kept;
      if (kept > carriers.length / 2) {
        carriers = Arrays.copyOf(carriers, 2 * carriers.length);
      }
    }
    carriers[count++] = new WeakReference<>(tangents);
  }

  @Override
  public String toString() {
    return "dual level " + index;
  }
}
