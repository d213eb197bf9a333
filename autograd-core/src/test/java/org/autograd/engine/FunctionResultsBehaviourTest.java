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
import org.autograd.CreationMeta;
import org.autograd.CustomFunction;
import org.autograd.CustomFunctionBuilder;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.InplaceModificationException;
import org.autograd.LowLevel;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class FunctionResultsBehaviourTest {
  private static <A, R> CustomFunction<A, R> function(
      CustomFunctionBuilder.Forward<A, R> forward, int arguments) {
    return CustomFunction.<A, R>named("Some")
        .forward(forward)
        .backward((ctx, grads) -> new Tensor[arguments]);
  }

  private static Tensor[] tensors(Tensor... ts) {
    return ts;
  }

  @Test
  @Tag("FN-15")
  void markedAndIntegerResultsAreNotDifferentiable() {
    List<Tensor> got = new ArrayList<>();
    CustomFunction<Tensor, Tensor[]> f =
        CustomFunction.<Tensor, Tensor[]>named("Marks")
            .forward((ctx, x) -> {
              Tensor constant = x.mul(5);
              ctx.markNonDifferentiable(constant);
              return tensors(x.mul(2), constant, x.to(DType.INT64));
            })
            .backward((ctx, grads) -> {
              got.addAll(Arrays.asList(grads));
              return gradients(grads[0].mul(2));
            });
    Tensor x = leaf(1, 3);
    Tensor[] out = f.apply(x);
    assertThat(out[0].requiresGrad()).isTrue();
    assertThat(out[1].requiresGrad()).isFalse();
    assertThat(out[1].gradFn()).isNull();
    assertThat(out[2].requiresGrad()).isFalse();
    out[0].sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 2);
    assertThat(values(got.get(1))).containsExactly(0, 0);
    assertThat(values(got.get(2))).containsExactly(0, 0);
    assertThat(got.get(2).dtype()).isEqualTo(DType.INT64);
  }

  @Test
  @Tag("FN-20")
  void argumentReturnedAsItIsBecomesAnAlias() {
    CustomFunction<Tensor, Tensor> identity =
        CustomFunction.<Tensor, Tensor>named("Identity")
            .forward((ctx, x) -> x)
            .backward((ctx, grads) -> gradients(grads[0].mul(2)));
    Tensor x = leaf(1, 2);
    Tensor y = identity.apply(x);
    assertThat(y).isNotSameAs(x);
    assertThat(y.gradFn().name()).isEqualTo("IdentityBackward");
    assertThat(values(y)).containsExactly(1, 2);
    assertThat(x.isLeaf()).isTrue();
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 2);
  }

  @Test
  @Tag("FN-21")
  void hookOnTheAliasSeesOnlyItsOwnGradient() {
    CustomFunction<Tensor[], Tensor[]> f =
        CustomFunction.<Tensor[], Tensor[]>named("Both")
            .forward((ctx, in) -> tensors(in[0], in[0].add(in[1])))
            .backward((ctx, grads) -> gradients(grads[0].add(grads[1]), grads[1]));
    Tensor x = leaf(1);
    Tensor y = leaf(2);
    Tensor[] qp = f.apply(tensors(x, y));
    List<Double> seen = new ArrayList<>();
    qp[0].registerHook(g -> {
      seen.add(g.item());
      return null;
    });
    qp[0].add(qp[1]).add(x).backward();
    assertThat(seen).containsExactly(1.0);
    assertThat(values(x.grad())).containsExactly(3);
    assertThat(values(y.grad())).containsExactly(1);
  }

  @Test
  @Tag("FN-22")
  void returnedViewsMustNotBeChangedInPlace() {
    CustomFunction<Tensor, Tensor> flat = function((ctx, x) -> x.view(-1), 1);
    CustomFunction<Tensor, Tensor> same = function((ctx, x) -> x, 1);
    for (CustomFunction<Tensor, Tensor> f : List.of(flat, same)) {
      Tensor y = f.apply(leaf(1).mul(1));
      assertThat(LowLevel.creationMeta(y)).isEqualTo(CreationMeta.IN_CUSTOM_FUNCTION);
      assertThatThrownBy(() -> y.mul_(2))
          .isInstanceOf(InplaceModificationException.class)
          .hasMessageContaining("SomeBackward")
          .hasMessageContaining("custom function");
      assertThat(values(y)).containsExactly(1);
    }
    CustomFunction<Tensor, Tensor[]> two = function((ctx, x) -> tensors(x.view(-1), x.mul(2)), 1);
    Tensor[] out = two.apply(leaf(1).mul(1));
    assertThatThrownBy(() -> out[0].mul_(2))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("several views");

    // Under noGrad a returned view is like one that an operator made there.
    Tensor x = leaf(1);
    Tensor unrecorded = GradMode.noGrad(() -> flat.apply(x));
    assertThat(unrecorded.requiresGrad()).isTrue();
    assertThat(unrecorded.gradFn()).isNull();
    assertThat(LowLevel.creationMeta(unrecorded)).isEqualTo(CreationMeta.NO_GRAD_MODE);
    assertThatThrownBy(() -> unrecorded.mul_(2))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("noGrad");
  }

  @Test
  @Tag("FN-22")
  void otherResultsMayBeChangedInPlace() {
    List<Double> runs = new ArrayList<>();
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Triple")
            .forward((ctx, x) -> x.mul(3))
            .backward((ctx, grads) -> {
              runs.add(grads[0].item());
              return gradients(grads[0].mul(3));
            });
    Tensor x = leaf(1);
    Tensor y = f.apply(x);
    y.mul_(5);
    y.backward();
    assertThat(runs).containsExactly(5.0);
    assertThat(values(x.grad())).containsExactly(15);
  }

  @Test
  @Tag("FN-23")
  void sameTensorReturnedTwiceIsOneObject() {
    CustomFunction<Tensor, Tensor[]> f =
        CustomFunction.<Tensor, Tensor[]>named("Twice")
            .forward((ctx, x) -> {
              Tensor y = x.mul(2);
              return tensors(y, y);
            })
            .backward((ctx, grads) -> gradients(grads[0].mul(2).add(grads[1].mul(2))));
    Tensor x = leaf(1);
    Tensor[] out = f.apply(x);
    assertThat(out[0]).isSameAs(out[1]);
    out[0].add(out[1]).backward();
    assertThat(values(x.grad())).containsExactly(4);
  }

  @Test
  @Tag("FN-24")
  void changesOfTemporariesAreNotRecorded() {
    CustomFunction<Tensor, Tensor> f = function((ctx, x) -> x.clone().mul_(2).add_(1), 1);
    Tensor y = f.apply(leaf(1));
    assertThat(values(y)).containsExactly(3);
    assertThat(y.gradFn().name()).isEqualTo("SomeBackward");
    assertThat(y.gradFn().nextFunctions().get(0).node().name()).isEqualTo("AccumulateGrad");
  }
}
