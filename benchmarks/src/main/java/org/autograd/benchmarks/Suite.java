package org.autograd.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which cases are measured, and who stands beside whom. */
final class Suite {

  /**
   * A table to be filled.
   *
   * @param title its heading
   * @param first the side whose time is the unit of the ratio
   * @param second the other side
   * @param cases its rows
   */
  record Section(String title, Side first, Optional<Side> second, List<Case> cases) {}

  private Suite() {}

  /** Everything, in the order of the report. */
  static List<Section> sections() {
    return List.of(
        new Section("Beside libtorch", Sides.named("libtorch"), Optional.empty(), all()));
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
    cases.add(new Case.MlpStep(1, 32, 32, 1));
    cases.add(branches());
    return List.copyOf(cases);
  }

  /** Two independent branches of large products. */
  static Case branches() {
    return new Case.Branches(2, 512, 4);
  }
}
