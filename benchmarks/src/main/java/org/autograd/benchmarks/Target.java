package org.autograd.benchmarks;

import java.util.ArrayList;
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
    List<Target> all = new ArrayList<>(ofBackward());
    Case outputs = Suite.layers(TransformCase.Outcome.OUTPUTS);
    Case squares = Suite.layers(TransformCase.Outcome.SUM_OF_SQUARES);
    all.add(ratio(outputs, Suite.JVP, "jvp ÷ plain", 2.5, true));
    all.add(ratio(Suite.power(), Suite.JVP, "jvp ÷ plain", 4.5, true));
    all.add(ratio(squares, Suite.HVP, "hvp ÷ plain", 6, true));
    all.add(ratio(Suite.smallSamples(), Suite.VMAP, "loop ÷ vmap", 4, false));
    all.add(ratio(Suite.images(), Suite.VMAP, "loop ÷ vmap", 1, false));
    all.add(ratio(Suite.hessian(50), Suite.VMAP, "loop ÷ vmap", 4, false));
    all.add(ratio(Suite.hessian(200), Suite.VMAP, "loop ÷ vmap", 1, false));
    for (Case work :
        List.of(Suite.smallSamples(), Suite.images(), Suite.hessian(50), Suite.hessian(200))) {
      all.add(ratio(work, Suite.VMAP_BESIDE_LIBTORCH, "libtorch ÷ vmap", 1, false));
    }
    return List.copyOf(all);
  }

  private static Target ratio(
      Case work, String section, String sides, double bound, boolean atMost) {
    return new Target(
        work.label() + ", " + sides,
        section,
        work.label(),
        row -> row.ratio().median(),
        bound,
        atMost,
        "");
  }

  private static List<Target> ofBackward() {
    Case chain = Suite.chain(Case.Pass.FORWARD_BACKWARD);
    return List.of(
        new Target(
            chain.label(),
            Suite.BESIDE_LIBTORCH,
            chain.label(),
            row -> row.first().median() / 1e3,
            0.5,
            true,
            " µs"),
        ratio(chain, Suite.BESIDE_LIBTORCH, "libtorch ÷ autograd", 12, false),
        ratio(chain, Suite.COROUTINES, "coroutines ÷ calling thread", 1.3, true),
        ratio(Suite.smallMlp(), Suite.BESIDE_LIBTORCH, "libtorch ÷ autograd", 8, false),
        ratio(Suite.branches(), Suite.WORKERS, "2 workers ÷ 1 worker", 0.65, true));
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
