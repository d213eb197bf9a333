package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Generator;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Operators whose results are drawn: shape, dtype, range, distribution, repetition by seed,
 * gradients.
 */
class OperatorRandomTest {
  @TestFactory
  Stream<DynamicTest> theSameSeedDrawsTheSame() {
    return Row.all()
        .filter(r -> r.op().random)
        .map(r ->
            dynamicTest(
                r.named("seed"),
                () -> {
                  Object[] args = r.arguments(0);
                  Generator.defaultGenerator().manualSeed(5);
                  Tensor first = r.op().run(args)[0];
                  Generator.defaultGenerator().manualSeed(5);
                  Tensor second = r.op().run(args)[0];
                  assertArrayEquals(Arranged.values(first), Arranged.values(second));
                  assertArrayEquals(Arranged.shape((Tensor) args[0]), Arranged.shape(first));
                  assertEquals(DType.FLOAT64, first.dtype());
                }));
  }

  @TestFactory
  Stream<DynamicTest> drawsCutTheGradientButDropoutScalesIt() {
    return Row.all()
        .filter(r -> r.op().random && !r.op().name.equals("dropout"))
        .map(r ->
            dynamicTest(
                r.named("gradient"),
                () -> {
                  Object[] args = r.arguments(0);
                  Tensor self = ((Tensor) args[0]).requiresGrad_();
                  Tensor result = r.op().run(args)[0];
                  assertEquals(r.op().node, result.gradFn().name());
                  double[] gradient = Arranged.values(Autograd.grad(result.sum(), self));
                  assertTrue(Arrays.stream(gradient).allMatch(g -> g == 0));
                }));
  }

  private static Tensor many(double value) {
    double[] values = new double[20_000];
    Arrays.fill(values, value);
    return Tensor.of(values);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  @Test
  void uniformNumbersFillTheirRangeEvenly() {
    Generator.defaultGenerator().manualSeed(1);
    double[] drawn = Arranged.values(many(0).uniform_(-1, 3));
    assertTrue(Arrays.stream(drawn).allMatch(x -> x >= -1 && x < 3));
    assertEquals(1, mean(drawn), 0.05);
    assertEquals(16.0 / 12, mean(Arrays.stream(drawn).map(x -> (x - 1) * (x - 1)).toArray()), 0.03);
  }

  @Test
  void normalNumbersHaveTheirMeanAndDeviation() {
    Generator.defaultGenerator().manualSeed(2);
    double[] drawn = Arranged.values(many(0).normal_(2, 0.5));
    assertEquals(2, mean(drawn), 0.02);
    assertEquals(0.25, mean(Arrays.stream(drawn).map(x -> (x - 2) * (x - 2)).toArray()), 0.01);
  }

  @Test
  void bernoulliDrawsOnesWithTheProbability() {
    Generator.defaultGenerator().manualSeed(3);
    for (Tensor t :
        List.of(many(0.3).bernoulli(), many(0).bernoulli_(0.3), many(0).bernoulli_(many(0.3)))) {
      double[] drawn = Arranged.values(t);
      assertTrue(Arrays.stream(drawn).allMatch(x -> x == 0 || x == 1));
      assertEquals(0.3, mean(drawn), 0.015);
    }
  }

  @Test
  void dropoutZeroesOrScalesValuesAndGradientsAlike() {
    Generator.defaultGenerator().manualSeed(4);
    Tensor x = many(2).requiresGrad_();
    Tensor y = x.dropout(0.25);
    double[] values = Arranged.values(y);
    double scaled = 2 / 0.75;
    for (double v : values) {
      assertTrue(v == 0 || Math.abs(v - scaled) < 1e-15, () -> "dropped or scaled: " + v);
    }
    assertEquals(0.25, Arrays.stream(values).filter(v -> v == 0).count() / 20_000.0, 0.015);
    double[] gradient = Arranged.values(Autograd.grad(y.sum(), x));
    assertClose("gradient", Arrays.stream(values).map(v -> v / 2).toArray(), gradient, 1e-15);
  }

  @Test
  void dropoutThatDoesNothingReturnsItsOperand() {
    Tensor x = many(2);
    assertSame(x, x.dropout(0.25, false));
    assertSame(x, x.dropout(0));
    assertTrue(Arrays.stream(Arranged.values(x.dropout(1))).allMatch(v -> v == 0));
  }

  @Test
  void parametersThatCanNeverBeValidAreRefusedBeforeAnyChange() {
    Tensor x = Tensor.of(1.0, 2.0);
    assertThrows(IllegalArgumentException.class, () -> x.uniform_(1, 0));
    assertThrows(IllegalArgumentException.class, () -> x.normal_(0, -1));
    assertThrows(IllegalArgumentException.class, () -> x.bernoulli_(1.5));
    assertThrows(IllegalArgumentException.class, () -> x.dropout(-0.1));
    assertThrows(RuntimeException.class, () -> x.bernoulli());
    assertThrows(AutogradException.class, () -> Tensor.of(1, 2).normal_());
    assertThrows(AutogradException.class, () -> Tensor.of(1, 2).dropout(0.5));
    assertArrayEquals(new double[] {1, 2}, Arranged.values(x));
    assertEquals(0, x.version());
    assertFalse(x.requiresGrad());
  }
}
