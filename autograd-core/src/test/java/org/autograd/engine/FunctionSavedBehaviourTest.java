package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardCFunction;
import org.autograd.BackwardOptions;
import org.autograd.CustomFunction;
import org.autograd.FunctionCtx;
import org.autograd.Garbage;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.SavedValues;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class FunctionSavedBehaviourTest {
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

  private static Tensor recordedGrad(Tensor y, Tensor x) {
    return Autograd.grad(y, x, GradOptions.DEFAULT.withCreateGraph(true));
  }

  /** The exponential, from its saved result. */
  private static final CustomFunction<Tensor, Tensor> EXP =
      CustomFunction.<Tensor, Tensor>named("Exp")
          .forward((ctx, x) -> {
            Tensor y = x.exp();
            ctx.saveForBackward(y);
            return y;
          })
          .backward((ctx, grads) -> gradients(grads[0].mul(ctx.saved(0))));

  @Test
  @Tag("FN-10")
  void savedTensorsComeBackInOrder() throws NoSuchMethodException {
    Tensor x = leaf(2);
    Tensor c = constant(5);
    AtomicReference<Tensor> result = new AtomicReference<>();
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Saves")
            .forward((ctx, in) -> {
              Tensor y = in.mul(3);
              ctx.saveForBackward(c);
              ctx.saveForBackward(in, null, y, c);
              return y;
            })
            .backward((ctx, grads) -> {
              for (int i = 0; i < 2; i++) {
                List<Tensor> saved = ctx.savedTensors();
                assertThat(saved).hasSize(4);
                assertThat(saved.get(0)).isSameAs(x);
                assertThat(saved.get(1)).isNull();
                assertThat(values(saved.get(2))).containsExactly(6);
                assertThat(saved.get(2).gradFn()).isSameAs(result.get().gradFn());
                assertThat(saved.get(3)).isSameAs(c);
                assertThat(ctx.saved(1)).isNull();
              }
              assertThatThrownBy(() -> ctx.saved(4))
                  .isInstanceOf(AutogradException.class)
                  .hasMessageContaining("4");
              assertThatThrownBy(() -> ctx.saveForBackward(c))
                  .isInstanceOf(AutogradException.class)
                  .hasMessageContaining("in forward");
              return gradients(grads[0].mul(3));
            });
    result.set(f.apply(x));
    result.get().backward();
    assertThat(values(x.grad())).containsExactly(3);
    // Nothing but tensors and nulls can be passed.
    assertThat(FunctionCtx.class.getMethod("saveForBackward", Tensor[].class).isVarArgs()).isTrue();
  }

  @Test
  @Tag("FN-11")
  void savedTensorsAreFreedWithTheNode() {
    Tensor x = leaf(2);
    Tensor y = new Square().apply(x);
    FunctionCtx ctx = ((BackwardCFunction) y.gradFn()).ctx();
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(ctx.savedTensors()).containsExactly(x);
    y.backward();
    assertThatThrownBy(ctx::savedTensors)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("SquareBackward");
    assertThatThrownBy(() -> ctx.saved(0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("retainGraph");
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("SquareBackward");
    assertThat(values(x.grad())).containsExactly(8);
  }

  @Test
  @Tag("FN-11")
  void functionThatSavedNothingHasAnEmptyList() {
    Tensor x = leaf(2);
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Double")
            .forward((ctx, in) -> in.mul(2))
            .backward((ctx, grads) -> {
              assertThat(ctx.savedTensors()).isEmpty();
              return gradients(grads[0].mul(2));
            });
    f.apply(x).backward();
    assertThat(values(x.grad())).containsExactly(2);
  }

  @Test
  @Tag("FN-12")
  void changeOfASavedTensorIsNoticed() {
    Tensor x = leaf(2);
    Tensor input = x.mul(1);
    Tensor y = new Square().apply(input);
    input.add_(1);
    assertThatThrownBy(y::backward)
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("SquareBackward");
    Tensor z = EXP.apply(x);
    z.mul_(2);
    assertThatThrownBy(z::backward)
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("ExpBackward");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("FN-12")
  void savedResultKeepsItsOutputNumber() {
    CustomFunction<Tensor, Tensor[]> f =
        CustomFunction.<Tensor, Tensor[]>named("Powers")
            .forward((ctx, x) -> {
              Tensor square = x.mul(x);
              Tensor exp = x.exp();
              ctx.saveForBackward(x, exp);
              return new Tensor[] {square, exp};
            })
            .backward((ctx, grads) -> {
              assertThat(ctx.saved(1).outputNr()).isEqualTo(1);
              return gradients(ctx.saved(0).mul(2).mul(grads[0]).add(ctx.saved(1).mul(grads[1])));
            });
    Tensor x = leaf(0.5);
    Tensor[] out = f.apply(x);
    assertThat(out[1].outputNr()).isEqualTo(1);
    Tensor gx = recordedGrad(out[0].add(out[1]), x);
    assertThat(gx.item()).isEqualTo(1 + Math.exp(0.5));
    Tensor gxx = Autograd.grad(gx, x);
    assertThat(gxx.item()).isEqualTo(2 + Math.exp(0.5));
  }

  @Test
  @Tag("FN-13")
  void attributesSurviveFreeing() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Attributes")
            .forward((ctx, x) -> {
              ctx.put("text", "kept");
              ctx.put("nothing", null);
              return x.mul(2);
            })
            .backward((ctx, grads) -> {
              assertThat(ctx.get("text", String.class)).isEqualTo("kept");
              return gradients(grads[0].mul(2));
            });
    Tensor y = f.apply(leaf(1));
    FunctionCtx ctx = ((BackwardCFunction) y.gradFn()).ctx();
    y.backward();
    assertThat(ctx.get("text", String.class)).isEqualTo("kept");
    assertThat(ctx.get("nothing", String.class)).isNull();
    assertThatThrownBy(() -> ctx.get("other", String.class))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("other");
    assertThatThrownBy(() -> ctx.get("text", Integer.class))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void nodeTellsWhatItKeepsByName() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Scaled")
            .forward((ctx, in) -> {
              ctx.saveForBackward(in, null);
              ctx.put("k", 3);
              return in.mul(3);
            })
            .backward((ctx, grads) -> gradients(grads[0].mul(ctx.get("k", Integer.class))));
    Tensor x = leaf(2);
    Tensor y = f.apply(x);
    SavedValues kept = y.gradFn().saved();
    assertThat(kept.names()).containsExactly("savedTensors", "k");
    assertThat(kept.list("savedTensors")).containsExactly(x, null);
    assertThat(kept.attribute("k")).isEqualTo(3);
    y.backward();
    assertThatThrownBy(() -> kept.list("savedTensors")).isInstanceOf(AutogradException.class);
    assertThat(kept.attribute("k")).isEqualTo(3);
  }

  @Test
  void savedTensorsPassThroughHooks() {
    List<Tensor> packed = new ArrayList<>();
    Tensor x = leaf(2);
    Tensor y;
    try (Scope scope =
        Graph.savedTensorsHooks(
            t -> {
              packed.add(t);
              return t.mul(1);
            },
            (Tensor t) -> t.mul(1))) {
      y = EXP.apply(x).add(new Square().apply(x));
    }
    assertThat(packed).hasSize(2);
    assertThat(values(packed.get(0))).containsExactly(Math.exp(2));
    Tensor gx = recordedGrad(y, x);
    assertThat(gx.item()).isEqualTo(Math.exp(2) + 4);
    assertThat(Autograd.grad(gx, x).item()).isEqualTo(Math.exp(2) + 2);
  }

  @Test
  @Tag("FN-26")
  void backwardOfRecordedOperatorsIsDifferentiated() {
    Tensor x = leaf(2);
    Tensor gx = recordedGrad(new Square().apply(x), x);
    assertThat(gx.item()).isEqualTo(4);
    assertThat(Autograd.grad(gx, x).item()).isEqualTo(2);

    // From the saved result every derivative is the exponential again.
    Tensor d = EXP.apply(x);
    for (int i = 0; i < 3; i++) {
      d = recordedGrad(d, x);
      assertThat(d.item()).isEqualTo(Math.exp(2));
    }
    // Against finite differences of the first-order gradient.
    double h = 1e-6;
    double up = gradientOfCube(2 + h);
    double down = gradientOfCube(2 - h);
    Tensor z = leaf(2);
    Tensor gz = recordedGrad(new Square().apply(z).mul(z), z);
    double second = Autograd.grad(gz, z).item();
    assertThat(second).isCloseTo((up - down) / (2 * h), within(1e-6));
  }

  private static double gradientOfCube(double at) {
    Tensor z = leaf(at);
    return Autograd.grad(new Square().apply(z).mul(z), z).item();
  }

  @Test
  void freedTensorsAreCollectedThoughTheContextIsKept() {
    FunctionCtx[] ctx = new FunctionCtx[1];
    WeakReference<Object> memory = squareOfTemporary(ctx);
    assertThat(Garbage.collected(memory)).isTrue();
    assertThatThrownBy(ctx[0]::savedTensors).isInstanceOf(AutogradException.class);
  }

  private static WeakReference<Object> squareOfTemporary(FunctionCtx[] ctx) {
    Tensor temporary = leaf(2).mul(3);
    Tensor y = new Square().apply(temporary);
    ctx[0] = ((BackwardCFunction) y.gradFn()).ctx();
    y.backward();
    return Garbage.memory(temporary);
  }
}
