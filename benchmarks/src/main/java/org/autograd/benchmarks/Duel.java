package org.autograd.benchmarks;

import java.util.Arrays;
import java.util.Optional;

/**
 * Times one or two tasks in rounds, in which they take turns, so that a change of the machine's
 * speed meets both.
 */
final class Duel {

  /**
   * How long to measure.
   *
   * @param warmUpMillis running time of a slice of warm-up
   * @param longestWarmUpMillis time after which no further slice of a task's warm-up begins
   * @param sampleMillis running time of a task in a round, at least one run
   * @param rounds number of rounds
   * @param limitMillis time after which no further round begins, once there are {@link
   *     #FEWEST_ROUNDS}
   */
  record Effort(
      int warmUpMillis, int longestWarmUpMillis, int sampleMillis, int rounds, int limitMillis) {
    static final int FEWEST_ROUNDS = 3;

    Effort {
      if (warmUpMillis < 0
          || longestWarmUpMillis < 0
          || sampleMillis < 0
          || rounds < 1
          || limitMillis < 0) {
        throw new IllegalArgumentException(
            "times must not be negative and there must be a round: "
                + warmUpMillis
                + " to "
                + longestWarmUpMillis
                + " ms warm-up, "
                + sampleMillis
                + " ms a sample, "
                + rounds
                + " rounds, at most "
                + limitMillis
                + " ms");
      }
    }
  }

  /**
   * What came out: nanoseconds a run, and how many times as long as the first the second took, by
   * round.
   */
  record Outcome(Summary first, Optional<Summary> second, Optional<Summary> ratio) {}

  /** A slice of warm-up counts as faster when it takes less than this part of the best one. */
  private static final double FASTER = 0.9;

  /** So many slices in a row that are no faster end the warm-up. */
  private static final int STEADY_SLICES = 3;

  private final Effort effort;

  Duel(Effort effort) {
    this.effort = effort;
  }

  Outcome run(Task first, Optional<Task> second) {
    int firstRuns = warmUp(first);
    int secondRuns = second.map(this::warmUp).orElse(0);
    double[] a = new double[effort.rounds()];
    double[] b = new double[effort.rounds()];
    double[] ratio = new double[effort.rounds()];
    long end = System.nanoTime() + effort.limitMillis() * 1_000_000L;
    int round = 0;
    while (round < effort.rounds() && (round < Effort.FEWEST_ROUNDS || System.nanoTime() < end)) {
      if (second.isEmpty()) {
        a[round] = sample(first, firstRuns);
      } else if (round % 2 == 0) {
        a[round] = sample(first, firstRuns);
        b[round] = sample(second.get(), secondRuns);
      } else {
        b[round] = sample(second.get(), secondRuns);
        a[round] = sample(first, firstRuns);
      }
      ratio[round] = b[round] / a[round];
      round++;
    }
    Summary others = summary(b, round);
    Summary ratios = summary(ratio, round);
    return new Outcome(summary(a, round), second.map(task -> others), second.map(task -> ratios));
  }

  private static Summary summary(double[] values, int count) {
    return Summary.of(Arrays.copyOf(values, count));
  }

  /**
   * Runs the task until it gets no faster, and says how often it must run to fill a sample. Vector
   * loops are hundreds of times slower before they are compiled, so a fixed time would do for some
   * tasks only.
   */
  private int warmUp(Task task) {
    long end = System.nanoTime() + effort.longestWarmUpMillis() * 1_000_000L;
    double best = slice(task);
    int steady = 0;
    while (steady < STEADY_SLICES && System.nanoTime() < end) {
      double nanos = slice(task);
      steady = nanos < FASTER * best ? 0 : steady + 1;
      best = Math.min(best, nanos);
    }
    return (int) Math.clamp(effort.sampleMillis() * 1e6 / best, 1, 1 << 24);
  }

  /** Runs the task for the time of a warm-up slice, once at least. */
  private double slice(Task task) {
    long start = System.nanoTime();
    long end = start + effort.warmUpMillis() * 1_000_000L;
    long now;
    int runs = 0;
    do {
      task.run();
      runs++;
      now = System.nanoTime();
    } while (now < end);
    return Math.max(1, (double) (now - start) / runs);
  }

  private static double sample(Task task, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return (double) (System.nanoTime() - start) / runs;
  }
}
