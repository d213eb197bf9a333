package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.CustomFunction;
import org.autograd.CustomFunctionBuilder;
import org.autograd.GradOptions;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class FunctionInplaceBehaviourTest {
  /** Adds the second argument to the first in place. */
  private static final CustomFunction<Tensor[], Tensor> ADD =
      CustomFunction.<Tensor[], Tensor>named("AddInPlace")
          .forward((ctx, in) -> {
            ctx.markDirty(in[0]);
            return in[0].add_(in[1]);
          })
          .backward((ctx, grads) -> gradients(grads[0], grads[0]));

  /** Multiplies the second argument by 2 in place; the first is a number. */
  private static final CustomFunction<List<Object>, Tensor> TWICE_SECOND =
      CustomFunction.<List<Object>, Tensor>named("TwiceInPlace")
          .forward((ctx, in) -> {
            Tensor x = (Tensor) in.get(2);
            ctx.markDirty(x);
            return x.mul_(2).add_((Tensor) in.get(1));
          })
          .backward((ctx, grads) -> gradients(null, grads[0], grads[0].mul(2)));

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
  @Tag("FN-16")
  void dirtyArgumentIsReturnedWithItsHistoryMovedToTheFunction() {
    Tensor x = constant(2);
    Tensor y = leaf(3);
    int version = x.version();
    Tensor result = ADD.apply(tensors(x, y));
    assertThat(result).isSameAs(x);
    assertThat(x.requiresGrad()).isTrue();
    assertThat(x.gradFn().name()).isEqualTo("AddInPlaceBackward");
    assertThat(x.version()).isGreaterThan(version);
    x.sum().backward();
    assertThat(values(y.grad())).containsExactly(1);

    // A recorded target: what it was before still gets its gradient, and a retained one is that of
    // the new value.
    Tensor a = leaf(2);
    Tensor b = a.mul(3);
    b.retainGrad();
    ADD.apply(tensors(b, y)).mul(5).backward();
    assertThat(values(a.grad())).containsExactly(15);
    assertThat(values(b.grad())).containsExactly(5);
    assertThat(values(y.grad())).containsExactly(6);
  }

  @Test
  @Tag("FN-12")
  @Tag("FN-16")
  void savedDirtyArgumentIsTheChangedOne() {
    CustomFunction<Tensor, Tensor> exp =
        CustomFunction.<Tensor, Tensor>named("ExpInPlace")
            .forward((ctx, x) -> {
              ctx.markDirty(x);
              x.exp_();
              ctx.saveForBackward(x);
              return x;
            })
            .backward((ctx, grads) -> gradients(grads[0].mul(ctx.saved(0))));
    for (boolean view : List.of(false, true)) {
      Tensor x = leaf(2);
      Tensor y = view ? x.mul(1).view(-1) : x.mul(1);
      Tensor d = exp.apply(y);
      assertThat(d).isSameAs(y);
      for (int i = 0; i < 3; i++) {
        d = Autograd.grad(d, x, GradOptions.DEFAULT.withCreateGraph(true));
        assertThat(d.item()).isEqualTo(Math.exp(2));
      }
    }
  }

  @Test
  @Tag("FN-17")
  void leavesTheirViewsAndOneOfSeveralViewsMustNotBeDirty() {
    Tensor x = leaf(1, 2);
    Tensor split = x.mul(1).unbind().get(0);
    for (Tensor bad : List.of(x, x.get(0), split)) {
      double[] before = values(bad);
      assertThatThrownBy(() -> ADD.apply(tensors(bad, constant(1).reshape(1).sum())))
          .isInstanceOf(InplaceModificationException.class)
          .hasMessageContaining("AddInPlace");
      assertThat(values(bad)).isEqualTo(before);
    }
  }

  @Test
  @Tag("FN-18")
  void dirtyTensorsMustBeArgumentsThatAreReturned() {
    CustomFunction<Tensor, Tensor> forgets =
        function(
            (ctx, x) -> {
              ctx.markDirty(x);
              return x.add_(1).clone();
            },
            1);
    for (Tensor x : List.of(leaf(1).mul(2), constant(1))) {
      assertThatThrownBy(() -> forgets.apply(x))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("not returned");
    }

    CustomFunction<Tensor, Tensor> marksResult =
        function(
            (ctx, x) -> {
              Tensor y = x.mul(2);
              ctx.markDirty(y);
              return y;
            },
            1);
    List<String> warnings = new ArrayList<>();
    var before = Warnings.handler();
    Warnings.handler(warnings::add);
    try {
      assertThat(marksResult.apply(leaf(1)).gradFn().name()).isEqualTo("SomeBackward");
    } finally {
      Warnings.handler(before);
    }
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("markDirty");

    CustomFunction<Tensor, Tensor> marksView =
        function(
            (ctx, x) -> {
              Tensor y = x.clone().view(-1);
              ctx.markDirty(y);
              return y;
            },
            1);
    assertThatThrownBy(() -> marksView.apply(leaf(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("received a tensor that was not an input");
  }

  @Test
  @Tag("FN-19")
  void changedViewRewritesTheHistoryOfItsBase() {
    Tensor root = leaf(1, 2, 3, 4);
    Tensor y = leaf(10, 20);
    Tensor base = root.clone();
    Tensor view = base.narrow(0, 0, 2);
    assertThat(TWICE_SECOND.apply(List.of(7, y, view))).isSameAs(view);
    assertThat(values(base)).containsExactly(12, 24, 3, 4);
    base.mul(constant(1, 10, 100, 1000)).sum().backward();
    assertThat(values(root.grad())).containsExactly(2, 20, 100, 1000);
    assertThat(values(y.grad())).containsExactly(1, 10);

    // The view itself and views of it follow.
    Tensor root2 = leaf(1, 2);
    Tensor view2 = root2.clone().view(-1);
    TWICE_SECOND.apply(List.of(7, constant(0, 0), view2)).mul(3).sum().backward();
    assertThat(values(root2.grad())).containsExactly(6, 6);
  }

  @Test
  @Tag("FN-19")
  void changedViewMustBeTheOnlyResult() {
    CustomFunction<Tensor, Tensor[]> f =
        function(
            (ctx, x) -> {
              ctx.markDirty(x);
              return tensors(x.mul_(2), x.add(1));
            },
            1);
    Tensor view = leaf(1, 2).clone().narrow(0, 0, 1);
    assertThatThrownBy(() -> f.apply(view))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("one result");
  }
}
