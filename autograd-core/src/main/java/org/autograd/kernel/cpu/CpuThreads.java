package org.autograd.kernel.cpu;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * The process-wide number of threads that CPU kernels may use, and the parallel loop they share.
 *
 * <p>A kernel splits its work into chunks whose number and size follow from the shape alone, never
 * from {@link #get()}; so its result has the same bits at any thread count. All methods are safe to
 * call from any thread.
 */
public final class CpuThreads {

  private static final int IDLE_SECONDS = 30;
  private static final int SPINS_BEFORE_PARK = 2_000;

  private static volatile int count = Runtime.getRuntime().availableProcessors();

  /** Threads now inside {@link #parallelFor} as callers: a nested call of theirs runs inline. */
  private static final Set<Thread> CALLERS = ConcurrentHashMap.newKeySet();

  private CpuThreads() {}

  /**
   * The number of threads a kernel may use, the calling thread included. Starts as the number of
   * available processors.
   *
   * @return at least 1
   */
  public static int get() {
    return count;
  }

  /**
   * Sets the number of threads a kernel may use, the calling thread included. Kernels already
   * running finish with the threads they have.
   *
   * @param threads at least 1
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public static void set(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "CpuThreads.set: the number of kernel threads must be at least 1, got " + threads);
    }
    synchronized (CpuThreads.class) {
      count = threads;
      if (threads > 1) {
        Pool.resize(threads - 1);
      }
    }
  }

  /**
   * Calls {@code body} once for every chunk in {@code [0, chunks)} and returns when all are done.
   * The calling thread takes part. Chunks may run in any order and at the same time, so they must
   * write to disjoint places; what they wrote is visible to the caller afterwards. A call from
   * inside a chunk runs on that chunk's thread alone.
   *
   * <p>If a chunk throws, chunks not yet begun are skipped, and the first failure is rethrown here
   * after the running ones have ended, with later failures suppressed.
   *
   * @param chunks how many chunks there are; none when zero or less
   * @param body the work of one chunk
   */
  public static void parallelFor(int chunks, IntConsumer body) {
    int helpers = Math.min(count, chunks) - 1;
    if (helpers <= 0 || Thread.currentThread() instanceof Worker || !enter()) {
      for (int i = 0; i < chunks; i++) {
        body.accept(i);
      }
      return;
    }
    try {
      Job job = new Job(chunks, body);
      for (int i = 0; i < helpers; i++) {
        Pool.EXECUTOR.execute(job);
      }
      job.run();
      job.join();
    } finally {
      CALLERS.remove(Thread.currentThread());
    }
  }

  /**
   * The number of chunks of {@code size} elements that cover {@code total} elements.
   *
   * @param total at least 0
   * @param size at least 1
   * @return {@code total / size}, rounded up
   */
  public static int chunks(int total, int size) {
    return total / size + (total % size == 0 ? 0 : 1);
  }

  private static boolean enter() {
    return CALLERS.add(Thread.currentThread());
  }

  /**
   * One parallel loop. A helper that comes too late finds no chunk left; the caller waits only for
   * chunks, never for helpers, so a busy pool can delay nothing but help.
   */
  private static final class Job implements Runnable {
    private final int chunks;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile IntConsumer body;

    Job(int chunks, IntConsumer body) {
      this.chunks = chunks;
      this.left = new AtomicInteger(chunks);
      this.body = body;
    }

    @Override
    public void run() {
      IntConsumer work = body;
      for (int i = next.getAndIncrement(); i < chunks; i = next.getAndIncrement()) {
        if (failure.get() == null) {
          try {
            work.accept(i);
          } catch (Throwable t) {
            fail(t);
          }
        }
        if (left.decrementAndGet() == 0) {
          body = null; // a late helper still in the queue must not keep arrays alive
          LockSupport.unpark(caller);
        }
      }
    }

    private void fail(Throwable t) {
      if (!failure.compareAndSet(null, t)) {
        Throwable first = failure.get();
        if (first != t) {
          first.addSuppressed(t);
        }
      }
    }

    void join() {
      int spins = 0;
      boolean interrupted = false;
      while (left.get() > 0) {
        if (spins < SPINS_BEFORE_PARK) {
          spins++;
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
      Throwable t = failure.get();
      if (t != null) {
        throw CpuThreads.<RuntimeException>unchecked(t);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T unchecked(Throwable t) throws T {
    throw (T) t;
  }

  private static final class Worker extends Thread {
    Worker(Runnable target) {
      super(target, "autograd-kernel");
      setDaemon(true);
    }
  }

  /** Made on first use, so a single-threaded process never starts a thread. */
  private static final class Pool {
    static final ThreadPoolExecutor EXECUTOR = start(Math.max(1, count - 1));

    private static ThreadPoolExecutor start(int size) {
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Worker::new);
      pool.allowCoreThreadTimeOut(true);
      return pool;
    }

    static void resize(int size) {
      if (size > EXECUTOR.getMaximumPoolSize()) {
        EXECUTOR.setMaximumPoolSize(size);
        EXECUTOR.setCorePoolSize(size);
      } else {
        EXECUTOR.setCorePoolSize(size);
        EXECUTOR.setMaximumPoolSize(size);
      }
    }
  }
}
