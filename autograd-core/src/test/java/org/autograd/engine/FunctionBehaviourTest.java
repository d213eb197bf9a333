package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.CustomFunction;
import org.autograd.CustomFunction3;
import org.autograd.FunctionCtx;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class FunctionBehaviourTest {
  /** t1 + k * t2 + t1 * t2. */
  private static final class Mixed extends CustomFunction3<Tensor, Integer, Tensor, Tensor> {
    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor t1, Integer k, Tensor t2) {
      ctx.saveForBackward(t1, t2);
      ctx.put("k", k);
      return t1.add(t2.mul(k)).add(t1.mul(t2));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      Tensor g = grads[0];
      int k = ctx.get("k", Integer.class);
      return gradients(g.add(g.mul(ctx.saved(1))), null, g.mul(k).add(g.mul(ctx.saved(0))));
    }
  }

  @Test
  @Tag("FN-01")
  void forwardRunsUnrecordedAndEverythingElsePassesThrough() {
    List<Boolean> modes = new ArrayList<>();
    CustomFunction<List<Object>, Object[]> f =
        CustomFunction.<List<Object>, Object[]>named("Through")
            .forward((ctx, in) -> {
              modes.add(GradMode.isEnabled());
              Tensor x = (Tensor) in.get(0);
              return new Object[] {in.get(1), x.mul(2), null, in.get(2), in.get(3)};
            })
            .backward((ctx, grads) -> gradients(grads[1].mul(2), null, null, null));
    Tensor x = leaf(1, 2);
    Object[] out = f.apply(Arrays.asList(x, 7, "text", true));
    assertThat(modes).containsExactly(false);
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(out).hasSize(5);
    assertThat(out[0]).isEqualTo(7);
    assertThat(out[2]).isNull();
    assertThat(out[3]).isEqualTo("text");
    assertThat(out[4]).isEqualTo(true);
    Tensor y = (Tensor) out[1];
    assertThat(values(y)).containsExactly(2, 4);
    assertThat(y.outputNr()).isEqualTo(1);
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 2);
  }

  @Test
  @Tag("FN-01")
  void modeIsRestoredWhenForwardFails() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Fails")
            .forward((ctx, x) -> {
              throw new IllegalStateException("from forward");
            })
            .backward((ctx, grads) -> grads);
    assertThatThrownBy(() -> f.apply(leaf(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("from forward");
    assertThat(GradMode.isEnabled()).isTrue();
  }

  @Test
  @Tag("FN-02")
  void backwardGivesOneGradientForEachArgument() {
    Tensor t1 = leaf(3, 5);
    Tensor t2 = leaf(7, 11);
    Tensor y = new Mixed().apply(t1, 2, t2);
    assertThat(values(y)).containsExactly(3 + 14 + 21, 5 + 22 + 55);
    assertThat(y.gradFn().name()).isEqualTo("MixedBackward");
    assertThat(y.gradFn().nextFunctions()).hasSize(2);
    y.sum().backward();
    assertThat(values(t1.grad())).containsExactly(8, 12);
    assertThat(values(t2.grad())).containsExactly(5, 7);
  }

  @Test
  @Tag("FN-02")
  void backwardGetsNullForResultsThatAreNoTensors() {
    List<Tensor> got = new ArrayList<>();
    CustomFunction<Tensor, List<Object>> f =
        CustomFunction.<Tensor, List<Object>>named("Pair")
            .forward((ctx, x) -> List.of("text", x.mul(3), 1.5))
            .backward((ctx, grads) -> {
              got.addAll(Arrays.asList(grads));
              return gradients(grads[1].mul(3));
            });
    Tensor x = leaf(1);
    ((Tensor) f.apply(x).get(1)).backward();
    assertThat(got).hasSize(3);
    assertThat(got.get(0)).isNull();
    assertThat(values(got.get(1))).containsExactly(1);
    assertThat(got.get(2)).isNull();
    assertThat(values(x.grad())).containsExactly(3);
  }

  @Test
  @Tag("FN-07")
  void missingAndDoubledMethodsAreReported() {
    class Nothing extends CustomFunction<Tensor, Tensor> {}

    assertThatThrownBy(() -> new Nothing().apply(leaf(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Nothing: forward is not implemented");

    class OnlyForward extends CustomFunction<Tensor, Tensor> {
      @Override
      protected Tensor forward(Tensor in) {
        return in.mul(2);
      }
    }

    Tensor x = leaf(1);
    assertThatThrownBy(() -> new OnlyForward().apply(x).backward())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("OnlyForward: backward is not implemented");

    class Vjp extends OnlyForward {
      @Override
      protected Tensor[] vjp(FunctionCtx ctx, Tensor[] grads) {
        return gradients(grads[0].mul(2));
      }
    }

    new Vjp().apply(x).backward();
    assertThat(values(x.grad())).containsExactly(2);

    class Both extends Vjp {
      @Override
      protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
        return gradients(grads[0].mul(2));
      }
    }

    Tensor y = new Both().apply(x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Both: overrides both backward and vjp");
  }

  @Test
  @Tag("FN-08")
  void nothingIsRecordedWithoutNeed() {
    Tensor unrecorded = GradMode.noGrad(() -> new Mixed().apply(leaf(1), 2, leaf(3)));
    assertThat(unrecorded.requiresGrad()).isFalse();
    assertThat(unrecorded.gradFn()).isNull();
    Tensor constant = new Mixed().apply(constant(1), 2, constant(3));
    assertThat(constant.requiresGrad()).isFalse();
    assertThat(constant.gradFn()).isNull();
    // An argument that is returned as it is keeps its history to itself.
    Tensor x = leaf(1);
    Tensor same = GradMode.noGrad(() -> ArgumentReturned.IDENTITY.apply(x));
    assertThat(same.requiresGrad()).isFalse();
    assertThat(x.requiresGrad()).isTrue();
  }

  private static final class ArgumentReturned {
    static final CustomFunction<Tensor, Tensor> IDENTITY =
        CustomFunction.<Tensor, Tensor>named("Identity")
            .forward((ctx, x) -> x)
            .backward((ctx, grads) -> grads);
  }

  @Test
  @Tag("FN-09")
  void eachArgumentSaysWhetherItNeedsAGradient() {
    List<boolean[]> seen = new ArrayList<>();
    CustomFunction<List<Object>, Tensor> f =
        CustomFunction.<List<Object>, Tensor>named("Needs")
            .forward((ctx, in) -> {
              seen.add(ctx.needsInputGrad());
              return ((Tensor) in.get(0)).clone();
            })
            .backward((ctx, grads) -> {
              seen.add(ctx.needsInputGrad());
              assertThat(ctx.needsInputGrad(0)).isFalse();
              assertThat(ctx.needsInputGrad(2)).isTrue();
              assertThatThrownBy(() -> ctx.needsInputGrad(4))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContainingAll("Needs", "argument 4");
              return gradients(null, null, grads[0], null);
            });
    f.apply(Arrays.asList(constant(1), 3, leaf(1), null)).backward();
    assertThat(seen)
        .containsExactly(
            new boolean[] {false, false, true, false}, new boolean[] {false, false, true, false});
  }
}
