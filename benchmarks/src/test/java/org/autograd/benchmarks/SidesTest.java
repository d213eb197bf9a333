package org.autograd.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidesTest {

  private static double probe(String name, Case work) {
    Side side = Sides.named(name);
    side.useThreads(1);
    try (Task task = side.prepare(work).orElseThrow()) {
      double value = task.probe();
      task.run();
      return value;
    }
  }

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, 1e-4 * Math.abs(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autograd",
        "libtorch",
        "coroutines",
        "blocking-coroutines",
        "1-worker",
        "2-workers"
      })
  void chainIsAPowerOfItsLeaf(String side) {
    Case.Chain forward = new Case.Chain(3, new long[] {1}, Case.Pass.FORWARD);
    Case.Chain backward = new Case.Chain(3, new long[] {1}, Case.Pass.FORWARD_BACKWARD);
    double x = Inputs.chain(forward)[0];

    near(x * x * x * x, probe(side, forward));
    near(4 * x * x * x, probe(side, backward));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autograd",
        "libtorch",
        "coroutines",
        "blocking-coroutines",
        "1-worker",
        "2-workers"
      })
  void sumAddsAllElements(String side) {
    Case.Elementwise sum = new Case.Elementwise(Case.Operator.SUM, 1_000, Case.Result.NEW);
    double expected = 0;
    for (float value : Inputs.operand(sum, 0)) {
      expected += value;
    }

    near(expected, probe(side, sum));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autograd",
        "libtorch",
        "coroutines",
        "blocking-coroutines",
        "1-worker",
        "2-workers"
      })
  void elementwiseResultsAgreeWithScalarLoops(String side) {
    for (Case.Operator operator :
        new Case.Operator[] {Case.Operator.ADD, Case.Operator.EXP, Case.Operator.TANH}) {
      for (Case.Result result : Case.Result.values()) {
        Case.Elementwise work = new Case.Elementwise(operator, 10, result);
        float[] a = Inputs.operand(work, 0);
        float[] b = Inputs.operand(work, 1);
        float[] expected = new float[a.length];
        for (int i = 0; i < a.length; i++) {
          expected[i] =
              switch (operator) {
                case ADD -> a[i] + b[i];
                case EXP -> (float) Math.exp(a[i]);
                case TANH -> (float) Math.tanh(a[i]);
                case SUM -> throw new AssertionError();
              };
        }

        near(Inputs.checksum(expected), probe(side, work));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autograd",
        "libtorch",
        "coroutines",
        "blocking-coroutines",
        "1-worker",
        "2-workers"
      })
  void softmaxOfOneClassLeavesParametersAsTheyAre(String side) {
    Case.MlpStep step = new Case.MlpStep(1, 3, 4, 1);
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      expected += Inputs.checksum(Inputs.parameter(step, i));
    }

    near(expected, probe(side, step));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autograd",
        "libtorch",
        "coroutines",
        "blocking-coroutines",
        "1-worker",
        "2-workers"
      })
  void branchGradientsFollowFromTheProduct(String side) {
    // loss = a·b with one-element matrices, so the gradients are b and a.
    Case.Branches work = new Case.Branches(1, 1, 1);
    near(Math.abs(Inputs.matrix(1, 0)[0]) + Math.abs(Inputs.matrix(1, 1)[0]), probe(side, work));
  }

  @Test
  void unknownSideIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Sides.named("torch"));
  }
}
