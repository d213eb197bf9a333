package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What custom functions may save and return, and which tangents and gradients they get and give.
 */
class FunctionDtypesTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  private static CustomFunction<Tensor, Tensor> identity(boolean saves, boolean view) {
    return CustomFunction.<Tensor, Tensor>named("Identity")
        .forward(
            x -> view ? x.view(x.sizes()) : x,
            (ctx, x, y) -> {
              if (saves) {
                ctx.saveForBackward(view ? y : x);
              }
            })
        .generateVmapRule()
        .backward((ctx, grads) -> CustomFunction.gradients(grads[0].mul(2)));
  }

  @Test
  void argumentThatIsReturnedAsItIsCannotBeSavedInSetupContext() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> identity(true, false).apply(x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Identity")
        .hasMessageContaining("view")
        .hasMessageContaining("setupContext");
    Tensor h = x.mul(2);
    assertThatThrownBy(() -> identity(true, false).apply(h)).isInstanceOf(AutogradException.class);
    assertThat(x.isLeaf()).isTrue();
    assertThat(h.gradFn().name()).startsWith("Mul");
    Tensor batch = Tensor.ones(DType.FLOAT64, 3, 2).requiresGrad_();
    assertThatThrownBy(() -> Vmap.vmap(t -> identity(true, false).apply(t)).apply(batch))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  void argumentThatIsReturnedAsItIsIsFineUnsavedAsAViewOrUnrecorded() {
    Tensor x = leaf(1, 2);
    for (CustomFunction<Tensor, Tensor> f : List.of(identity(false, false), identity(true, true))) {
      x.setGrad(null);
      f.apply(x).sum().backward();
      assertThat(values(x.grad())).containsExactly(2, 2);
    }
    assertThat(values(identity(true, false).apply(Tensor.of(3.0)))).containsExactly(3);
    assertThat(values(GradMode.noGrad(() -> identity(true, false).apply(x)))).containsExactly(1, 2);
  }

  @Test
  void argumentThatForwardSavesItselfAndReturnsHasTheRightSecondDerivative() {
    // Value x, gradient x² g, whose derivative is 2 x g.
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Odd")
            .forward((ctx, x) -> {
              ctx.saveForBackward(x);
              return x;
            })
            .backward((ctx, grads) ->
                CustomFunction.gradients(grads[0].mul(ctx.saved(0)).mul(ctx.saved(0))));
    Tensor x = leaf(3, 5);
    Tensor g =
        Autograd.grad(
                List.of(f.apply(x).sum()),
                List.of(x),
                null,
                GradOptions.DEFAULT.withCreateGraph(true))
            .get(0);
    assertThat(values(g)).containsExactly(9, 25);
    assertThat(values(Autograd.grad(g.sum(), x))).containsExactly(6, 10);
  }

  @Test
  void jvpGetsNullAsTheTangentOfAnIntegerArgument() {
    List<Tensor[]> seen = new ArrayList<>();
    CustomFunction<Tensor[], Tensor> f =
        CustomFunction.<Tensor[], Tensor>named("Scale")
            .forward((ctx, in) -> in[0].mul(in[1]).mul(in[2]))
            .jvp((ctx, tangents) -> {
              seen.add(tangents);
              return CustomFunction.gradients(tangents[0].mul(6));
            })
            .backward((ctx, grads) -> grads);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = ForwardAD.makeDual(Tensor.of(1.0), Tensor.of(1.0));
      Tensor integer = Tensor.of(2L);
      Tensor result = f.apply(new Tensor[] {dual, integer, Tensor.of(3.0)});
      assertThat(TestTensors.tangent(result)).containsExactly(6);
      f.apply(new Tensor[] {dual, Tensor.of(true), Tensor.of(3.0)});
    }
    for (Tensor[] tangents : seen) {
      assertThat(tangents[1]).isNull();
      assertThat(values(tangents[2])).containsExactly(0);
    }
    assertThat(seen).hasSize(2);
  }

  @Test
  void gradientOfAnotherDtypeIsCastToTheArguments() {
    for (DType given : Arrays.asList(DType.INT64, DType.INT32, DType.BOOL, DType.FLOAT32)) {
      for (boolean create : new boolean[] {false, true}) {
        for (boolean wide : new boolean[] {false, true}) {
          CustomFunction<Tensor, Tensor> f =
              CustomFunction.<Tensor, Tensor>named("Ones")
                  .forward((ctx, x) -> x.mul(1))
                  .backward((ctx, grads) ->
                      CustomFunction.gradients(
                          wide ? Tensor.ones(given, 3, 2) : Tensor.ones(given, 2)));
          Tensor x = leaf(1, 2);
          f.apply(x).sum().backward(BackwardOptions.DEFAULT.withCreateGraph(create));
          assertThat(x.grad().dtype()).isEqualTo(DType.FLOAT64);
          double sum = wide ? 3 : 1;
          assertThat(values(x.grad())).containsExactly(sum, sum);
        }
      }
    }
  }

  @Test
  void lossOfOperandsThatAreBroadcastWarns() {
    Tensor input = leaf(1, 2);
    Tensor target = Tensor.of(3.0).view(1, 1);
    input.mseLoss(target.view(1)).backward();
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("mseLoss", "[1]", "[2]", "broadcast");
    Tensor batch = Tensor.ones(DType.FLOAT64, 3, 2);
    Vmap.vmap(t -> t.mseLoss(target)).apply(batch);
    assertThat(warnings.messages()).hasSize(2);
    assertThat(warnings.messages().get(1)).contains("[1, 1]", "[2]");
    Vmap.vmap(t -> t.mseLoss(Tensor.zeros(DType.FLOAT64, 2))).apply(batch);
    input.mseLoss(Tensor.of(1.0, 2.0)).backward();
    assertThat(warnings.messages()).hasSize(2);
  }

  @Test
  void dualPrintsItsTangent() {
    Tensor x = Tensor.of(1.0f, 2.0f);
    Tensor tangent = Tensor.of(0.5f, 0.25f);
    Tensor kept;
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = ForwardAD.makeDual(x, tangent);
      kept = dual;
      assertThat(dual.toString()).isEqualTo("tensor([1., 2.], tangent=tensor([0.5000, 0.2500]))");
      assertThat(dual.mul(2).toString())
          .isEqualTo("tensor([2., 4.], tangent=tensor([1.0000, 0.5000]))");
      assertThat(x.toString()).isEqualTo("tensor([1., 2.])");
      Tensor leaf = Tensor.of(1.0f).requiresGrad_();
      assertThat(ForwardAD.makeDual(leaf, Tensor.of(3.0f)).mul(2).toString())
          .isEqualTo("tensor([2.], grad_fn=<MulBackward0>, tangent=tensor([6.]))");
      try (ForwardAD.Level inner = ForwardAD.dualLevel()) {
        assertThat(dual.toString()).isEqualTo("tensor([1., 2.])");
      }
    }
    assertThat(kept.toString()).isEqualTo("tensor([1., 2.])");
  }
}
