package org.autograd.benchmarks;

import static java.util.Map.entry;

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

  /** This library, a function without gradients. */
  static final String PLAIN = "plain";

  /** This library, a function with its derivative along a vector. */
  static final String JVP = "jvp";

  /** This library, a function with the product of its hessian and a vector. */
  static final String HVP = "hvp";

  /** This library, derivatives all at once. */
  static final String VMAP = "vmap";

  /** This library, derivatives one after the other. */
  static final String LOOP = "loop";

  private static final Map<String, Supplier<Side>> ALL =
      new TreeMap<>(
          Map.ofEntries(
              entry(AUTOGRAD, () -> new AutogradSide(AUTOGRAD, Pass.onCallingThread())),
              entry(LIBTORCH, LibtorchSide::new),
              entry(COROUTINES, () -> new AutogradSide(COROUTINES, new SuspendingPass(workers()))),
              entry(
                  BLOCKING, () -> new AutogradSide(BLOCKING, Pass.under(new CoroutineScheduler()))),
              entry(ONE_WORKER, () -> new AutogradSide(ONE_WORKER, new SuspendingPass(1))),
              entry(TWO_WORKERS, () -> new AutogradSide(TWO_WORKERS, new SuspendingPass(2))),
              entry(PLAIN, () -> new TransformSide(PLAIN, TransformSide.Way.PLAIN)),
              entry(JVP, () -> new TransformSide(JVP, TransformSide.Way.JVP)),
              entry(HVP, () -> new TransformSide(HVP, TransformSide.Way.HVP)),
              entry(VMAP, () -> new TransformSide(VMAP, TransformSide.Way.VMAP)),
              entry(LOOP, () -> new TransformSide(LOOP, TransformSide.Way.LOOP))));

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
