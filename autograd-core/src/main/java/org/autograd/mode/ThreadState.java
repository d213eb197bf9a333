package org.autograd.mode;

/** What belongs to one thread: the mode in force and the thread's counters. The project's only thread-local. */
public final class ThreadState {
  private static final ThreadLocal<ThreadState> CURRENT = ThreadLocal.withInitial(ThreadState::new);

  /** The mode in force; never null. */
  public Mode mode = Mode.DEFAULT;

  /** The largest sequence number given to a node on this thread, plus one. */
  public long sequence;

  private ThreadState() {}

  /** Returns the calling thread's state. Keep it for the length of one operator at most. */
  public static ThreadState current() {
    return CURRENT.get();
  }
}
