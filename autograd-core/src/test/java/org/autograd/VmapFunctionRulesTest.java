package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a rule for {@link Vmap}, of the user or generated, is told, may return and may not do. */
@ExtendWith(UnderScheduler.class)
class VmapFunctionRulesTest {
  /** a + b, by a rule of its own; notes what it was told. */
  static final class OwnRule extends CustomFunction<OwnRule.In, Tensor> {
    record In(Tensor a, String what, Tensor b) {}

    VmapInfo info;
    List<Integer> dims;
    boolean generates;

    @Override
    protected boolean generateVmapRule() {
      return generates;
    }

    @Override
    protected Tensor forward(In in) {
      return in.a().mul(in.b());
    }

    @Override
    protected void setupContext(FunctionCtx ctx, In in, Tensor output) {
      ctx.saveForBackward(in.a(), in.b());
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(1)), null, g[0].mul(ctx.saved(0)));
    }

    @Override
    protected Batched<Tensor> vmap(VmapInfo told, List<Integer> inDims, In in) {
      info = told;
      dims = inDims;
      Tensor a = inDims.get(0) == null ? in.a().unsqueeze(0) : in.a().transpose(inDims.get(0), 0);
      Tensor b = inDims.get(2) == null ? in.b().unsqueeze(0) : in.b().transpose(inDims.get(2), 0);
      return new Batched<>(apply(new In(a, in.what(), b)), List.of(0));
    }
  }

  @Test
  @Tag("VMAP-07")
  void ownRuleIsToldOfTheBatch() {
    OwnRule f = new OwnRule();
    Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    Tensor b = leaf(10, 100);
    UnaryOperator<Tensor> one = t -> f.apply(new OwnRule.In(t, "times", b));
    Tensor y =
        Vmap.vmap(one, VmapOptions.DEFAULT.withInDims(1).withRandomness(Randomness.SAME)).apply(a);
    assertThat(f.info.batchSize()).isEqualTo(3);
    assertThat(f.info.randomness()).isEqualTo(Randomness.SAME);
    assertThat(f.dims).containsExactly(1, null, null);
    assertThat(y.sizes()).containsExactly(3, 2);
    assertThat(values(y)).containsExactly(10, 400, 20, 500, 30, 600);
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(10, 10, 10, 100, 100, 100);
    assertThat(values(b.grad())).containsExactly(6, 15);
  }

  @Test
  @Tag("VMAP-07")
  void outDimsHaveTheFormOfTheResults() {
    abstract class Rule extends CustomFunction<Tensor, List<Tensor>> {
      @Override
      protected List<Tensor> forward(Tensor in) {
        throw new AssertionError("the rule is used");
      }
    }
    CustomFunction<Tensor, List<Tensor>> f =
        new Rule() {
          @Override
          protected Batched<List<Tensor>> vmap(VmapInfo info, List<Integer> dims, Tensor in) {
            return new Batched<>(List.of(in.mul(2).t(), Tensor.of(5.0)), Arrays.asList(-1, null));
          }
        };
    List<Tensor> out =
        Vmap.vmapAll(in -> f.apply(in.get(0)), VmapOptions.DEFAULT.withOutDims(0, null))
            .apply(List.of(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)));
    assertThat(out.get(0).sizes()).containsExactly(3, 2);
    assertThat(values(out.get(0))).containsExactly(2, 4, 6, 8, 10, 12);
    assertThat(out.get(1).item()).isEqualTo(5);
    for (List<Integer> bad : List.of(List.of(0), Arrays.asList(7, null), List.of(0, 0))) {
      CustomFunction<Tensor, List<Tensor>> wrong =
          new Rule() {
            @Override
            protected Batched<List<Tensor>> vmap(VmapInfo info, List<Integer> dims, Tensor in) {
              return new Batched<>(List.of(in, Tensor.of(5.0, 6)), bad);
            }
          };
      assertThatThrownBy(
              () -> Vmap.vmapAll(in -> wrong.apply(in.get(0))).apply(List.of(constant(1, 2, 3))))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("vmap");
    }
  }

  @Test
  @Tag("VMAP-05")
  void neitherOrBothRulesAreRefused() {
    class Neither extends CustomFunction<Tensor, Tensor> {
      @Override
      protected Tensor forward(Tensor in) {
        return in.mul(2);
      }
    }

    assertThat(new Neither().generateVmapRule()).isFalse();
    assertThatThrownBy(
            () -> Vmap.vmap((UnaryOperator<Tensor>) new Neither()::apply).apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Neither")
        .hasMessageContaining("generateVmapRule");
    OwnRule both = new OwnRule();
    both.generates = true;
    assertThatThrownBy(() ->
            Vmap.vmap((UnaryOperator<Tensor>) t -> both.apply(new OwnRule.In(t, "", t)))
                .apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("OwnRule")
        .hasMessageContaining("generateVmapRule");
    // Outside no rule is needed; inside it is, also for what is not batched.
    assertThat(values(new Neither().apply(constant(1)))).containsExactly(2);
    UnaryOperator<Tensor> unbatched = t -> t.add(new Neither().apply(constant(1)));
    Tensor x = Tensor.of(new double[] {1, 2}, 2, 1);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            unbatched,
            Functional.grad(t -> unbatched.apply(t).sum()),
            t -> Vmap.vmap(unbatched).apply(x))) {
      assertThatThrownBy(() -> Vmap.vmap(f).apply(x))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("Neither")
          .hasMessageContaining("generateVmapRule");
    }
  }

  @Test
  @Tag("VMAP-05")
  void whatRunsOutsideOfTheLevelNeedsNoRule() {
    CustomFunction<Tensor, Tensor> doubled =
        CustomFunction.<Tensor, Tensor>named("Doubled")
            .forward((ctx, x) -> x.mul(2))
            .backward((ctx, g) -> new Tensor[] {g[0].mul(2)});
    // A rule of one's own is called with values, and a pass goes over what it recorded.
    CustomFunction<Tensor, Tensor> ruled =
        new CustomFunction<>() {
          @Override
          protected Tensor forward(Tensor in) {
            throw new AssertionError("the rule is used");
          }

          @Override
          protected Batched<Tensor> vmap(VmapInfo info, List<Integer> dims, Tensor in) {
            return new Batched<>(nested(doubled).apply(in), dims);
          }
        };
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    UnaryOperator<Tensor> gradient = Functional.grad(t -> ruled.apply(t).mul(t).sum());
    assertThat(values(Vmap.vmap((UnaryOperator<Tensor>) ruled::apply).apply(x)))
        .containsExactly(2, 4, 6, 8);
    assertThat(values(Vmap.vmap(gradient).apply(x))).containsExactly(4, 8, 12, 16);
  }

  /** A function whose backward calls it. */
  private static CustomFunction<Tensor, Tensor> nested(CustomFunction<Tensor, Tensor> inner) {
    return CustomFunction.<Tensor, Tensor>named("Nested")
        .forward((ctx, x) -> inner.apply(x))
        .backward((ctx, g) -> new Tensor[] {inner.apply(g[0])});
  }

  @Test
  @Tag("VMAP-06")
  void forwardThatFillsTheContextIsRefused() {
    class Filled extends CustomFunction<Tensor, Tensor> {
      @Override
      protected boolean generateVmapRule() {
        return true;
      }

      @Override
      protected Tensor forward(FunctionCtx ctx, Tensor in) {
        ctx.saveForBackward(in);
        return in.mul(2);
      }
    }

    CustomFunction2<Tensor, Double, Tensor> two =
        CustomFunction2.of(
            "Two", (ctx, x, k) -> x.mul(k), (ctx, g) -> CustomFunction.gradients(g[0], null));
    CustomFunction<Tensor, Tensor> lambda =
        CustomFunction.<Tensor, Tensor>named("Lambda")
            .forward((ctx, x) -> x)
            .generateVmapRule()
            .backward((ctx, g) -> g);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            new Filled()::apply, t -> two.apply(t, 2.0), lambda::apply)) {
      UnaryOperator<Tensor> unbatched = t -> t.add(f.apply(constant(1)).sum());
      for (UnaryOperator<Tensor> each : List.of(f, unbatched)) {
        assertThatThrownBy(() -> Vmap.vmap(each).apply(constant(1, 2)))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("setupContext");
      }
    }
  }

  @Test
  void capturedBatchesMustBeArguments() {
    UnaryOperator<Tensor> f =
        t -> {
          CustomFunction<Tensor, Tensor> captures =
              CustomFunction.<Tensor, Tensor>named("Captures")
                  .forward(w -> w.mul(t), (ctx, in, out) -> {})
                  .generateVmapRule()
                  .backward((ctx, g) -> g);
          return captures.apply(leaf(1));
        };
    assertThatThrownBy(() -> Vmap.vmap(f).apply(Tensor.of(new double[] {1, 2}, 2, 1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Captures")
        .hasMessageContaining("argument");
  }

  @Test
  void randomNumbersInsideFollowTheOption() {
    CustomFunction<Tensor, Tensor> noisy =
        CustomFunction.<Tensor, Tensor>named("Noisy")
            .forward(x -> x.add(Tensor.randLike(x)), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> g);
    UnaryOperator<Tensor> f = noisy::apply;
    Tensor zeros = Tensor.zeros(DType.FLOAT64, 3, 2);
    assertThatThrownBy(() -> Vmap.vmap(f).apply(zeros)).isInstanceOf(AutogradException.class);
    Tensor same = Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(Randomness.SAME)).apply(zeros);
    assertThat(values(same.get(0))).containsExactly(values(same.get(1)));
    Tensor different =
        Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(Randomness.DIFFERENT)).apply(zeros);
    assertThat(values(different)).doesNotHaveDuplicates();
  }
}
