package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Transformations inside one another, each beside a loop or a formula. */
class CrossedTransformsTest {
  private static final Tensor W = Tensor.of(new double[] {0.5, -1, 2, 1, 0.25, -0.5}, 2, 3);
  private static final Tensor X =
      Tensor.of(new double[] {1, 2, 3, -1, 0.5, 2, 0, 1, -2, 3, 1, 1}, 4, 3);

  private static Tensor loss(Tensor w, Tensor x) {
    return w.mv(x).tanh().pow(2).sum();
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.sizes()).isEqualTo(expected.sizes());
    assertThat(actual.requiresGrad()).isFalse();
    assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(1e-12));
  }

  /** Applies a function to each row and stacks the results. */
  private static Tensor loop(UnaryOperator<Tensor> f, Tensor rows) {
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < rows.size(0); i++) {
      results.add(f.apply(rows.select(0, i).clone()));
    }
    return Tensors.stack(results, 0);
  }

  @Test
  void vmapOfGrad() {
    UnaryOperator<Tensor> g = Functional.grad((UnaryOperator<Tensor>) x -> loss(W, x));
    assertClose(Vmap.vmap(g).apply(X), loop(g, X));
  }

  @Test
  void perSampleGradientsOfSharedWeights() {
    UnaryOperator<Tensor> g =
        x -> Functional.grad((UnaryOperator<Tensor>) w -> loss(w, x)).apply(W);
    Tensor all = Vmap.vmap(g).apply(X);
    assertThat(all.sizes()).containsExactly(4, 2, 3);
    assertClose(all, loop(g, X));
  }

  @Test
  void gradOfVmap() {
    UnaryOperator<Tensor> total = w -> Vmap.vmap(x -> loss(w, x)).apply(X).sum();
    UnaryOperator<Tensor> byLoop =
        w -> {
          Tensor sum = Tensor.of(0.0).sum();
          for (int i = 0; i < 4; i++) {
            sum = sum.add(loss(w, X.select(0, i)));
          }
          return sum;
        };
    assertClose(Functional.grad(total).apply(W), Functional.grad(byLoop).apply(W));
    Tensor leaf = W.clone().requiresGrad_();
    total.apply(leaf).backward();
    assertClose(leaf.grad(), Functional.grad(byLoop).apply(W));
  }

  @Test
  void vmapOfHessian() {
    UnaryOperator<Tensor> h = Functional.hessian((UnaryOperator<Tensor>) x -> loss(W, x));
    assertClose(Vmap.vmap(h).apply(X), loop(h, X));
  }

  @Test
  void vmapOfJacfwdAndJacrev() {
    UnaryOperator<Tensor> f = x -> W.mv(x).sin();
    assertClose(Vmap.vmap(Functional.jacfwd(f)).apply(X), loop(Functional.jacrev(f), X));
    assertClose(Vmap.vmap(Functional.jacrev(f)).apply(X), loop(Functional.jacfwd(f), X));
  }

  @Test
  void jvpInsideVmap() {
    UnaryOperator<Tensor> f = x -> x.mul(x).sin();
    UnaryOperator<Tensor> jvp = x -> Functional.jvp(f, x, Tensor.onesLike(x)).derivative();
    assertClose(Vmap.vmap(jvp).apply(X), X.mul(X).cos().mul(X).mul(2));
  }

  @Test
  void jacfwdOverACapturedDual() {
    // d/dt of the jacobian of x -> t x^2 in direction t' = 1: diag(2 x).
    Tensor x = Tensor.of(1.0, 2.0);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor t = ForwardAD.makeDual(Tensor.of(3.0), Tensor.of(1.0));
      Tensor jacobian = Functional.jacfwd((UnaryOperator<Tensor>) y -> y.mul(y).mul(t)).apply(x);
      assertClose(
          ForwardAD.unpackDual(jacobian).primal(), Tensor.of(new double[] {6, 0, 0, 12}, 2, 2));
      assertClose(
          ForwardAD.unpackDual(jacobian).tangent(), Tensor.of(new double[] {2, 0, 0, 4}, 2, 2));
    }
  }

  @Test
  void pullbackUnderVmap() {
    ValueAndDerivative<Tensor, UnaryOperator<Tensor>> pulled =
        Functional.pullback((UnaryOperator<Tensor>) x -> W.mv(x).tanh(), X.select(0, 0));
    Tensor identity = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
    Tensor rows = Vmap.vmap(pulled.derivative()).apply(identity);
    assertClose(rows, loop(pulled.derivative(), identity));
  }

  @Test
  void pullbackMadeInsideAVmapUnderAnother() {
    Tensor identity = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
    UnaryOperator<Tensor> jacobian =
        x ->
            Vmap.vmap(
                    Functional.pullback((UnaryOperator<Tensor>) y -> W.mv(y).tanh(), x)
                        .derivative())
                .apply(identity);
    assertClose(Vmap.vmap(jacobian).apply(X), loop(jacobian, X));
  }

  @Test
  void vmapOfVmapOfGrad() {
    UnaryOperator<Tensor> cube = x -> x.pow(3).sum();
    Tensor both = Vmap.vmap(Vmap.vmap(Functional.grad(cube))).apply(X);
    assertClose(both, X.pow(2).mul(3));
  }

  @Test
  void gradOfGradInsideVmapInsideGrad() {
    // sum over rows of the second derivative of x^4 at each element: 12 x^2; its gradient is 24 x.
    UnaryOperator<Tensor> fourth = x -> x.pow(4).sum();
    UnaryOperator<Tensor> second =
        Functional.grad((UnaryOperator<Tensor>) x -> Functional.grad(fourth).apply(x).sum());
    UnaryOperator<Tensor> total = x -> Vmap.vmap(second).apply(x).sum();
    assertClose(Functional.grad(total).apply(X), X.mul(24));
  }

  @Test
  void checkpointInsideVmapRecomputedAfterIt() {
    UnaryOperator<Tensor> f =
        x ->
            Checkpoint.checkpoint(
                CheckpointOptions.NON_REENTRANT, (Tensor t) -> t.sin().mul(t).sum(), x);
    Tensor leaf = X.clone().requiresGrad_();
    Vmap.vmap(f).apply(leaf).sum().backward();
    assertClose(leaf.grad(), X.cos().mul(X).add(X.sin()));
    assertClose(Vmap.vmap(Functional.grad(f)).apply(X), X.cos().mul(X).add(X.sin()));
  }
}
