package org.autograd.mode;

/**
 * What belongs to one thread, or to one coroutine that carries its own while it runs: the mode in
 * force and the counters. The project's only thread-local.
 */
public final class ThreadState {
  private static final ThreadLocal<ThreadState> CURRENT = ThreadLocal.withInitial(ThreadState::new);

  /** The mode in force; never null. */
  public Mode mode = Mode.DEFAULT;

  /** The largest sequence number given to a node here, plus one. */
  public long sequence;

  /**
   * The node that a pass runs here, while anomaly detection is on; else null. Not interpreted by
   * this package.
   */
  public Object running;

  /** How many scopes are open here that are to be closed in the reverse order of opening. */
  public int scopes;

  private ThreadState() {}

  /**
   * Returns the state in force on the calling thread. Keep it for the length of one operator at
   * most.
   */
  public static ThreadState current() {
    return CURRENT.get();
  }

  /** Returns a second state with the mode and counters that this one has now. */
  public ThreadState copy() {
    ThreadState copy = new ThreadState();
    copy.mode = mode;
    copy.sequence = sequence;
    copy.scopes = scopes;
    return copy;
  }

  /**
   * Puts a state in force on the calling thread. It must be in force on no other thread; put back
   * what this returns.
   *
   * @return what was in force before
   */
  public static ThreadState swap(ThreadState next) {
    ThreadState before = CURRENT.get();
    CURRENT.set(next);
    return before;
  }
}
