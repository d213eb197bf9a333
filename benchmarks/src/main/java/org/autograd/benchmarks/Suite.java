package org.autograd.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which cases are measured, and who stands beside whom. */
final class Suite {

  static final String BESIDE_LIBTORCH = "Beside libtorch";
  static final String COROUTINES = "The suspending backward beside the calling thread";
  static final String BLOCKING = "Blocking passes on coroutines beside the calling thread";
  static final String WORKERS = "Two workers beside one, kernels on one thread each";

  /**
   * A table to be filled.
   *
   * @param title its heading
   * @param first the side whose time is the unit of the ratio
   * @param second the other side
   * @param cases its rows
   * @param oneThreadOnly whether kernels must run on one thread, so that only a run with one thread
   *     has the table
   */
  record Section(
      String title, Side first, Optional<Side> second, List<Case> cases, boolean oneThreadOnly) {
    boolean isFor(int threads) {
      return !oneThreadOnly || threads == 1;
    }
  }

  private Suite() {}

  /** Everything, in the order of the report. */
  static List<Section> sections() {
    List<Case> chain = List.of(chain(Case.Pass.FORWARD_BACKWARD));
    return List.of(
        section(BESIDE_LIBTORCH, Sides.AUTOGRAD, Sides.LIBTORCH, all(), false),
        section(COROUTINES, Sides.AUTOGRAD, Sides.COROUTINES, chain, false),
        section(BLOCKING, Sides.AUTOGRAD, Sides.BLOCKING, chain, false),
        section(WORKERS, Sides.ONE_WORKER, Sides.TWO_WORKERS, List.of(branches()), true));
  }

  private static Section section(
      String title, String first, String second, List<Case> cases, boolean oneThreadOnly) {
    Side other = Sides.named(second);
    return new Section(title, Sides.named(first), Optional.of(other), cases, oneThreadOnly);
  }

  /** The cases on which libraries are compared. */
  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (long[] sizes : List.of(new long[] {1}, new long[] {64, 64})) {
      for (Case.Pass pass : Case.Pass.values()) {
        cases.add(new Case.Chain(1_000, sizes, pass));
      }
    }
    for (Case.Operator operator : Case.Operator.values()) {
      for (int size : new int[] {10_000, 100_000, 1_000_000, 16_000_000}) {
        cases.add(new Case.Elementwise(operator, size, Case.Result.NEW));
        if (operator != Case.Operator.SUM) {
          cases.add(new Case.Elementwise(operator, size, Case.Result.EXISTING));
        }
      }
    }
    for (int n = 64; n <= 2048; n *= 2) {
      cases.add(new Case.Product(n));
    }
    cases.add(new Case.MlpStep(64, 784, 128, 10));
    cases.add(smallMlp());
    cases.add(branches());
    return List.copyOf(cases);
  }

  /** A thousand multiplications of one element. */
  static Case chain(Case.Pass pass) {
    return new Case.Chain(1_000, new long[] {1}, pass);
  }

  /** A training step of one small sample. */
  static Case smallMlp() {
    return new Case.MlpStep(1, 32, 32, 1);
  }

  /** Two independent branches of large products. */
  static Case branches() {
    return new Case.Branches(2, 512, 4);
  }
}
