package org.autograd.engine;

import org.autograd.Tensor;
import org.autograd.mode.ThreadState;

/** Runs prepared passes. */
public final class Engine {
  private static volatile BackwardScheduler scheduler = CallingThreadScheduler.INSTANCE;

  private Engine() {}

  /** Returns what runs the passes that blocking calls start. */
  public static BackwardScheduler scheduler() {
    return scheduler;
  }

  /** Sets what runs the passes that blocking calls start, in all threads. */
  public static void scheduler(BackwardScheduler scheduler) {
    Engine.scheduler = scheduler;
  }

  /**
   * Runs a pass and commits it.
   *
   * @return the captured gradients, or null if gradients are accumulated
   */
  public static Tensor[] execute(GraphTask task, BackwardScheduler scheduler) {
    try {
      scheduler.run(task);
      task.finish();
      return task.captured();
    } finally {
      task.close();
    }
  }

  /** Commits a pass all of whose nodes have run. For schedulers that run it themselves. */
  public static Tensor[] finish(GraphTask task) {
    task.finish();
    return task.captured();
  }

  /** Gives the nodes of a pass back, whether it finished or failed. For schedulers that run it themselves. */
  public static void close(GraphTask task) {
    task.close();
  }

  /** Returns the pass that the calling thread works for, or null. */
  public static GraphTask current() {
    return ThreadState.current().mode.get(GraphTask.CURRENT);
  }
}
