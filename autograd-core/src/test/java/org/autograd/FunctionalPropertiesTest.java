package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small network, differentiated in all ways and by finite differences. */
class FunctionalPropertiesTest {
  private static final int IN = 4;
  private static final int OUT = 3;

  private Tensor first;
  private Tensor second;
  private Tensor x;
  private Tensor u;
  private Tensor v;

  @BeforeEach
  void draw() {
    java.util.Random random = new java.util.Random(7);
    first = normal(random, 5, IN);
    second = normal(random, OUT, 5);
    x = normal(random, IN);
    u = normal(random, IN);
    v = normal(random, OUT);
  }

  private static Tensor normal(java.util.Random random, long... sizes) {
    int n = 1;
    for (long size : sizes) {
      n *= (int) size;
    }
    return Tensor.of(random.doubles(n).map(d -> 2 * d - 1).toArray(), sizes);
  }

  private Tensor network(Tensor in) {
    return second.mv(first.mv(in).tanh()).sigmoid();
  }

  private Tensor loss(Tensor in) {
    return network(in).square().sum();
  }

  /** Central differences; indexed by result and argument. */
  private static double[] differences(UnaryOperator<Tensor> f, Tensor at, double h) {
    double[] point = values(at);
    int results = (int) f.apply(at).numel();
    double[] all = new double[results * point.length];
    for (int j = 0; j < point.length; j++) {
      double[] up = point.clone();
      double[] down = point.clone();
      up[j] += h;
      down[j] -= h;
      double[] a = values(f.apply(constant(up)));
      double[] b = values(f.apply(constant(down)));
      for (int i = 0; i < results; i++) {
        all[i * point.length + j] = (a[i] - b[i]) / (2 * h);
      }
    }
    return all;
  }

  @Test
  void jacobiansAgreeWithFiniteDifferences() {
    double[] expected = differences(this::network, x, 1e-5);
    for (JacobianOptions o : FunctionalJacobianTest.ways()) {
      assertThat(values(Functional.jacobian(this::network, x, o)))
          .as("%s", o)
          .containsExactly(expected, within(1e-8));
    }
    assertThat(values(Functional.jacrev(this::network).apply(x)))
        .containsExactly(expected, within(1e-8));
    assertThat(values(Functional.jacfwd(this::network).apply(x)))
        .containsExactly(expected, within(1e-8));
  }

  @Test
  void hessiansAgreeWithFiniteDifferencesOfTheGradient() {
    double[] gradient = differences(this::loss, x, 1e-5);
    assertThat(values(Functional.grad(this::loss).apply(x)))
        .containsExactly(gradient, within(1e-8));
    double[] expected = differences(Functional.grad(this::loss), x, 1e-5);
    for (JacobianOptions o : FunctionalHessianTest.ways()) {
      Tensor h = Functional.hessian(this::loss, x, o);
      assertThat(values(h)).as("%s", o).containsExactly(expected, within(1e-8));
      assertThat(values(h)).containsExactly(values(h.t()), within(1e-12));
      double[] product = values(h.mv(u));
      assertThat(values(Functional.hvp(this::loss, x, u).derivative()))
          .containsExactly(product, within(1e-12));
      assertThat(values(Functional.vhp(this::loss, x, u).derivative()))
          .containsExactly(product, within(1e-12));
    }
  }

  @Test
  void pushingAndPullingAreAdjoint() {
    double pulled = Functional.vjp(this::network, x, v).derivative().dot(u).item();
    List<Tensor> pushed =
        List.of(
            Functional.jvp(this::network, x, u).derivative(),
            Functional.linearize(this::network, x).derivative().apply(u));
    for (Tensor ju : pushed) {
      assertThat(v.dot(ju).item()).isCloseTo(pulled, within(1e-14));
    }
    assertThat(Functional.pullback(this::network, x).derivative().apply(v).dot(u).item())
        .isCloseTo(pulled, within(1e-14));
  }

  @Test
  void mappedDerivativesEqualALoop() {
    Tensor rows = Tensors.stack(List.of(x, u, x.add(u)), 0);
    for (UnaryOperator<Tensor> d :
        List.<UnaryOperator<Tensor>>of(
            Functional.grad(this::loss),
            Functional.jacrev(this::network),
            Functional.jacfwd(this::network),
            Functional.hessian((UnaryOperator<Tensor>) this::network),
            t -> Functional.hvp(this::loss, t, u).derivative())) {
      Tensor looped = Tensors.stack(List.of(d.apply(x), d.apply(u), d.apply(x.add(u))), 0);
      assertThat(values(Vmap.vmap(d).apply(rows))).containsExactly(values(looped), within(1e-13));
    }
  }
}
