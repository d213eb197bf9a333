package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Forward mode in gradcheck, with inputs without tangents and with batches, and rows one by one.
 */
class GradcheckMissingTangentsTest {
  private static final GradcheckOptions FORWARD =
      GradcheckOptions.DEFAULT.withCheckForwardAd(true).withCheckBackwardAd(false);

  /** The product of two, which fills its context in forward and materializes nothing. */
  private static CustomFunction<Tensor[], Tensor> product(boolean takesNull, double wrong) {
    return CustomFunction.<Tensor[], Tensor>named("Product")
        .forward((ctx, in) -> {
          ctx.setMaterializeGrads(false);
          ctx.saveForForward(in);
          return in[0].mul(in[1]);
        })
        .jvp((ctx, t) -> {
          Tensor a = ctx.saved(0);
          Tensor b = ctx.saved(1);
          if (takesNull && t[0] == null) {
            return CustomFunction.gradients(a.mul(t[1]).add(wrong));
          }
          if (takesNull && t[1] == null) {
            return CustomFunction.gradients(t[0].mul(b));
          }
          return CustomFunction.gradients(t[0].mul(b).add(a.mul(t[1])));
        })
        .backward((ctx, grads) -> grads);
  }

  private static boolean check(CustomFunction<Tensor[], Tensor> f, GradcheckOptions options) {
    TensorFunction function = in -> List.of(f.apply(in.toArray(new Tensor[0])));
    return GradCheck.gradcheck(function, Arrays.asList(leaf(1, 2), leaf(3, 4)), options);
  }

  @Test
  void missingTangentsAreTried() {
    assertThat(check(product(true, 0), FORWARD)).isTrue();
    assertThatThrownBy(() -> check(product(false, 0), FORWARD))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("no tangent");
    assertThatThrownBy(() -> check(product(true, 1), FORWARD))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("tangent of zeros");
    assertThat(check(product(false, 0), FORWARD.withCheckUndefinedGrad(false))).isTrue();
    assertThat(check(product(true, 1), FORWARD.withCheckUndefinedGrad(false))).isTrue();
  }

  @Test
  void batchedTangentsOfAFunctionThatFillsItsContextInForward() {
    CustomFunction<Tensor[], Tensor> f =
        CustomFunction.<Tensor[], Tensor>named("Filling")
            .forward((ctx, in) -> {
              ctx.saveForForward(in);
              return in[0].mul(in[1]);
            })
            .jvp((ctx, t) ->
                CustomFunction.gradients(t[0].mul(ctx.saved(1)).add(ctx.saved(0).mul(t[1]))))
            .backward((ctx, grads) -> grads);
    assertThat(check(f, FORWARD.withCheckBatchedForwardGrad(true))).isTrue();
    Tensor batch = Tensor.ones(DType.FLOAT64, 3, 2);
    assertThatThrownBy(() -> Vmap.vmap(t -> f.apply(new Tensor[] {t, t})).apply(batch))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("setupContext");
  }

  @Test
  void batchOfOneRowRunsWithoutVmap() {
    // x² where the first element is positive, else x³; the function reads a value.
    UnaryOperator<Tensor> f = x -> x.select(0, 0).item() > 0 ? x.mul(x) : x.mul(x).mul(x);
    Tensor x = Tensor.of(2.0, 3.0);
    JacobianOptions one = JacobianOptions.VECTORIZED.withChunkSize(1);
    double[] expected = {4, 0, 0, 6};
    assertThat(values(Functional.jacrev(f, one).apply(x))).containsExactly(expected);
    assertThat(values(Functional.jacfwd(f, one).apply(x))).containsExactly(expected);
    for (JacobianStrategy s : JacobianStrategy.values()) {
      TensorFunction several = TensorFunction.of(f);
      List<List<Tensor>> jacobian = Functional.jacobian(several, List.of(x), one.withStrategy(s));
      assertThat(values(jacobian.get(0).get(0))).containsExactly(expected);
    }
    Tensor second = Functional.hessian(f, one).apply(x);
    assertThat(values(second)).containsExactly(2, 0, 0, 0, 0, 0, 0, 2);
  }

  @Test
  void batchOfOneRowCallsACustomBackwardThatReadsValues() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Reads")
            .forward((ctx, x) -> x.mul(2))
            .backward((ctx, grads) ->
                CustomFunction.gradients(grads[0].mul(grads[0].sum().item() > 0 ? 2 : -1)));
    JacobianOptions one = JacobianOptions.VECTORIZED.withChunkSize(1);
    Tensor x = Tensor.of(2.0, 3.0);
    assertThat(values(Functional.jacrev(f::apply, one).apply(x))).containsExactly(2, 0, 0, 2);
  }
}
