package org.autograd.graph;

import java.util.concurrent.atomic.AtomicLong;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;

/**
 * What is known of the leaves that the library made to take a derivative: from some moment on
 * nobody takes another with respect to them. Work that is repeated later, as a checkpoint's, must
 * not see leaves as spent that were not spent the first time.
 */
public final class Spent {
  private static final AtomicLong MOMENT = new AtomicLong();
  private static final Slot<Spent> IGNORED = new Slot<>("spent meanwhile");

  private final long from;
  private final long to;
  private final Spent outer;

  private Spent(long from, long to, Spent outer) {
    this.from = from;
    this.to = to;
    this.outer = outer;
  }

  /**
   * Where work that may be repeated starts.
   *
   * @param moment how many leaves have been spent in the process
   * @param ignored what this work itself must not see, because it repeats other work; may be null
   */
  public record Start(long moment, Spent ignored) {}

  /** Returns the start of work that begins now. */
  public static Start start(Mode mode) {
    return new Start(MOMENT.get(), mode.get(IGNORED));
  }

  /** Returns a mode for work that repeats what began at a start. */
  public static Mode again(Mode mode, Start start) {
    return mode.with(IGNORED, new Spent(start.moment, MOMENT.get(), start.ignored));
  }

  /** Returns a moment of its own for a leaf that is spent now. */
  static long now() {
    return MOMENT.incrementAndGet();
  }

  /**
   * Tells whether a leaf counts as spent.
   *
   * @param moment when it was, 0 for never
   */
  static boolean is(long moment, Mode mode) {
    for (Spent s = mode.get(IGNORED); s != null; s = s.outer) {
      if (moment > s.from && moment <= s.to) {
        return false;
      }
    }
    return moment != 0;
  }
}
