package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Levels inside one another: tangents of different levels are kept apart. */
class NestedLevelsTest {
  /** Differentiates a function of one number, by a level of its own. */
  private static UnaryOperator<Tensor> d(UnaryOperator<Tensor> f) {
    return x -> {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor y = f.apply(ForwardAD.makeDual(x, Tensor.onesLike(x)));
        Tensor tangent = ForwardAD.unpackDual(y).tangent();
        return tangent == null ? Tensor.zerosLike(x) : tangent;
      }
    };
  }

  private static double at(UnaryOperator<Tensor> f, double x) {
    return f.apply(Tensor.of(x)).item();
  }

  @Test
  @Tag("LVL-02")
  void innerDerivativeOfAConstantPlusTheOuterVariableIsOne() {
    // d/dx (x * d/dy (x + y)) at x = 1 is 1; confusing the two perturbations gives 2.
    assertThat(at(d(x -> x.mul(d(y -> x.add(y)).apply(Tensor.of(1.0)))), 1)).isEqualTo(1);
  }

  @Test
  @Tag("LVL-02")
  void innerDerivativeOfAProductWithTheOuterVariable() {
    // d/dx (x * d/dy (x * y)) = d/dx x^2 = 2x.
    assertThat(at(d(x -> x.mul(d(y -> x.mul(y)).apply(Tensor.of(5.0)))), 3)).isEqualTo(6);
  }

  @Test
  @Tag("LVL-02")
  void thirdDerivativesOfPolynomials() {
    UnaryOperator<Tensor> f = x -> x.pow(5).sub(x.pow(3).mul(2)).add(x);
    // 60 x^2 - 12
    assertThat(at(d(d(d(f))), 2)).isCloseTo(228, within(1e-9));
  }

  @Test
  void thirdDerivativeOfExpOfSin() {
    double x = 0.7;
    double s = Math.sin(x);
    double c = Math.cos(x);
    // f' = c f, f'' = (c^2 - s) f, f''' = (c^3 - 3 s c - c) f
    double expected = (c * c * c - 3 * s * c - c) * Math.exp(s);
    assertThat(at(d(d(d(t -> t.sin().exp()))), x)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void forwardOverReverseOverForward() {
    UnaryOperator<Tensor> cube = x -> x.pow(3);
    UnaryOperator<Tensor> reverse =
        x -> {
          Tensor leaf = x.view(x.sizes());
          if (!leaf.requiresGrad()) {
            leaf = leaf.requiresGrad_();
          }
          Tensor y = d(cube).apply(leaf);
          return Autograd.grad(y, leaf, GradOptions.DEFAULT.withCreateGraph(true));
        };
    // The third derivative of x^3 is 6.
    assertThat(at(d(reverse), 2)).isEqualTo(6);
  }

  @Test
  @Tag("LVL-02")
  void unpackingAtALevelGivesTheTangentOfThatLevel() {
    Tensor x = constant(2);
    try (ForwardAD.Level outer = ForwardAD.dualLevel()) {
      Tensor first = ForwardAD.makeDual(x, constant(3));
      try (ForwardAD.Level inner = ForwardAD.dualLevel()) {
        Tensor both = ForwardAD.makeDual(first, constant(5));
        Tensor square = both.mul(both);
        UnpackedDual parts = ForwardAD.unpackDual(square);
        // 2 x t = 20, whose outer tangent is 2 * 3 * 5.
        assertThat(values(parts.tangent())).containsExactly(20);
        assertThat(values(ForwardAD.unpackDual(parts.tangent(), 0).tangent())).containsExactly(30);
        assertThat(tangent(parts.tangent())).isNull();
        // The primal part keeps what belongs to the outer level only.
        assertThat(tangent(parts.primal())).isNull();
        assertThat(values(ForwardAD.unpackDual(parts.primal(), 0).tangent())).containsExactly(12);
        assertThat(tangent(first.mul(first))).isNull();
        assertThat(values(ForwardAD.unpackDual(both, 0).tangent())).containsExactly(3);
        // A dual of the outer level, made while the inner one is open.
        Tensor late = ForwardAD.makeDual(x, constant(7), outer.index());
        assertThat(tangent(late)).isNull();
        assertThat(tangent(late.mul(both))).containsExactly(10);
      }
      assertThat(tangent(first.mul(first))).containsExactly(12);
    }
  }

  @Test
  @Tag("LVL-02")
  void inPlaceOperatorsKeepLevelsApart() {
    // d/dx (x * d/dy (y *= x)) = d/dx x^2
    assertThat(at(d(x -> x.mul(d(y -> y.mul(1).mul_(x)).apply(Tensor.of(5.0)))), 3)).isEqualTo(6);
    // The second derivative of x^3 by x *= x and a product.
    UnaryOperator<Tensor> cube = x -> x.clone().mul_(x).mul_(x);
    assertThat(at(d(d(cube)), 4)).isEqualTo(24);
    assertThat(at(d(d(d(x -> x.clone().pow_(4)))), 2)).isEqualTo(48);
    try (ForwardAD.Level outer = ForwardAD.dualLevel()) {
      Tensor x = ForwardAD.makeDual(constant(2), constant(1));
      Tensor buffer = constant(0, 0);
      try (ForwardAD.Level inner = ForwardAD.dualLevel()) {
        Tensor y = ForwardAD.makeDual(x, constant(1));
        buffer.get(Index.slice(1, 2)).copy_(y.mul(y));
        Tensor slope = ForwardAD.unpackDual(buffer).tangent();
        assertThat(values(slope)).containsExactly(0, 4);
        assertThat(values(ForwardAD.unpackDual(slope, 0).tangent())).containsExactly(0, 2);
      }
      assertThat(tangent(buffer)).containsExactly(0, 4);
    }
  }

  @Test
  @Tag("LVL-02")
  void theInnerFunctionMayCaptureAViewOfTheOuterVariable() {
    // f(x) = x0 * d/dy (y * x1) = x0 x1; the view of x is made before, or inside the inner level.
    try (ForwardAD.Level outer = ForwardAD.dualLevel()) {
      Tensor x = ForwardAD.makeDual(constant(2, 3), constant(10, 100));
      Tensor second = x.get(Index.slice(1, 2));
      Tensor before = d(y -> y.mul(second)).apply(constant(7));
      assertThat(tangent(before)).containsExactly(100);
      Tensor inside = d(y -> y.mul(x.get(Index.slice(1, 2)))).apply(constant(7));
      assertThat(tangent(x.get(Index.slice(0, 1)).mul(inside))).containsExactly(230);
    }
  }

  @Test
  @Tag("LVL-02")
  void reverseInsideALevelInsideReverse() {
    // Mixed orders of modes all give the third derivative of x^4 at 2, which is 48.
    UnaryOperator<Tensor> f = x -> x.mul(x).mul(x).mul(x);
    List<UnaryOperator<UnaryOperator<Tensor>>> modes =
        List.of(NestedLevelsTest::d, NestedLevelsTest::reverse);
    for (UnaryOperator<UnaryOperator<Tensor>> a : modes) {
      for (UnaryOperator<UnaryOperator<Tensor>> b : modes) {
        for (UnaryOperator<UnaryOperator<Tensor>> c : modes) {
          assertThat(at(a.apply(b.apply(c.apply(f))), 2)).isEqualTo(48);
        }
      }
    }
  }

  /** Differentiates a function of one number, in reverse. */
  private static UnaryOperator<Tensor> reverse(UnaryOperator<Tensor> f) {
    return x -> {
      Tensor leaf = x.requiresGrad() ? x.view(x.sizes()) : x.view(x.sizes()).requiresGrad_();
      return Autograd.grad(f.apply(leaf), leaf, GradOptions.DEFAULT.withCreateGraph(true));
    };
  }
}
