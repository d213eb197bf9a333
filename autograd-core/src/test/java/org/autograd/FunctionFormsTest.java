package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ways to write a function, and what its arguments and results may be. */
class FunctionFormsTest {
  private record Power(Tensor base, int exponent) {
    Power(Tensor base) {
      this(base, 3);
    }
  }

  private static final class Pow extends CustomFunction<Power, Tensor> {
    @Override
    protected Tensor forward(Power in) {
      assertThat(GradMode.isEnabled()).isFalse();
      return in.base().pow(in.exponent());
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Power in, Tensor output) {
      assertThat(GradMode.isEnabled()).isFalse();
      assertThat(output.item()).isEqualTo(Math.pow(in.base().item(), in.exponent()));
      ctx.saveForBackward(in.base());
      ctx.put("exponent", in.exponent());
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      int n = ctx.get("exponent", Integer.class);
      return gradients(grads[0].mul(n).mul(ctx.saved(0).pow(n - 1)), null);
    }
  }

  @Test
  @Tag("FN-25")
  void contextIsSetUpAfterForward() {
    Tensor x = leaf(2);
    Tensor y = new Pow().apply(new Power(x));
    assertThat(values(y)).containsExactly(8);
    y.backward();
    assertThat(values(x.grad())).containsExactly(12);
  }

