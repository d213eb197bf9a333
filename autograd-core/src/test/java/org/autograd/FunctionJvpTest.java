package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Custom functions in forward mode. */
class FunctionJvpTest {
  /** 2 x^3, which counts how often its forward runs. */
  private static final class TwiceCube extends CustomFunction<Tensor, Tensor> {
    final AtomicInteger forwards = new AtomicInteger();
    final AtomicInteger jvps = new AtomicInteger();

    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      forwards.incrementAndGet();
      ctx.saveForBackward(x);
      ctx.saveForForward(x);
      return x.pow(3).mul(2);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return gradients(grads[0].mul(ctx.saved(0).pow(2).mul(6)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
      jvps.incrementAndGet();
      return gradients(tangents[0].mul(ctx.saved(0).pow(2).mul(6)));
    }
  }

  /** The exponential, whose tangent comes from its saved result. */
  private static final CustomFunction<Tensor, Tensor> EXP =
      CustomFunction.<Tensor, Tensor>named("Exp")
          .forward((ctx, x) -> {
            Tensor y = x.exp();
            ctx.saveForBackward(y);
            ctx.saveForForward(y);
            return y;
          })
          .jvp((ctx, tangents) -> gradients(tangents[0].mul(ctx.saved(0))))
          .backward((ctx, grads) -> gradients(grads[0].mul(ctx.saved(0))));

  private static UnaryOperator<Tensor> d(UnaryOperator<Tensor> f) {
    return x -> {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        return unpackDual(f.apply(makeDual(x, Tensor.onesLike(x)))).tangent();
      }
    };
  }

  private static UnaryOperator<Tensor> reverse(UnaryOperator<Tensor> f) {
    return x -> {
      Tensor leaf = x.view(x.sizes());
      leaf = leaf.requiresGrad() ? leaf : leaf.requiresGrad_();
      return Autograd.grad(f.apply(leaf), leaf, GradOptions.DEFAULT.withCreateGraph(true));
    };
  }

  @Test
  @Tag("FN-27")
  void nestedLevelsGiveHigherDerivatives() {
    TwiceCube f = new TwiceCube();
    assertThat(d(f::apply).apply(Tensor.of(3.0)).item()).isEqualTo(54);
    assertThat(d(d(f::apply)).apply(Tensor.of(3.0)).item()).isEqualTo(36);
    assertThat(d(d(d(f::apply))).apply(Tensor.of(3.0)).item()).isEqualTo(12);
    assertThat(f.forwards).hasValue(3);
    assertThat(f.jvps).hasValue(1 + 2 + 3);
    double e = Math.exp(0.5);
    assertThat(d(d(d(EXP::apply))).apply(Tensor.of(0.5)).item()).isCloseTo(e, within(1e-12));
  }

