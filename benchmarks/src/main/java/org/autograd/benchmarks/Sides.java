package org.autograd.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.autograd.dsl.CoroutineScheduler;

/** The sides by name. */
final class Sides {
  /** This library, backward on the calling thread. */
  static final String AUTOGRAD = "autograd";

  /** libtorch. */
  static final String LIBTORCH = "libtorch";

  /** This library, the suspending backward with the default number of workers. */
  static final String COROUTINES = "coroutines";

  /** This library, blocking passes under the coroutine scheduler. */
  static final String BLOCKING = "blocking-coroutines";

  /** This library, the suspending backward on one worker. */
  static final String ONE_WORKER = "1-worker";

  /** This library, the suspending backward on two workers. */
  static final String TWO_WORKERS = "2-workers";

  private static final Map<String, Supplier<Side>> ALL =
      new TreeMap<>(
          Map.of(
              AUTOGRAD, () -> new AutogradSide(AUTOGRAD, Pass.onCallingThread()),
              LIBTORCH, LibtorchSide::new,
              COROUTINES, () -> new AutogradSide(COROUTINES, new SuspendingPass(workers())),
              BLOCKING, () -> new AutogradSide(BLOCKING, Pass.under(new CoroutineScheduler())),
              ONE_WORKER, () -> new AutogradSide(ONE_WORKER, new SuspendingPass(1)),
              TWO_WORKERS, () -> new AutogradSide(TWO_WORKERS, new SuspendingPass(2))));

  private Sides() {}

  /**
   * Finds a side.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static Side named(String name) {
    Supplier<Side> side = ALL.get(name);
    if (side == null) {
      throw new IllegalArgumentException(
          "no side \"" + name + "\"; there are: " + String.join(", ", ALL.keySet()));
    }
    return side.get();
  }

  private static int workers() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }
}
