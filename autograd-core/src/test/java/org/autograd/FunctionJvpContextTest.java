package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the jvp of a custom function is given, and the modes it and forward run in. */
class FunctionJvpContextTest {
  @Test
  @Tag("FN-27")
  void jvpGetsZerosForMissingTangentsAndNullForWhatIsNoTensor() {
    AtomicReference<Tensor[]> seen = new AtomicReference<>();
    List<String> order = new ArrayList<>();
    CustomFunction<Object[], Tensor> f =
        CustomFunction.<Object[], Tensor>named("Sees")
            .forward((ctx, in) -> {
              order.add("forward");
              return ((Tensor) in[0]).mul(1);
            })
            .jvp((ctx, tangents) -> {
              order.add("jvp");
              seen.set(tangents);
              return gradients(tangents[0]);
            })
            .backward((ctx, grads) -> new Tensor[1]);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor t = constant(5, 6);
      f.apply(new Object[] {makeDual(constant(1, 2), t), 3.0, Tensor.of(1f, 2f, 3f), null, "s"});
      order.add("after");
      assertThat(order).containsExactly("forward", "jvp", "after");
      Tensor[] tangents = seen.get();
      assertThat(tangents).hasSize(5);
      assertThat(tangents[0]).isSameAs(t);
      assertThat(tangents[1]).isNull();
      assertThat(tangents[2].dtype()).isEqualTo(DType.FLOAT32);
      assertThat(values(tangents[2])).containsExactly(0, 0, 0);
      assertThat(tangents[3]).isNull();
      assertThat(tangents[4]).isNull();
    }
  }

  @Test
  @Tag("FN-14")
  void withoutMaterializingJvpGetsNullForMissingTangents() {
    AtomicReference<Tensor[]> seen = new AtomicReference<>();
    CustomFunction2<Tensor, Tensor, Tensor> f =
        CustomFunction2.of(
            "Nulls",
            (ctx, a, b) -> {
              ctx.setMaterializeGrads(false);
              return a.mul(1);
            },
            (ctx, grads) -> new Tensor[2],
            (ctx, tangents) -> {
              seen.set(tangents.clone());
              return gradients(tangents[0]);
            });
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      f.apply(makeDual(constant(1), constant(2)), constant(3));
      assertThat(values(seen.get()[0])).containsExactly(2);
      assertThat(seen.get()[1]).isNull();
    }
  }

  @Test
  @Tag("FN-27")
  void savedTensorsInJvpAreThoseSavedForForward() {
    AtomicReference<List<Tensor>> inJvp = new AtomicReference<>();
    AtomicReference<FunctionCtx> context = new AtomicReference<>();
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Saves")
            .forward((ctx, x) -> {
              ctx.saveForBackward(x, x, x);
              ctx.saveForForward(null, x);
              return x.mul(1);
            })
            .jvp((ctx, tangents) -> {
              inJvp.set(ctx.savedTensors());
              assertThat(ctx.saved(1)).isSameAs(inJvp.get().get(1));
              assertThatThrownBy(() -> ctx.saved(2))
                  .isInstanceOf(AutogradException.class)
                  .hasMessageContaining("saveForForward");
              assertThatThrownBy(() -> ctx.saveForForward(tangents))
                  .isInstanceOf(AutogradException.class);
              return gradients(tangents[0]);
            })
            .backward((ctx, grads) -> {
              context.set(ctx);
              assertThat(ctx.savedTensors()).hasSize(3);
              return grads;
            });
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor x = leaf(1, 2);
      Tensor dual = makeDual(x, constant(5, 6));
      Tensor y = f.apply(dual);
      assertThat(inJvp.get()).hasSize(2);
      assertThat(inJvp.get().get(0)).isNull();
      assertThat(values(inJvp.get().get(1))).containsExactly(1, 2);
      y.sum().backward();
      assertThat(context.get()).isNotNull();

      CustomFunction<Tensor, Tensor> nothing =
          CustomFunction.<Tensor, Tensor>named("SavesNothing")
              .forward((ctx, in) -> {
                ctx.saveForBackward(in);
                return in.mul(1);
              })
              .jvp((ctx, tangents) -> {
                inJvp.set(ctx.savedTensors());
                return gradients(tangents[0]);
              })
              .backward((ctx, grads) -> grads);
      nothing.apply(dual);
      assertThat(inJvp.get()).isEmpty();
    }
  }

  @Test
  @Tag("FN-01")
  void forwardRunsWithForwardModeOff() {
    List<Boolean> modes = new ArrayList<>();
    AtomicReference<double[]> inner = new AtomicReference<>(new double[0]);
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Looks")
            .forward((ctx, x) -> {
              modes.add(ForwardAD.isForwardGradEnabled());
              modes.add(GradMode.isEnabled());
              inner.set(tangent(x.mul(2)));
              return x.mul(2);
            })
            .jvp((ctx, tangents) -> {
              modes.add(ForwardAD.isForwardGradEnabled());
              modes.add(GradMode.isEnabled());
              return gradients(tangents[0].mul(2));
            })
            .backward((ctx, grads) -> gradients(grads[0].mul(2)));
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = f.apply(makeDual(constant(1), constant(3)));
      assertThat(modes).containsExactly(false, false, true, true);
      assertThat(inner.get()).isNull();
      assertThat(tangent(y)).containsExactly(6);
      assertThat(ForwardAD.isForwardGradEnabled()).isTrue();
      modes.clear();
      GradMode.noGrad(() -> f.apply(makeDual(constant(1), constant(3))));
      assertThat(modes).containsExactly(false, false, true, false);
    }
  }
}
