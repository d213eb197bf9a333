package org.autograd.benchmarks;

import java.util.Optional;

/**
 * Times one or two tasks in rounds, in which they take turns, so that a change of the machine's
 * speed meets both.
 */
final class Duel {

  /**
   * How long to measure.
   *
   * @param warmUpMillis running time of each task before the first round
   * @param sampleMillis running time of a task in a round, at least one run
   * @param rounds number of rounds
   */
  record Effort(int warmUpMillis, int sampleMillis, int rounds) {
    Effort {
      if (warmUpMillis < 0 || sampleMillis < 0 || rounds < 1) {
        throw new IllegalArgumentException(
            "times must not be negative and there must be a round: "
                + warmUpMillis
                + " ms warm-up, "
                + sampleMillis
                + " ms a sample, "
                + rounds
                + " rounds");
      }
    }
  }

  /**
   * What came out: nanoseconds a run, and how many times as long as the first the second took, by
   * round.
   */
  record Outcome(Summary first, Optional<Summary> second, Optional<Summary> ratio) {}

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
    for (int round = 0; round < effort.rounds(); round++) {
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
    }
    return new Outcome(
        Summary.of(a), second.map(task -> Summary.of(b)), second.map(task -> Summary.of(ratio)));
  }

  /** Runs the task for a while and says how often it must run to fill a sample. */
  private int warmUp(Task task) {
    task.run();
    long start = System.nanoTime();
    long end = start + effort.warmUpMillis() * 1_000_000L;
    do {
      task.run();
    } while (System.nanoTime() < end);
    long once = System.nanoTime();
    task.run();
    double nanos = Math.max(1, System.nanoTime() - once);
    int trial = (int) Math.clamp(effort.sampleMillis() * 1e6 / nanos / 4, 1, 1 << 20);
    nanos = Math.max(1, sample(task, trial));
    return (int) Math.clamp(effort.sampleMillis() * 1e6 / nanos, 1, 1 << 24);
  }

  private static double sample(Task task, int runs) {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return (double) (System.nanoTime() - start) / runs;
  }
}
