package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks that take gradients of their own, one of the other: what they save keeps its order. */
class CheckpointInnerPassesTest {
  private static final double X = 0.7;
  private static final CheckpointOptions EARLY = CheckpointOptions.NON_REENTRANT;
  private static final CheckpointOptions LATE = EARLY.withEarlyStop(false);

  record Case(int inside, int outside, CheckpointOptions options, CheckpointOptions inner) {}

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (int inside = 0; inside <= 4; inside++) {
      for (int outside = 1; outside <= 2; outside++) {
        for (CheckpointOptions o : List.of(EARLY, LATE)) {
          all.add(new Case(inside, outside, o, null));
          if (inside < 3) {
            all.add(new Case(inside, outside, o, EARLY));
            all.add(new Case(inside, outside, o, LATE));
          }
        }
      }
    }
    return all.stream();
  }

  private static Tensor derivative(Tensor y, Tensor x) {
    GradOptions create = GradOptions.DEFAULT.withCreateGraph(true);
    return Autograd.grad(List.of(y), List.of(x), null, create).get(0);
  }

  /** Derivative n of x sin x: sin and cos turn, and one of n factors takes the x away. */
  private static double expected(int n, double x) {
    double angle = x + n * Math.PI / 2;
    return x * Math.sin(angle) - n * Math.cos(angle);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void derivativesInsideAndOutsideOfTheBlock(Case c) {
    UnaryOperator<Tensor> function = u -> u.mul(u.sin());
    UnaryOperator<Tensor> core =
        c.inner == null ? function : u -> Checkpoint.checkpoint(c.inner, function::apply, u);
    Tensor x = leaf(X);
    Tensor y =
        Checkpoint.checkpoint(
            c.options,
            u -> {
              Tensor inner = core.apply(u);
              for (int i = 0; i < c.inside; i++) {
                inner = derivative(inner, u);
              }
              return inner;
            },
            x);
    assertThat(values(y)).containsExactly(new double[] {expected(c.inside, X)}, within(1e-12));
    for (int i = 1; i < c.outside; i++) {
      y = derivative(y, x);
    }
    y.backward();
    double[] d = {expected(c.inside + c.outside, X)};
    assertThat(values(x.grad())).containsExactly(d, within(1e-12));
  }

  @Test
  void derivativesWithRespectToDifferentTensorsMix() {
    // f = x² sin w; f_xw = 2 x cos w, (f_xw)_ww = -2 x cos w; gradients of x and w below.
    for (CheckpointOptions o : List.of(EARLY, LATE)) {
      Tensor x = leaf(X);
      Tensor w = leaf(0.3);
      Tensor h = x.mul(1);
      Tensor y =
          Checkpoint.checkpoint(
              o,
              (u, v) -> {
                Tensor f = u.mul(u).mul(v.sin());
                Tensor fx = derivative(f, u);
                Tensor fxw = derivative(fx, v);
                return derivative(derivative(fxw, v), w).add(fx);
              },
              h,
              w);
      double sin = Math.sin(0.3);
      double cos = Math.cos(0.3);
      double[] value = {-2 * X * cos + 2 * X * sin};
      assertThat(values(y)).containsExactly(value, within(1e-12));
      y.backward();
      assertThat(values(x.grad()))
          .containsExactly(new double[] {-2 * cos + 2 * sin}, within(1e-12));
      double[] ofW = {2 * X * sin + 2 * X * cos};
      assertThat(values(w.grad())).containsExactly(ofW, within(1e-12));
    }
  }

  @Test
  void tangentsGoThroughABlockThatTakesGradients() {
    for (CheckpointOptions o : List.of(EARLY, LATE)) {
      Tensor x = leaf(X);
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor dual = ForwardAD.makeDual(x, Tensor.of(1.0));
        Tensor y =
            Checkpoint.checkpoint(o, u -> derivative(derivative(u.mul(u.sin()), u), u), dual);
        double[] tangent = {expected(3, X)};
        assertThat(TestTensors.tangent(y)).containsExactly(tangent, within(1e-12));
        Tensor gradient = Autograd.grad(y, x);
        assertThat(values(gradient)).containsExactly(tangent, within(1e-12));
        double[] fourth = {expected(4, X)};
        assertThat(TestTensors.tangent(gradient)).containsExactly(fourth, within(1e-12));
      }
    }
  }

  @Test
  void reentrantBlockTakesGradientsOfItsOwn() {
    for (int inside = 1; inside <= 3; inside++) {
      int n = inside;
      Tensor x = leaf(X);
      Tensor y =
          Checkpoint.checkpoint(
              CheckpointOptions.REENTRANT,
              u ->
                  GradMode.enableGrad(() -> {
                    Tensor v = u.requiresGrad() ? u : u.detach().requiresGrad_();
                    Tensor inner = v.mul(v.sin());
                    for (int i = 0; i < n; i++) {
                      inner = derivative(inner, v);
                    }
                    return inner;
                  }),
              x);
      assertThat(values(y)).containsExactly(new double[] {expected(n, X)}, within(1e-12));
      y.backward();
      double[] d = {expected(n + 1, X)};
      assertThat(values(x.grad())).containsExactly(d, within(1e-12));
    }
  }

  private static final class Keeps extends CustomFunction<Tensor[], Tensor> {
    static Tensor[] seen;

    @Override
    public Tensor forward(FunctionCtx ctx, Tensor[] in) {
      ctx.saveForBackward(in);
      return in[0].mul(in[1]);
    }

    @Override
    public Tensor[] backward(FunctionCtx ctx, Tensor... grads) {
      seen = ctx.savedTensors().toArray(new Tensor[0]);
      return new Tensor[] {grads[0].mul(seen[1]), null, null};
    }
  }

  @Test
  void savedTensorsFromOutsideAreTheSameObjectsThroughACheckpoint() {
    for (CheckpointOptions o : List.of(EARLY, LATE)) {
      Tensor x = leaf(2);
      Tensor h = x.mul(3);
      Tensor c = Tensor.of(5.0);
      Tensor[] args = {h, c, x};
      Checkpoint.checkpoint(o, in -> new Keeps().apply(in), args).backward();
      assertThat(Keeps.seen[0]).isSameAs(h);
      assertThat(Keeps.seen[1]).isSameAs(c);
      assertThat(Keeps.seen[2]).isSameAs(x);
      assertThat(values(x.grad())).containsExactly(15);
    }
  }

  @Test
  void savedTensorsOfTheBlockHaveTheirPlaceInTheGraph() {
    for (CheckpointOptions o : List.of(EARLY, LATE)) {
      Tensor x = leaf(2);
      Tensor c = Tensor.of(5.0);
      Tensor y =
          Checkpoint.checkpoint(o, in -> new Keeps().apply(new Tensor[] {in.mul(3), c, in}), x);
      y.backward();
      assertThat(Keeps.seen[0].gradFn()).isSameAs(y.gradFn().edge(0).node());
      assertThat(values(Keeps.seen[0])).containsExactly(6);
      assertThat(Keeps.seen[1]).isSameAs(c);
      assertThat(Keeps.seen[2]).isSameAs(x);
    }
  }
}