  @Test
  @Tag("FN-25")
  void contextOfLambdasIsSetUpAfterForward() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Exp")
            .forward(Tensor::exp, (ctx, x, y) -> ctx.saveForBackward(y))
            .backward((ctx, grads) -> CustomFunction.gradients(grads[0].mul(ctx.saved(0))));
    Tensor x = leaf(1);
    f.apply(x).backward();
    assertThat(x.grad().item()).isEqualTo(Math.exp(1));
  }

  private record MinMax(Tensor min, String note, Tensor max) {}

  @Test
  void recordOfResultsIsPutTogetherAgain() {
    CustomFunction<Tensor, MinMax> f =
        CustomFunction.<Tensor, MinMax>named("Same")
            .forward((ctx, x) -> new MinMax(x, "note", x.mul(2)))
            .backward((ctx, grads) -> CustomFunction.gradients(grads[0].add(grads[2].mul(2))));
    Tensor x = leaf(1);
    MinMax out = f.apply(x);
    assertThat(out.min()).isNotSameAs(x);
    assertThat(out.note()).isEqualTo("note");
    out.min().add(out.max()).backward();
    assertThat(values(x.grad())).containsExactly(3);

    CustomFunction<Tensor, List<Tensor>> list =
        CustomFunction.<Tensor, List<Tensor>>named("List")
            .forward((ctx, in) -> List.of(in))
            .backward((ctx, grads) -> grads);
    assertThat(list.apply(x).get(0).gradFn().name()).isEqualTo("ListBackward");
  }

  @Test
  void twoArgumentsNeedNoRecord() {
    CustomFunction2<Tensor, Double, Tensor> scale =
        CustomFunction2.of(
            "Scale",
            (ctx, x, k) -> {
              ctx.put("k", k);
              return x.mul(k);
            },
            (ctx, grads) ->
                CustomFunction.gradients(grads[0].mul(ctx.get("k", Double.class)), null));
    Tensor x = leaf(3);
    Tensor y = scale.apply(x, 2.0);
    assertThat(y.gradFn().name()).isEqualTo("ScaleBackward");
    y.backward();
    assertThat(values(x.grad())).containsExactly(2);

    CustomFunction3<Tensor, Tensor, Tensor, Tensor> sum =
        CustomFunction3.of(
            "Sum3",
            (ctx, a, b, c) -> a.add(b).add(c),
            (ctx, grads) -> CustomFunction.gradients(grads[0], null, grads[0]));
    Tensor a = leaf(1);
    Tensor b = leaf(2);
    sum.apply(a, b, a).backward();
    assertThat(values(a.grad())).containsExactly(2);
    assertThat(b.grad()).isNull();
  }

  @Test
  void tensorFromOutsideKeepsItsHistory() {
    Tensor weight = leaf(5);
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Captures")
            .forward((ctx, x) -> weight)
            .backward((ctx, grads) -> grads);
    Tensor x = leaf(1);
    Tensor y = f.apply(x);
    assertThat(weight.isLeaf()).isTrue();
    assertThat(weight.requiresGrad()).isTrue();
    assertThat(y).isNotSameAs(weight);
    y.backward();
    assertThat(values(x.grad())).containsExactly(1);
    assertThat(weight.grad()).isNull();
  }

  private static final class NestedScale extends NestedIOFunction<List<Object>, NestedScale.Out> {
    record Inner(Tensor a, double k) {}

    record Out(List<Tensor> scaled, Inner rest) {}

    @Override
    protected Out forwardExtended(FunctionCtx ctx, List<Object> in) {
      Inner inner = (Inner) in.get(1);
      ctx.put("k", inner.k());
      Tensor x = (Tensor) in.get(0);
      return new Out(List.of(x.mul(inner.k()), x.mul(3)), new Inner(inner.a().mul(10), 4));
    }

    @Override
    protected List<Object> backwardExtended(FunctionCtx ctx, Out grads) {
      assertThat(grads.rest().k()).isEqualTo(4);
      Tensor gx =
          grads.scaled().get(0).mul(ctx.get("k", Double.class)).add(grads.scaled().get(1).mul(3));
      return List.of(gx, new Inner(grads.rest().a().mul(10), 0));
    }
  }

  @Test
  void nestsOfAnyDepthGoInAndOut() {
    Tensor x = leaf(1);
    Tensor a = leaf(2);
    NestedScale.Out out = new NestedScale().apply(List.of(x, new NestedScale.Inner(a, 2)));
    Tensor loss = out.scaled().get(0).add(out.scaled().get(1)).add(out.rest().a());
    assertThat(out.rest().a().outputNr()).isEqualTo(2);
    assertThat(out.rest().a().gradFn().name()).isEqualTo("NestedScaleBackward");
    loss.backward();
    assertThat(values(x.grad())).containsExactly(5);
    assertThat(values(a.grad())).containsExactly(10);
  }

  private static final class Negate extends InplaceFunction<Tensor, Tensor> {
    Negate(boolean inplace) {
      super(inplace);
    }

    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      if (inplace()) {
        ctx.markDirty(x);
        return x.neg_();
      }
      return x.neg();
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return gradients(grads[0].neg());
    }
  }

  @Test
  void inplaceFunctionKnowsWhetherToWorkInPlace() {
    Tensor x = leaf(1);
    for (boolean inplace : List.of(false, true)) {
      Tensor y = x.mul(1);
      Tensor z = new Negate(inplace).apply(y);
      assertThat(z == y).isEqualTo(inplace);
      z.backward();
    }
    assertThat(values(x.grad())).containsExactly(-2);
  }

  @Test
  @SuppressWarnings("deprecation")
  void variableIsATensor() {
    Tensor data = constant(1, 2);
    Tensor plain = Variable.of(data);
    assertThat(plain.requiresGrad()).isFalse();
    assertThat(plain).isNotSameAs(data);
    Tensor x = Variable.of(data, true);
    assertThat(x.isLeaf()).isTrue();
    x.mul(2).sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 2);
    assertThat(data.requiresGrad()).isFalse();
  }

  @Test
  void forwardModeAndBatchesSayWhatIsMissing() {
    Pow f = new Pow();
    assertThatThrownBy(() -> f.jvp(null, new Tensor[2]))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Pow: jvp");
    var info = new CustomFunction.VmapInfo(2, Randomness.ERROR);
    assertThatThrownBy(() -> f.vmap(info, Arrays.asList(0, null), new Power(leaf(1))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Pow: vmap");
  }
}
