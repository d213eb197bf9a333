package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.UnaryOperator;
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
  void innerDerivativeOfAConstantPlusTheOuterVariableIsOne() {
    // d/dx (x * d/dy (x + y)) at x = 1 is 1; confusing the two perturbations gives 2.
    assertThat(at(d(x -> x.mul(d(y -> x.add(y)).apply(Tensor.of(1.0)))), 1)).isEqualTo(1);
  }

  @Test
  void innerDerivativeOfAProductWithTheOuterVariable() {
    // d/dx (x * d/dy (x * y)) = d/dx x^2 = 2x.
    assertThat(at(d(x -> x.mul(d(y -> x.mul(y)).apply(Tensor.of(5.0)))), 3)).isEqualTo(6);
  }

  @Test
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
}