  @Test
  void jvpIsDifferentiableInReverse() {
    TwiceCube f = new TwiceCube();
    for (UnaryOperator<Tensor> second :
        List.of(reverse(d(f::apply)), d(reverse(f::apply)), reverse(reverse(f::apply)))) {
      assertThat(second.apply(Tensor.of(3.0)).item()).isEqualTo(36);
    }
    for (UnaryOperator<Tensor> third :
        List.of(
            reverse(d(d(f::apply))),
            d(reverse(d(f::apply))),
            d(d(reverse(f::apply))),
            reverse(reverse(d(f::apply))))) {
      assertThat(third.apply(Tensor.of(3.0)).item()).isEqualTo(12);
    }
    double e = Math.exp(0.5);
    for (UnaryOperator<Tensor> second :
        List.of(reverse(d(EXP::apply)), d(reverse(EXP::apply)), d(reverse(d(EXP::apply))))) {
      assertThat(second.apply(Tensor.of(0.5)).item()).isCloseTo(e, within(1e-12));
    }
    // With respect to the tangent, too.
    Tensor t = leaf(1, 1);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = unpackDual(f.apply(makeDual(constant(1, 2), t))).tangent();
      assertThat(values(Autograd.grad(y.sum(), t))).containsExactly(6, 24);
    }
  }

  @Test
  void levelsAreKeptApart() {
    // d/dx (x * d/dy f(x + y)) at y = 0 is f'(x) + x f''(x) = 54 + 3 * 36.
    TwiceCube f = new TwiceCube();
    UnaryOperator<Tensor> outer = x -> x.mul(d(y -> f.apply(x.add(y))).apply(Tensor.of(0.0)));
    assertThat(d(outer).apply(Tensor.of(3.0)).item()).isEqualTo(162);
    // An argument with a tangent of the outer level only calls jvp for that one.
    f.jvps.set(0);
    Tensor none = d(x -> d(y -> f.apply(x).mul(y)).apply(Tensor.of(1.0))).apply(Tensor.of(3.0));
    assertThat(none.item()).isEqualTo(54);
    assertThat(f.jvps).hasValue(1);
  }

  @Test
  @Tag("FN-27")
  void aMissingJvpIsAnErrorBeforeForwardRuns() {
    AtomicInteger calls = new AtomicInteger();
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("NoJvp")
            .forward((ctx, x) -> {
              calls.incrementAndGet();
              return x.clone();
            })
            .backward((ctx, grads) -> grads);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1), constant(1));
      assertThatThrownBy(() -> f.apply(dual))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("NoJvp")
          .hasMessageContaining("jvp");
      assertThat(calls).hasValue(0);
      assertThat(tangent(f.apply(constant(1)))).isNull();
      assertThat(tangent(f.apply(dual.detach()))).isNull();
      try (Scope off = ForwardAD.setForwardGradEnabled(false)) {
        assertThat(tangent(f.apply(dual))).isNull();
      }
    }
  }

  private static CustomFunction<Object[], Object[]> returning(Tensor... tangents) {
    return CustomFunction.<Object[], Object[]>named("Pair")
        .forward((ctx, in) -> new Object[] {((Tensor) in[0]).mul(1), "text", Tensor.of(1, 2)})
        .jvp((ctx, given) -> tangents)
        .backward((ctx, grads) -> new Tensor[1]);
  }

  @Test
  @Tag("FN-27")
  void wrongTangentsAreErrors() {
    Tensor t = constant(1, 1);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Object[] in = {makeDual(constant(1, 2), constant(1, 1))};
      assertThat(tangent((Tensor) returning(t, null, null).apply(in)[0])).containsExactly(1, 1);
      assertThat(tangent((Tensor) returning(null, null, null).apply(in)[0])).isNull();
      for (CustomFunction<Object[], Object[]> wrong :
          List.of(returning(), returning(t), returning(t, null), returning(t, null, null, null))) {
        assertThatThrownBy(() -> wrong.apply(in))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("Pair")
            .hasMessageContaining("expected 3");
      }
      for (CustomFunction<Object[], Object[]> wrong :
          List.of(
              returning(t, t, null),
              returning(t, null, t),
              returning(constant(1), null, null),
              returning(Tensor.of(1, 2), null, null))) {
        assertThatThrownBy(() -> wrong.apply(in))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("Pair")
            .hasMessageContaining("position");
      }
    }
  }

  @Test
  void tangentsOfCustomResultsGoOnIntoReverse() {
    Tensor x = leaf(3);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = new TwiceCube().apply(makeDual(x, constant(5)));
      assertThat(tangent(y)).containsExactly(270);
      Tensor grad = Autograd.grad(y.sum(), x);
      assertThat(values(grad)).containsExactly(54);
      assertThat(tangent(grad)).containsExactly(180);
      Tensor e = EXP.apply(makeDual(x, constant(5)));
      Tensor second = Autograd.grad(e.sum(), x);
      assertThat(tangent(second)[0]).isCloseTo(5 * Math.exp(3), within(1e-9));
      try (Scope hooks = Graph.saveOnCpu()) {
        Tensor packed = EXP.apply(makeDual(x, constant(5)));
        Tensor third = Autograd.grad(packed.sum(), x);
        assertThat(tangent(third)[0]).isCloseTo(5 * Math.exp(3), within(1e-9));
      }
    }
  }

  @Test
  void everyFormOfFunctionTakesAJvp() {
    CustomFunction3<Tensor, Double, Tensor, Tensor> scaled =
        CustomFunction3.of(
            "Scaled",
            (ctx, a, k, b) -> {
              ctx.saveForForward(a, b);
              ctx.put("k", k);
              return a.mul(b).mul(k);
            },
            (ctx, grads) -> new Tensor[3],
            (ctx, t) ->
                gradients(
                    t[0].mul(ctx.saved(1))
                        .add(t[2].mul(ctx.saved(0)))
                        .mul(ctx.get("k", Double.class))));
    InplaceFunction<Tensor, Tensor> inplace =
        new InplaceFunction<>() {
          @Override
          protected Tensor forward(FunctionCtx ctx, Tensor x) {
            return x.neg();
          }

          @Override
          protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
            return gradients(tangents[0].neg());
          }
        };
    NestedIOFunction<List<Tensor[]>, Tensor> nested =
        new NestedIOFunction<>() {
          @Override
          protected Tensor forwardExtended(FunctionCtx ctx, List<Tensor[]> in) {
            return in.get(0)[0].add(in.get(0)[1]).add(in.get(1)[0]);
          }

          @Override
          protected List<Tensor[]> backwardExtended(FunctionCtx ctx, Tensor grads) {
            return null;
          }

          @Override
          protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
            return gradients(t[0].add(t[1]).add(t[2]));
          }
        };
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor a = makeDual(constant(2), constant(10));
      Tensor b = makeDual(constant(3), constant(100));
      // (10 * 3 + 100 * 2) * 0.5
      assertThat(tangent(scaled.apply(a, 0.5, b))).containsExactly(115);
      assertThat(tangent(scaled.apply(a, 0.5, constant(3)))).containsExactly(15);
      assertThat(tangent(inplace.apply(a))).containsExactly(-10);
      Tensor sum = nested.apply(Arrays.asList(new Tensor[] {a, b}, new Tensor[] {constant(1)}));
      assertThat(tangent(sum)).containsExactly(110);
    }
  }
}
