package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Products with functions that forward mode cannot differentiate, and with those it must not. */
class FunctionalFallbackTest {
  private static final ProductOptions GRAPH = ProductOptions.DEFAULT.withCreateGraph(true);

  /** x^3 with a derivative in reverse mode only, that can be differentiated again. */
  private static Tensor cube(Tensor x) {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Cube")
            .forward((ctx, in) -> {
              ctx.saveForBackward(in);
              return in.pow(3);
            })
            .backward((ctx, g) -> CustomFunction.gradients(g[0].mul(ctx.saved(0).square()).mul(3)));
    return f.apply(x);
  }

  @Test
  @Tag("FUNC-06")
  void jvpOfAFunctionWithoutOneComesFromItsBackward() {
    TensorFunction f = in -> List.of(cube(in.get(0)), in.get(1).sum(), constant(7));
    List<Tensor> x = List.of(constant(1, 2), constant(3, 4));
    List<Tensor> v = List.of(constant(10, 100), constant(1, 1));
    for (ProductOptions o : List.of(ProductOptions.DEFAULT, GRAPH)) {
      var r = Functional.jvp(f, x, v, o);
      assertThat(values(r.value().get(0))).containsExactly(1, 8);
      assertThat(values(r.derivative().get(0))).containsExactly(30, 1200);
      assertThat(values(r.derivative().get(1))).containsExactly(2);
      assertThat(values(r.derivative().get(2))).containsExactly(0);
      assertThat(r.derivative()).noneMatch(Tensor::requiresGrad);
    }
    Tensor leaf = leaf(1, 2);
    Tensor moved = Functional.jvp(t -> cube(t), leaf, constant(10, 100), GRAPH).derivative();
    // d/dx of v · 3x², summed.
    assertThat(values(Autograd.grad(moved.sum(), leaf))).containsExactly(60, 1200);
  }

  @Test
  @Tag("FUNC-06")
  void strictJvpOfAFunctionWithoutOneAsksForDependence() {
    ProductOptions strict = ProductOptions.DEFAULT.withStrict(true);
    Tensor v = constant(10, 100);
    assertThat(values(Functional.jvp(t -> cube(t), constant(1, 2), v, strict).derivative()))
        .containsExactly(30, 1200);
    TensorFunction ignores = in -> List.of(cube(in.get(0)));
    List<Tensor> two = List.of(constant(1, 2), constant(1, 2));
    assertThatThrownBy(() -> Functional.jvp(ignores, two, List.of(v, v), strict))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("independent of input 1")
        .hasMessageContaining("strict");
    assertThat(
            values(
                Functional.jvp(t -> cube(t), constant(1, 2), v, strict.withCreateGraph(true))
                    .derivative()))
        .containsExactly(30, 1200);
  }

  @Test
  @Tag("FUNC-07")
  void hvpOfAFunctionWithoutAJvpComesFromItsBackward() {
    Tensor v = constant(10, 100);
    var r = Functional.hvp(t -> cube(t).sum(), constant(1, 2), v);
    assertThat(values(r.value())).containsExactly(9);
    assertThat(values(r.derivative())).containsExactly(60, 1200);
    Tensor leaf = leaf(1, 2);
    Tensor graph = Functional.hvp(t -> cube(t).sum(), leaf, v, GRAPH).derivative();
    assertThat(values(Autograd.grad(graph.sum(), leaf))).containsExactly(60, 600);
  }

  @Test
  void functionsThatWriteToTheirInputAreRefused() {
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(t -> t.mul_(t), t -> t.get(0).mul_(2).add(t.sum()))) {
      for (UnaryOperator<Tensor> derivative :
          List.<UnaryOperator<Tensor>>of(
              x -> Functional.jvp(f, x, constant(1, 1)).derivative(),
              Functional.jacfwd(f),
              Functional.jacfwd(f, JacobianOptions.DEFAULT),
              x ->
                  Functional.jacobian(
                      f,
                      x,
                      JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE)))) {
        assertThatThrownBy(() -> derivative.apply(constant(3, 4)))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("clone()");
      }
    }
  }

  @Test
  void vectorsOfIntegersAreConverted() {
    Tensor x = constant(1, 2);
    Tensor v = Tensor.of(10L, 100L);
    assertThat(values(Functional.jvp(t -> t.pow(3), x, v).derivative())).containsExactly(30, 1200);
    assertThat(values(Functional.vjp(t -> t.pow(3), x, v).derivative())).containsExactly(30, 1200);
    assertThat(values(Functional.hvp(t -> t.pow(3).sum(), x, v).derivative()))
        .containsExactly(60, 1200);
    assertThat(values(Functional.vhp(t -> t.pow(3).sum(), x, v).derivative()))
        .containsExactly(60, 1200);
  }

  @Test
  void oneDirectionAtATimeAllowsWhatBatchesRefuse() {
    UnaryOperator<Tensor> f = t -> t.sum().item() > 0 ? t.pow(3).sum() : t.sum();
    Tensor x = constant(1, 2);
    UnaryOperator<Tensor> rows = Functional.jacrev(f);
    assertThatThrownBy(() -> Vmap.vmap(rows).apply(x.unsqueeze(0)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap");
    assertThat(values(Functional.hessian(f).apply(x))).containsExactly(6, 0, 0, 12);
    assertThat(values(Functional.hessian(f, JacobianOptions.DEFAULT).apply(x)))
        .containsExactly(6, 0, 0, 12);
    assertThat(values(Functional.jacfwd(f, JacobianOptions.DEFAULT).apply(x)))
        .containsExactly(3, 12);
    Tensor chunked =
        Functional.hessian(t -> t.pow(3).sum(), JacobianOptions.VECTORIZED.withChunkSize(1))
            .apply(x);
    assertThat(values(chunked)).containsExactly(6, 0, 0, 12);
  }

  @Test
  void argumentsCannotBeReplaced() {
    TensorFunction replaces =
        in -> {
          in.set(0, constant(1));
          return in;
        };
    assertThatThrownBy(() -> Functional.jacobian(replaces, List.of(constant(1))))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> TensorFunction.of((UnaryOperator<Tensor>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("f");
  }
}
