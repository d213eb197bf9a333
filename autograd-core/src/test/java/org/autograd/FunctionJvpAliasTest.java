package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CustomFunction.gradients;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Custom functions in forward mode whose results share memory with their arguments. */
class FunctionJvpAliasTest {
  private ForwardAD.Level level;

  @BeforeEach
  void enter() {
    level = ForwardAD.dualLevel();
  }

  @AfterEach
  void exit() {
    level.close();
  }

  private static CustomFunction<Tensor, Tensor> of(
      UnaryOperator<Tensor> forward, boolean dirty, UnaryOperator<Tensor> jvp) {
    return CustomFunction.<Tensor, Tensor>named("Aliases")
        .forward((ctx, x) -> {
          if (dirty) {
            ctx.markDirty(x);
          }
          return forward.apply(x);
        })
        .jvp((ctx, tangents) -> gradients(jvp.apply(tangents[0])))
        .backward((ctx, grads) -> gradients(grads[0]));
  }

  private static void refused(CustomFunction<Tensor, Tensor> f, Tensor dual, String message) {
    assertThatThrownBy(() -> f.apply(dual))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Aliases")
        .hasMessageContaining(message);
  }

  @Test
  @Tag("FN-28")
  void aViewNeedsAViewOfTheTangent() {
    UnaryOperator<Tensor> part = x -> x.get(Index.slice(1, 2));
    Tensor dual = makeDual(constant(1, 2), constant(3, 4));
    Tensor view = of(part, false, part).apply(dual);
    assertThat(tangent(view)).containsExactly(4);
    GradMode.noGrad(() -> view.mul_(10));
    assertThat(tangent(dual)).containsExactly(3, 40);
    refused(of(part, false, t -> part.apply(t).clone()), dual, "view");
    refused(of(part, false, t -> part.apply(t.clone())), dual, "view");
    refused(of(part, false, t -> part.apply(constant(1, 2))), dual, "view");
    refused(of(part, false, t -> null), dual, "view");
    // The same base is enough, for arguments that are views themselves.
    Tensor row = makeDual(constant(1, 2, 3, 4), constant(5, 6, 7, 8)).view(2, 2);
    assertThat(tangent(of(x -> x.get(1), false, t -> t.get(1)).apply(row))).containsExactly(7, 8);
  }

  @Test
  @Tag("FN-28")
  void anInputReturnedAsIsCountsAsAView() {
    UnaryOperator<Tensor> same = x -> x;
    Tensor dual = makeDual(leaf(1, 2), constant(3, 4));
    Tensor result = of(same, false, t -> t.view(2)).apply(dual);
    assertThat(result).isNotSameAs(dual);
    assertThat(tangent(result)).containsExactly(3, 4);
    refused(of(same, false, t -> t), dual, "view");
    refused(of(same, false, t -> t.clone()), dual, "view");
    refused(of(same, false, t -> t.mul(1)), makeDual(constant(1), constant(1)), "view");
  }

  @Test
  @Tag("FN-28")
  void aChangedInputNeedsItsTangentChangedInPlace() {
    UnaryOperator<Tensor> twice = x -> x.mul_(2);
    Tensor t = constant(3, 4);
    Tensor dual = makeDual(constant(1, 2), t);
    Tensor result = of(twice, true, twice).apply(dual);
    assertThat(result).isSameAs(dual);
    assertThat(values(dual)).containsExactly(2, 4);
    assertThat(unpackDual(dual).tangent()).isSameAs(t);
    assertThat(values(t)).containsExactly(6, 8);
    refused(of(twice, true, u -> u.mul(2)), dual, "in place");
    refused(of(twice, true, u -> u.mul_(2).view(2)), dual, "in place");
    refused(of(twice, true, u -> u), dual, "in place");
    refused(of(twice, true, u -> null), dual, "in place");
  }

  @Test
  @Tag("FN-28")
  void tangentsForPlainMemoryMakeItDual() {
    // The second argument is what is changed, or seen; only the first one has a tangent.
    Tensor whole = constant(1, 2);
    Tensor seen = whole.view(2, 1);
    Tensor x = makeDual(constant(5), constant(7));
    CustomFunction2<Tensor, Tensor, Tensor> adds =
        CustomFunction2.of(
            "Adds",
            (ctx, a, b) -> {
              ctx.markDirty(b);
              return b.add_(a);
            },
            (ctx, grads) -> new Tensor[2],
            (ctx, tangents) -> gradients(tangents[1].add_(tangents[0])));
    adds.apply(x, whole.get(Index.slice(0, 1)));
    assertThat(values(whole)).containsExactly(6, 2);
    assertThat(tangent(whole)).containsExactly(7, 0);
    assertThat(tangent(seen)).containsExactly(7, 0);

    Tensor plain = constant(1, 2);
    CustomFunction2<Tensor, Tensor, Tensor> second =
        CustomFunction2.of(
            "Second",
            (ctx, a, b) -> b.get(Index.slice(1, 2)),
            (ctx, grads) -> new Tensor[2],
            (ctx, tangents) -> gradients(tangents[0].clone()));
    assertThat(tangent(second.apply(x, plain))).containsExactly(7);
    assertThat(tangent(plain)).containsExactly(0, 7);
  }

  @Test
  void aChangedInputHasAHistoryAndATangent() {
    // x *= x twice over: x^4, whose derivative at 2 is 32.
    CustomFunction<Tensor, Tensor> square =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, x) -> {
              ctx.put("old", x.clone());
              ctx.markDirty(x);
              return x.mul_(x);
            })
            .jvp((ctx, tangents) ->
                gradients(tangents[0].mul_(ctx.get("old", Tensor.class)).mul_(2)))
            .backward((ctx, grads) -> gradients(grads[0].mul(ctx.get("old", Tensor.class)).mul(2)));
    Tensor leaf = leaf(2);
    Tensor dual = makeDual(leaf, constant(1)).mul(1);
    square.apply(square.apply(dual));
    assertThat(values(dual)).containsExactly(16);
    assertThat(tangent(dual)).containsExactly(32);
    assertThat(values(Autograd.grad(dual.sum(), leaf))).containsExactly(32);
  }
}
