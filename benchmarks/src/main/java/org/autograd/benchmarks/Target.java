package org.autograd.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A speed that is to be reached, judged by the median of one run.
 *
 * @param name what it says
 * @param section title of the table that has the number
 * @param work label of its row
 * @param measured takes the number from the row
 * @param bound the number to be reached
 * @param atMost whether less is better
 * @param unit what is counted
 */
record Target(
    String name,
    String section,
    String work,
    ToDoubleFunction<Results.Row> measured,
    double bound,
    boolean atMost,
    String unit) {

  /** All of them, in the order of the report. */
  static List<Target> all() {
    String chain = Suite.chain(Case.Pass.FORWARD_BACKWARD).label();
    return List.of(
        new Target(
            chain,
            Suite.BESIDE_LIBTORCH,
            chain,
            row -> row.first().median() / 1e3,
            0.5,
            true,
            " µs"),
        new Target(
            chain + ", libtorch ÷ autograd",
            Suite.BESIDE_LIBTORCH,
            chain,
            row -> row.ratio().median(),
            12,
            false,
            ""),
        new Target(
            chain + ", coroutines ÷ calling thread",
            Suite.COROUTINES,
            chain,
            row -> row.ratio().median(),
            1.3,
            true,
            ""),
        new Target(
            Suite.smallMlp().label() + ", libtorch ÷ autograd",
            Suite.BESIDE_LIBTORCH,
            Suite.smallMlp().label(),
            row -> row.ratio().median(),
            8,
            false,
            ""),
        new Target(
            Suite.branches().label() + ", 2 workers ÷ 1 worker",
            Suite.WORKERS,
            Suite.branches().label(),
            row -> row.ratio().median(),
            0.65,
            true,
            ""));
  }

  /** What a run measured; empty where it left the work out. */
  Optional<Double> in(Results run) {
    return run.sections().stream()
        .filter(table -> table.title().equals(section))
        .flatMap(table -> table.rows().stream())
        .filter(row -> row.label().equals(work))
        .findFirst()
        .map(measured::applyAsDouble);
  }

  boolean isMet(double value) {
    return atMost ? value <= bound : value >= bound;
  }
}
