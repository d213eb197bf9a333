package org.autograd.engine;

/** Runs the whole pass on the calling thread: no locks, no queues across threads. */
public final class CallingThreadScheduler implements BackwardScheduler {
  /** The only instance. */
  public static final CallingThreadScheduler INSTANCE = new CallingThreadScheduler();

  private CallingThreadScheduler() {}

  @Override
  public boolean parallel() {
    return false;
  }

  @Override
  public void run(GraphTask task) {
    ReadyQueue queue = new ReadyQueue();
    task.initiallyReady(queue::push);
    for (NodeTask t = queue.pop(); t != null; t = queue.pop()) {
      task.checkCancelled();
      task.run(t, queue::push);
    }
  }
}
