package org.autograd.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.autograd.Tensor;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;

/** Runs prepared passes. */
public final class Engine {
  /** How many passes inside one another share a thread's stack. */
  private static final int MAX_DEPTH = 60;

  private static volatile BackwardScheduler scheduler = CallingThreadScheduler.INSTANCE;

  private Engine() {}

  /** Returns what runs the passes that blocking calls of the calling thread start. */
  public static BackwardScheduler scheduler() {
    return ThreadState.current().mode.has(Bits.SINGLE_THREAD)
        ? CallingThreadScheduler.INSTANCE
        : scheduler;
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
      if (task.depth() > 0 && task.depth() % MAX_DEPTH == 0) {
        runElsewhere(task, scheduler);
      } else {
        scheduler.run(task);
      }
      task.finish();
      return task.captured();
    } finally {
      close(task);
    }
  }

  /**
   * Runs a pass on a thread of its own while the calling thread waits, so that stacks stay short.
   */
  private static void runElsewhere(GraphTask task, BackwardScheduler scheduler) {
    ThreadState here = ThreadState.current();
    Mode mode = here.mode;
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicLong sequence = new AtomicLong(here.sequence);
    Thread thread =
        new Thread(
            () -> {
              ThreadState there = ThreadState.current();
              there.mode = mode;
              there.sequence = sequence.get();
              try {
                scheduler.run(task);
              } catch (Throwable e) {
                failure.set(e);
              }
              sequence.set(there.sequence);
            },
            "autograd-reentrant-" + task.depth());
    thread.setDaemon(true);
    thread.start();
    joinUninterruptibly(thread);
    here.sequence = Math.max(here.sequence, sequence.get());
    if (failure.get() instanceof RuntimeException e) {
      throw e;
    }
    if (failure.get() instanceof Error e) {
      throw e;
    }
    if (failure.get() != null) {
      throw new AssertionError("a scheduler threw a checked exception", failure.get());
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Commits a pass all of whose nodes have run. For schedulers that run it themselves. */
  public static Tensor[] finish(GraphTask task) {
    task.finish();
    return task.captured();
  }

  /**
   * Gives the nodes of a pass back, whether it finished or failed. For schedulers that run it
   * themselves.
   */
  public static void close(GraphTask task) {
    task.close();
    task.deliverWarnings();
  }

  /** Returns the pass that the calling thread works for, or null. */
  public static GraphTask current() {
    return ThreadState.current().mode.get(GraphTask.CURRENT);
  }
}
