package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.Functional;
import org.autograd.GradOptions;
import org.autograd.Index;
import org.autograd.Tensor;
import org.autograd.TensorOptions;
import org.autograd.Tensors;
import org.autograd.formula.Operators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and derivatives at the edges of the number range, by hand. */
class EdgeValuesTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final GradOptions AGAIN = GradOptions.DEFAULT.withCreateGraph(true);

  private static double[] gradient(UnaryOperator<Tensor> f, Tensor up, double... at) {
    Tensor x = Tensor.of(at).requiresGrad_();
    Tensor y = f.apply(x);
    return Arranged.values(
        Autograd.grad(List.of(y), List.of(x), List.of(up), GradOptions.DEFAULT).get(0));
  }

  private static double[] second(UnaryOperator<Tensor> f, double... at) {
    Tensor x = Tensor.of(at).requiresGrad_();
    Tensor first = Autograd.grad(f.apply(x).sum(), x, AGAIN);
    return Arranged.values(Autograd.grad(first.sum(), x));
  }

  private static Tensor filled(DType dtype, int n, double value) {
    double[] values = new double[n];
    java.util.Arrays.fill(values, value);
    return Arranged.vector(dtype, values);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void onesToAnyPowerAreOne(DType dtype) {
    for (int n : new int[] {1, 5, 16, 37}) {
      for (double e : new double[] {NAN, INF, -INF}) {
        Tensor one = filled(dtype, n, 1);
        double[] ones = Arranged.values(one);
        assertArrayEquals(ones, Arranged.values(one.pow(e)));
        assertArrayEquals(ones, Arranged.values(one.pow(filled(dtype, n, e))));
        assertArrayEquals(ones, Arranged.values(one.clone().pow_(e)));
        assertArrayEquals(ones, Arranged.values(Tensors.pow(1, filled(dtype, n, e))));
        if (Double.isInfinite(e)) {
          Tensor minusOne = filled(dtype, n, -1);
          assertArrayEquals(ones, Arranged.values(minusOne.pow(e)));
          assertArrayEquals(ones, Arranged.values(minusOne.pow(filled(dtype, n, e))));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 37})
  void exponentsThatFloat32CannotHoldStayAsTheyAre(int n) {
    long odd = (1L << 24) + 1;
    for (double sign : new double[] {1, -1}) {
      Tensor x = filled(DType.FLOAT32, n, sign);
      double[] expected = Arranged.values(x);
      assertArrayEquals(expected, Arranged.values(x.pow(odd)));
      assertArrayEquals(expected, Arranged.values(x.pow((double) odd)));
      assertArrayEquals(expected, Arranged.values(x.clone().pow_(odd)));
      assertArrayEquals(
          expected, Arranged.values(x.unsqueeze(1).expand(n, 2).pow(odd).select(1, 1)));
    }
    Tensor base = filled(DType.FLOAT32, n, -2).requiresGrad_();
    double[] none = Arranged.values(filled(DType.FLOAT32, n, NAN));
    assertArrayEquals(none, Arranged.values(base.pow(3 + 1e-9)));
    assertArrayEquals(none, Arranged.values(base.pow((1 << 23) + 0.25)));
    assertArrayEquals(none, Arranged.values(filled(DType.FLOAT32, n, NAN).pow(1e-60)));
    // The derivative's exponent is even, and is the next whole number that float32 cannot hold.
    Tensor minusOne = filled(DType.FLOAT32, n, -1).requiresGrad_();
    Tensor g = Autograd.grad(minusOne.pow(odd + 1).sum(), minusOne);
    assertArrayEquals(Arranged.values(filled(DType.FLOAT32, n, -(odd + 1))), Arranged.values(g));
  }

  @Test
  void logarithmsOfIntegerBasesHaveThePrecisionOfTheResult() {
    Tensor exponent = Tensor.of(2.0).requiresGrad_();
    Tensor base = Tensor.of(new long[] {3}, 1);
    assertEquals(9 * Math.log(3), Autograd.grad(base.pow(exponent).sum(), exponent).item(), 1e-14);
  }

  @Test
  void secondDerivativesOfPowersAtBaseZero() {
    Tensor floating = Tensor.of(0.0, 1, 2, 3);
    double[] expected = {0, 0, 2, 0};
    assertArrayEquals(expected, second(x -> x.pow(floating), 0, 0, 0, 0));
    Tensor whole = Tensor.of(new long[] {0, 1, 2, 3}, 4);
    assertArrayEquals(expected, second(x -> x.pow(whole), 0, 0, 0, 0));
    Tensor learned = floating.clone().requiresGrad_();
    assertArrayEquals(expected, second(x -> x.pow(learned), 0, 0, 0, 0));
    Tensor hessian =
        Functional.hessian((UnaryOperator<Tensor>) x -> x.pow(floating).sum())
            .apply(Tensor.of(0.0, 0, 0, 0));
    assertArrayEquals(expected, Arranged.values(hessian.diagonal()));
  }

  @Test
  void mixedDerivativesOfPowersAreSymmetricAtExponentZero() {
    // d²(xᵉ)/(dx de) = xᵉ⁻¹ (1 + e log x), which is 1/x for e = 0.
    Tensor x = Tensor.of(4.0).requiresGrad_();
    Tensor e = Tensor.of(0.0).requiresGrad_();
    List<Tensor> first = Autograd.grad(List.of(x.pow(e).sum()), List.of(x, e), null, AGAIN);
    GradOptions kept = GradOptions.DEFAULT.withRetainGraph(true);
    assertEquals(0.25, Autograd.grad(List.of(first.get(0)), List.of(e), null, kept).get(0).item());
    assertEquals(0.25, Autograd.grad(List.of(first.get(1)), List.of(x), null, kept).get(0).item());
  }

  @Test
  void derivativesOfPowersEndWithAZeroThatRequiresGrad() {
    Tensor x = Tensor.of(2.0).requiresGrad_();
    Tensor d = x.pow(3);
    for (double expected : new double[] {12, 12, 6, 0}) {
      d = Autograd.grad(d, x, AGAIN);
      assertEquals(expected, d.item());
      assertEquals(expected != 0, d.requiresGrad());
    }
    Tensor once = Autograd.grad(x.pow(1), x, AGAIN);
    assertTrue(once.requiresGrad());
    assertEquals(0, Autograd.grad(once, x).item());
    Tensor slope = Autograd.grad(Autograd.grad(x.square(), x, AGAIN), x, AGAIN);
    assertTrue(slope.requiresGrad());
    assertEquals(2, slope.item());
    assertEquals(0, Autograd.grad(slope, x).item());
  }

  @Test
  void gradientsOfLossesCanBeDifferentiated() {
    Tensor scores = Arranged.random(DType.FLOAT64, 1, 2, 3).requiresGrad_();
    Tensor target = Tensor.of(new long[] {0, 2}, 2);
    Tensor first = Autograd.grad(scores.nllLoss(target), scores, AGAIN);
    assertTrue(first.requiresGrad());
    assertArrayEquals(new double[6], Arranged.values(Autograd.grad(first.sum(), scores)));
    assertTrue(Autograd.grad(scores.crossEntropy(target), scores, AGAIN).requiresGrad());
  }

  @Test
  void varianceWithoutDegreesOfFreedomAndItsGradientClampAlike() {
    for (double correction : new double[] {2, 3, 10}) {
      Tensor x = Tensor.of(1.0, 3.0).requiresGrad_();
      int[] dim = {0};
      Tensor v = Operators.var(x, dim, correction, false);
      assertEquals(INF, v.item());
      assertArrayEquals(new double[] {-INF, INF}, Arranged.values(Autograd.grad(v, x)));
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor dual = ForwardAD.makeDual(Tensor.of(1.0, 3.0), Tensor.of(0.0, 1.0));
        Tensor result = Operators.var(dual, dim, correction, false);
        assertEquals(INF, ForwardAD.unpackDual(result).tangent().item());
      }
    }
  }

  @Test
  void infiniteGradientsReachTheSelectedElementsOnly() {
    Tensor up = Tensor.scalar(INF);
    assertArrayEquals(new double[] {0, INF, 0}, gradient(Tensor::max, up, 1, 3, 2));
    assertArrayEquals(new double[] {INF, 0, 0}, gradient(Tensor::min, up, 1, 3, 2));
    assertArrayEquals(new double[] {0, INF, 0}, gradient(x -> x.amax(), up, 1, 3, 2));
    assertArrayEquals(new double[] {INF, 0, INF}, gradient(x -> x.amin(), up, 1, 3, 1));
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = ForwardAD.makeDual(Tensor.of(1.0, 3.0), Tensor.of(INF, 2.0));
      for (Tensor result : List.of(dual.max(), dual.amax(), dual.max(0).values())) {
        assertEquals(2, ForwardAD.unpackDual(result).tangent().item());
      }
    }
  }

  @Test
  void extremesOverNanSendTheirGradientsToTheNans() {
    Tensor up = Tensor.scalar(1.0);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(x -> x.amin(), x -> x.amax(), Tensor::min, Tensor::max)) {
      assertArrayEquals(new double[] {0, 0.5, 0, 0.5}, gradient(f, up, 1, NAN, -1, NAN));
    }
  }

  @Test
  void aProductWithFactorZeroIsNotRead() {
    Tensor self = Tensor.of(new double[] {1, 2}, 1, 2).requiresGrad_();
    Tensor a = Tensor.of(new double[] {NAN, 1}, 1, 2).requiresGrad_();
    Tensor b = Tensor.of(new double[] {INF, 1, NAN, 4}, 2, 2).requiresGrad_();
    Tensor result = self.addmm(a, b, 1, 0);
    assertArrayEquals(new double[] {1, 2}, Arranged.values(result));
    List<Tensor> grads = Autograd.grad(List.of(result.sum()), List.of(self, a, b));
    assertArrayEquals(new double[] {1, 1}, Arranged.values(grads.get(0)));
    assertArrayEquals(new double[2], Arranged.values(grads.get(1)));
    assertArrayEquals(new double[4], Arranged.values(grads.get(2)));
    assertArrayEquals(
        new double[] {1, 2},
        Arranged.values(self.detach().clone().addmm_(a.detach(), b.detach(), 1, 0)));
  }

  @Test
  void polygammaOfHighOrder() {
    // −200! ζ(201, 50) = −Σ 200! / (50 + k)²⁰¹, added up with 60 digits.
    assertEquals(-2.583e33, Tensor.of(50.0).polygamma(200).item(), 0.001e33);
    // The largest terms there are: 171! / 0.5¹⁷² lies beyond the range, and nothing is at infinity.
    assertEquals(INF, Tensor.of(0.5).polygamma(171).item());
    assertEquals(0, Tensor.of(INF).polygamma(201).item());
    // 1/x, and 2/x³, which is denormal.
    assertEquals(1 / Double.MAX_VALUE, Tensor.of(Double.MAX_VALUE).polygamma(1).item());
    assertEquals(2e-315, Tensor.of(1e105).polygamma(3).item(), 1e-323);
    assertEquals(-1e-40, Tensor.of(1e20).polygamma(2).item(), 1e-54);
    // At −2.5 the terms of 0.5 on both sides count, with equal signs for odd orders: 2 · 21! · 2²².
    double half = 2 * 51090942171709440000.0 * (1 << 22);
    assertEquals(half, Tensor.of(-2.5).polygamma(21).item(), 1e-9 * half);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 17, 100})
  void smallSigmoidsInRowsOfAnyLength(int n) {
    double expected = (float) Math.exp(-100);
    for (double y : Arranged.values(filled(DType.FLOAT32, n, -100).sigmoid())) {
      assertEquals(expected, y, 2e-45);
    }
    for (double y : Arranged.values(filled(DType.FLOAT64, n, -740).sigmoid())) {
      assertEquals(Math.exp(-740), y, 1e-322);
    }
  }

  @Test
  void gradientsOfLookupsDoNotStopGrowing() {
    // Beyond 2²⁴ a float32 sum does not notice a single 1.
    float large = 1 << 24;
    Tensor up = Tensor.of(new float[] {large, 1, 1, 7, 1, 1}, 6);
    Tensor twice = Tensor.of(new long[] {0, 0, 0, 1, 0, 0}, 6);
    Tensor far = Tensor.of(new long[] {900, 900, 900, 1, 900, 900}, 6);
    for (int size : new int[] {3, 1000}) {
      Tensor at = size == 3 ? twice : far;
      Tensor x = Tensor.zeros(TensorOptions.of(DType.FLOAT32), size).requiresGrad_();
      float[] expected = new float[size];
      expected[size == 3 ? 0 : 900] = large + 4;
      expected[1] = 7;
      for (UnaryOperator<Tensor> lookup :
          List.<UnaryOperator<Tensor>>of(
              t -> t.gather(0, at), t -> t.indexSelect(0, at), t -> t.get(Index.of(at)))) {
        List<Tensor> g =
            Autograd.grad(List.of(lookup.apply(x)), List.of(x), List.of(up), GradOptions.DEFAULT);
        assertArrayEquals(expected, g.get(0).toFloatArray());
      }
      assertArrayEquals(expected, x.detach().scatterAdd(0, at, up).toFloatArray());
      assertArrayEquals(expected, x.detach().indexPut(List.of(at), up, true).toFloatArray());
    }
  }

  @Test
  void gradientsOfLookedUpRowsDoNotStopGrowing() {
    float large = 1 << 24;
    Tensor table = Tensor.zeros(TensorOptions.of(DType.FLOAT32), 4, 2).requiresGrad_();
    Tensor at = Tensor.of(new long[] {2, 2, 2, 0}, 4);
    Tensor up = Tensor.of(new float[] {large, 1, 1, large, 1, 1, 5, 6}, 4, 2);
    float[] expected = {5, 6, 0, 0, large + 2, large + 2, 0, 0};
    for (Tensor rows : List.of(table.indexSelect(0, at), table.get(Index.of(at)))) {
      List<Tensor> g =
          Autograd.grad(List.of(rows), List.of(table), List.of(up), GradOptions.DEFAULT);
      assertArrayEquals(expected, g.get(0).toFloatArray());
    }
  }

  @Test
  void logsumexpSharesItsGradientAtLargeValues() {
    for (float size : new float[] {1e8f, -1e8f, 1e30f}) {
      Tensor x = Tensor.of(new float[] {size, size, size, size}, 4).requiresGrad_();
      float[] g = Autograd.grad(x.logsumexp(0), x).toFloatArray();
      assertArrayEquals(new float[] {0.25f, 0.25f, 0.25f, 0.25f}, g);
    }
  }

  @Test
  void indexSelectOnAnEmptyTensorSaysWhatIsWrong() {
    Tensor index = Tensor.of(new long[] {0}, 1);
    for (Tensor empty : List.of(Tensor.zeros(0), Tensor.zeros(0, 3), Tensor.zeros(2, 0))) {
      int dim = empty.dim() - (empty.size(0) == 0 ? empty.dim() : 1);
      AutogradException e =
          assertThrows(AutogradException.class, () -> empty.indexSelect(dim, index));
      assertTrue(e.getMessage().contains("out of range"), e.getMessage());
    }
    assertEquals(0, Tensor.zeros(0, 3).indexSelect(1, index).numel());
    Tensor rows = Tensor.zeros(2, 0).requiresGrad_();
    Tensor taken = rows.indexSelect(0, Tensor.of(new long[] {1, 1}, 2));
    assertArrayEquals(new long[] {2, 0}, taken.sizes());
    assertArrayEquals(new long[] {2, 0}, Autograd.grad(taken.sum(), rows).sizes());
    assertThrows(AutogradException.class, () -> rows.indexSelect(0, Tensor.of(new long[] {2}, 1)));
  }
}
