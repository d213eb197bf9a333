package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.CustomFunction;
import org.autograd.CustomFunctionBuilder;
import org.autograd.FunctionCtx;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.OnceDifferentiable;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class OnceDifferentiableBehaviourTest {
  private static class Square extends CustomFunction<Tensor, Tensor> {
    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor x) {
      ctx.saveForBackward(x);
      return x.mul(x);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return gradients(ctx.saved(0).mul(2).mul(grads[0]));
    }
  }

  private static final class OnceSquare extends Square {
    @Override
    @OnceDifferentiable
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      assertThat(GradMode.isEnabled()).isFalse();
      return super.backward(ctx, grads);
    }
  }

  private static Tensor recordedGrad(Tensor y, Tensor x) {
    return Autograd.grad(y, x, GradOptions.DEFAULT.withCreateGraph(true));
  }

  @Test
  @Tag("ONCE-01")
  @Tag("ONCE-02")
  void onceDifferentiableBackwardRunsUnrecorded() {
    Tensor x = leaf(3);
    new OnceSquare().apply(x).backward();
    assertThat(values(x.grad())).containsExactly(6);
    Tensor gx = recordedGrad(new OnceSquare().apply(x), x);
    assertThat(gx.item()).isEqualTo(6);
    assertThat(gx.requiresGrad()).isFalse();
  }

  @Test
  @Tag("ONCE-03")
  void resultsOfAOnceDifferentiableBackwardCannotBeDifferentiated() {
    Tensor x = leaf(3);
    Tensor y = new OnceSquare().apply(x).mul(x);
    Tensor gx = recordedGrad(y, x);
    assertThat(gx.item()).isEqualTo(27);
    assertThat(gx.requiresGrad()).isTrue();
    assertThatThrownBy(() -> Autograd.grad(gx, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("OnceSquare")
        .hasMessageContaining("OnceDifferentiable");
  }

  @Test
  @Tag("ONCE-04")
  void exceptionsOfAOnceDifferentiableBackwardPassThrough() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Throws")
            .forward((ctx, x) -> x.clone())
            .backward(
                CustomFunctionBuilder.Backward.once((ctx, grads) -> {
                  throw new UncheckedIOException(new IOException("disk"));
                }));
    Tensor x = leaf(1);
    assertThatThrownBy(() -> f.apply(x).backward()).isInstanceOf(UncheckedIOException.class);
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(x.grad()).isNull();
  }
}
