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
import org.autograd.CustomFunctionBuilder;
import org.autograd.DType;
import org.autograd.FunctionCtx;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class FunctionGradientsBehaviourTest {
  /**
   * The identity with the given backward, which gets and gives one gradient for each element of the
   * list.
   */
  private static CustomFunction<List<Object>, Tensor> first(
      CustomFunctionBuilder.Backward backward) {
    return CustomFunction.<List<Object>, Tensor>named("First")
        .forward((ctx, in) -> ((Tensor) in.get(0)).clone())
        .backward(backward);
  }

  @Test
  @Tag("FN-03")
  void numberOfGradientsMustBeThatOfArguments() {
    Tensor x = leaf(1);
    Tensor y = leaf(2);
    for (Tensor[] wrong :
        List.of(gradients(constant(1)), gradients(constant(1), null, constant(1)))) {
      assertThatThrownBy(() -> first((ctx, grads) -> wrong).apply(List.of(x, y)).backward())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("FirstBackward")
          .hasMessageContaining("expected 2")
          .hasMessageContaining("got " + wrong.length);
    }
    assertThatThrownBy(() -> first((ctx, grads) -> null).apply(List.of(x, y)).backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("got 1");
    assertThat(x.grad()).isNull();

    first((ctx, grads) -> gradients(grads[0], null, null, null)).apply(List.of(x, y)).backward();
    assertThat(values(x.grad())).containsExactly(1);
  }

  @Test
  @Tag("FN-04")
  void whatIsNoTensorHasNoGradient() throws NoSuchMethodException {
    Tensor x = leaf(1);
    assertThatThrownBy(() ->
            first((ctx, grads) -> gradients(grads[0], grads[0])).apply(List.of(x, 5)).backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("position 1")
        .hasMessageContaining("not a tensor");
    // Backward can return nothing but tensors and nulls.
    assertThat(
            CustomFunction.class
                .getDeclaredMethod("backward", FunctionCtx.class, Tensor[].class)
                .getReturnType())
        .isEqualTo(Tensor[].class);
  }

  @Test
  @Tag("FN-05")
  void shapeOfAGradientMustFitItsArgument() {
    Tensor a = Tensor.ones(5, 5).requiresGrad_();
    assertThatThrownBy(() ->
            first((ctx, grads) -> gradients(null, Tensor.ones(10)))
                .apply(List.of(leaf(1), a))
                .backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("position 1")
        .hasMessageContaining("[10]")
        .hasMessageContaining("expected shape [5, 5]");
    Tensor x = leaf(1);
    first((ctx, grads) -> gradients(Tensor.of(3L))).apply(List.of(x)).backward();
    assertThat(x.grad().dtype()).as("as torch's validate_grad casts").isEqualTo(DType.FLOAT64);
    assertThat(values(x.grad())).containsExactly(3);
    x.setGrad(null);
    first((ctx, grads) -> gradients(constant(1, 2, 4))).apply(List.of(x)).backward();
    assertThat(values(x.grad())).containsExactly(7);
  }

  @Test
  @Tag("FN-06")
  void noGradientTravelsUpAsNone() {
    Tensor x = leaf(1);
    List<Tensor> got = new ArrayList<>();
    CustomFunction<Tensor, Tensor> sees =
        CustomFunction.<Tensor, Tensor>named("Sees")
            .forward((ctx, in) -> {
              ctx.setMaterializeGrads(false);
              return in.clone();
            })
            .backward((ctx, grads) -> {
              got.add(grads[0]);
              return grads;
            });
    first((ctx, grads) -> gradients((Tensor) null)).apply(List.of(sees.apply(x).mul(2))).backward();
    assertThat(got).hasSize(1).containsOnlyNulls();
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("FN-14")
  void missingGradientsArriveAsZerosUnlessRefused() {
    for (boolean materialize : List.of(true, false)) {
      List<Tensor> got = new ArrayList<>();
      CustomFunction<Tensor, Tensor[]> f =
          CustomFunction.<Tensor, Tensor[]>named("Two")
              .forward((ctx, x) -> {
                ctx.setMaterializeGrads(materialize);
                return new Tensor[] {x.clone(), Tensor.of(new float[] {1, 2, 3})};
              })
              .backward((ctx, grads) -> {
                got.addAll(Arrays.asList(grads));
                return gradients(grads[0]);
              });
      f.apply(leaf(1))[0].backward();
      assertThat(got).hasSize(2);
      if (materialize) {
        assertThat(values(got.get(1))).containsExactly(0, 0, 0);
        assertThat(got.get(1).dtype()).isEqualTo(DType.FLOAT32);
      } else {
        assertThat(got.get(1)).isNull();
      }
    }
  }
}
