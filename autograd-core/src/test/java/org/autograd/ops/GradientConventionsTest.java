package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.DType;
import org.autograd.GradOptions;
import org.autograd.Index;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients where functions have none, or several; dtypes of gradients; repeated indices. */
class GradientConventionsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static double[] gradient(UnaryOperator<Tensor> f, double... at) {
    Tensor x = Tensor.of(at).requiresGrad_();
    return Arranged.values(Autograd.grad(f.apply(x).sum(), x));
  }

  private static DynamicTest at(
      String what, UnaryOperator<Tensor> f, double[] points, double... gradients) {
    return dynamicTest(
        what + " — " + Arrays.toString(points),
        () -> assertArrayEquals(gradients, gradient(f, points), 1e-15));
  }

  private static double[] points(double... points) {
    return points;
  }

  @TestFactory
  @Tag("DT-04")
  @Tag("DT-05")
  @Tag("DT-06")
  Stream<DynamicTest> kinksPolesAndTies() {
    double third = 1.0 / 3;
    double[] ties = points(1, 0, 1, 0, 1, 0);
    return Stream.of(
        at("relu at its kink", Tensor::relu, points(0, -1, 1), 0, 0, 1),
        at("abs at its kink", Tensor::abs, points(0, -2), 0, -1),
        at("sqrt at its pole", Tensor::sqrt, points(0, 4), INF, 0.25),
        at("log at and below its pole", Tensor::log, points(0, -1), INF, -1),
        at("clamp at its limits", x -> x.clamp(0, 1), points(0, 1, -1, 2, 0.5), 1, 1, 0, 0, 1),
        at("power 0", x -> x.pow(0), points(0, 2), 0, 0),
        at("power 0 of a tensor", x -> x.pow(Tensor.of(0.0)), points(0), 0),
        at("square at 0", x -> x.pow(2), points(0), 0),
        at("exponents of 0", x -> Tensor.of(0.0).pow(x), points(-1, 0, 1), -INF, 0, 0),
        at("base of a power", x -> x.pow(Tensor.of(3.0)), points(2), 12),
        at("exponent of a power", x -> Tensors.pow(2.0, x), points(3), 8 * Math.log(2)),
        at("max of ties", Tensor::max, ties, third, 0, third, 0, third, 0),
        at("min of ties", Tensor::min, ties, 0, third, 0, third, 0, third),
        at("amax of ties", x -> x.amax(), ties, third, 0, third, 0, third, 0),
        at("max of NaN", Tensor::max, points(NAN, NAN, NAN), third, third, third),
        at("max along a dimension", x -> x.max(0).values(), points(1, 3, 3), 0, 1, 0),
        at("maximum of equals", x -> x.maximum(Tensor.of(1.0)), points(1, 2, 0), 0.5, 1, 0),
        at("minimum of equals", x -> x.minimum(Tensor.of(1.0)), points(1, 2, 0), 0.5, 0, 1),
        at("floor", Tensor::floor, points(0, 1.5), 0, 0),
        at("product with one zero", Tensor::prod, points(2, 0, 3), 0, 6, 0),
        at("product with two zeros", Tensor::prod, points(2, 0, 0), 0, 0, 0),
        at("std of equal elements", x -> x.std(), points(2, 2), 0, 0));
  }

  @Test
  @Tag("DT-09")
  void sortSendsGradientsBack() {
    Tensor weights = Tensor.of(1.0, 10.0, 100.0);
    assertArrayEquals(
        new double[] {100, 1, 10}, gradient(x -> x.sort().values().mul(weights), 3, 1, 2));
  }

  @Test
  @Tag("DT-09")
  void cumsumAddsWhatFollows() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).requiresGrad_();
    double[] g = Arranged.values(Autograd.grad(x.cumsum(0).sum(), x));
    assertArrayEquals(new double[] {2, 2, 1, 1}, g);
  }

  @Test
  @Tag("DT-07")
  void repeatedIndicesAddTheirGradients() {
    Tensor x = Tensor.ones(DType.FLOAT64, 4, 4).requiresGrad_();
    Tensor rows = Tensor.of(1L, 1L, 3L, 2L, 1L, 2L);
    for (Tensor read : List.of(x.index(List.of(rows)), x.indexSelect(0, rows))) {
      double[] g = Arranged.values(Autograd.grad(read.sum(), x));
      for (int i = 0; i < 16; i++) {
        assertEquals(new double[] {0, 3, 2, 1}[i / 4], g[i]);
      }
    }
  }

  @Test
  @Tag("DT-11")
  void whereSendsTheGradientToTheChosenSideOnly() {
    Tensor a = Tensor.of(1.0, NAN).requiresGrad_();
    Tensor b = Tensor.of(INF).requiresGrad_();
    Tensor chosen = Tensors.where(Tensor.of(true, false), a.mul(2), b.mul(3));
    List<Tensor> g = Autograd.grad(List.of(chosen.sum()), List.of(a, b));
    assertArrayEquals(new double[] {2, 0}, Arranged.values(g.get(0)));
    assertArrayEquals(new double[] {3}, Arranged.values(g.get(1)));
    Tensor orZero = Tensors.where(Tensor.of(true, false), a, 0.0);
    assertArrayEquals(new double[] {1, 0}, Arranged.values(Autograd.grad(orZero.sum(), a)));
  }

  @Test
  @Tag("DT-01")
  void gradientsHaveTheDtypeOfTheirTensor() {
    Tensor narrow = Tensor.of(1f, 2f).requiresGrad_();
    Tensor wide = Tensor.of(3.0, 4.0).requiresGrad_();
    List<Tensor> g = Autograd.grad(List.of(narrow.mul(wide).sum()), List.of(narrow, wide));
    assertEquals(DType.FLOAT32, g.get(0).dtype());
    assertEquals(DType.FLOAT64, g.get(1).dtype());
    Tensor converted = narrow.to(DType.FLOAT64);
    assertEquals(DType.FLOAT32, Autograd.grad(converted.sum(), narrow).dtype());
    assertFalse(narrow.to(DType.INT64).requiresGrad());
    assertTrue(Tensor.zeros(DType.FLOAT32, 2).copy_(wide).requiresGrad());
  }

  @Test
  @Tag("DT-10")
  void expandedGradientOfADiagonalIsAMultipleOfTheIdentity() {
    Tensor x = Tensor.zeros(DType.FLOAT64, 10, 10).requiresGrad_();
    Tensor v = Arranged.expanded(Arranged.scalar(DType.FLOAT64, 2.5), 10);
    Tensor diagonal = x.diagonal();
    double[] g =
        Arranged.values(
            Autograd.grad(List.of(diagonal), List.of(x), List.of(v), GradOptions.DEFAULT).get(0));
    for (int i = 0; i < 100; i++) {
      assertEquals(i % 11 == 0 ? 2.5 : 0, g[i]);
    }
  }

  private static DynamicTest reads(String what, UnaryOperator<Tensor> read, double... gradients) {
    return dynamicTest(
        what,
        () -> {
          Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
          double[] g = Arranged.values(Autograd.grad(read.apply(x).sum(), x));
          assertArrayEquals(gradients, g);
        });
  }

  @TestFactory
  @Tag("DT-08")
  Stream<DynamicTest> selectedPositionsGetOneAndOthersZero() {
    Tensor mask = Tensor.of(new boolean[] {true, false, false, false, true, false}, 2, 3);
    Index last = Index.at(-1);
    Index odd = Index.of(0, 2);
    return Stream.of(
        reads("slice", x -> x.slice(1, 0, 3, 2), 1, 0, 1, 1, 0, 1),
        reads("single index", x -> x.get(1, 1), 0, 0, 0, 0, 1, 0),
        reads("mask", x -> x.get(Index.of(mask)), 1, 0, 0, 0, 1, 0),
        reads("maskedSelect", x -> x.maskedSelect(mask), 1, 0, 0, 0, 1, 0),
        reads("ellipsis", x -> x.get(Index.ellipsis(), last), 0, 0, 1, 0, 0, 1),
        reads("combination", x -> x.get(Index.at(1), odd), 0, 0, 0, 1, 0, 1),
        reads("masked fill", x -> x.maskedFill(mask, 7), 0, 1, 1, 1, 0, 1));
  }

  @Test
  @Tag("DT-08")
  void assignedTensorsGetTheirPartSummedOverBroadcastDimensions() {
    Tensor x = Tensor.zeros(DType.FLOAT64, 2, 3).requiresGrad_();
    Tensor value = Tensor.of(1.0, 2.0).requiresGrad_();
    Tensor weights = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor y = x.mul(1.0);
    y.set(value, Index.all(), Index.slice(0, 2));
    List<Tensor> g = Autograd.grad(List.of(y.mul(weights).sum()), List.of(x, value));
    assertArrayEquals(new double[] {0, 0, 3, 0, 0, 6}, Arranged.values(g.get(0)));
    assertArrayEquals(new double[] {1 + 4, 2 + 5}, Arranged.values(g.get(1)));
  }
}
