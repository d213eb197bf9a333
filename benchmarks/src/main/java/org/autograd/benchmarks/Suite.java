package org.autograd.benchmarks;

import static org.autograd.benchmarks.TransformCase.Outcome.OUTPUTS;
import static org.autograd.benchmarks.TransformCase.Outcome.SUM_OF_SQUARES;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which cases are measured, and who stands beside whom. */
final class Suite {

  static final String BESIDE_LIBTORCH = "Beside libtorch";
  static final String COROUTINES = "The suspending backward beside the calling thread";
  static final String BLOCKING = "Blocking passes on coroutines beside the calling thread";
  static final String WORKERS = "Two workers beside one, kernels on one thread each";

  static final String JVP = "The derivative along a vector beside the plain function";
  static final String HVP = "The product of hessian and vector beside the plain function";
  static final String VMAP = "vmap beside a loop";
  static final String VMAP_BESIDE_LIBTORCH = "vmap beside a loop over libtorch";

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
        section(WORKERS, Sides.ONE_WORKER, Sides.TWO_WORKERS, List.of(branches()), true),
        section(JVP, Sides.PLAIN, Sides.JVP, List.of(layers(OUTPUTS), power()), false),
        section(HVP, Sides.PLAIN, Sides.HVP, List.of(layers(SUM_OF_SQUARES)), false),
        section(VMAP, Sides.VMAP, Sides.LOOP, manyDerivatives(), false),
        section(VMAP_BESIDE_LIBTORCH, Sides.VMAP, Sides.LIBTORCH, manyDerivatives(), false));
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

  /** A thousand multiplications of one element, without gradients. */
  static TransformCase power() {
    return new TransformCase.Power(1_000);
  }

  /** Three layers of width 256. */
  static TransformCase layers(TransformCase.Outcome outcome) {
    return new TransformCase.Layers(3, 256, 64, outcome);
  }

  /** Gradients of 256 samples in a small network. */
  static TransformCase smallSamples() {
    return new TransformCase.PerSample(new Case.MlpStep(256, 16, 32, 4));
  }

  /** Gradients of 256 images. */
  static TransformCase images() {
    return new TransformCase.PerSample(new Case.MlpStep(256, 784, 128, 10));
  }

  /** The hessian of the Rosenbrock function. */
  static TransformCase hessian(int dimensions) {
    return new TransformCase.Rosenbrock(dimensions);
  }

  private static List<Case> manyDerivatives() {
    return List.of(smallSamples(), images(), hessian(50), hessian(200));
  }
}
