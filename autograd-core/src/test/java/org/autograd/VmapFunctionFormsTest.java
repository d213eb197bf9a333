package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;
import static org.autograd.VmapFunctionForms.SCALED;
import static org.autograd.VmapFunctionForms.powerOfLambdas;
import static org.autograd.VmapFunctionForms.scaledOfLambdas;
import static org.autograd.VmapFunctions.assertClose;
import static org.autograd.VmapFunctions.numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.autograd.VmapFunctionForms.Doubled;
import org.autograd.VmapFunctionForms.Generated;
import org.autograd.VmapFunctionForms.NestedScaled;
import org.autograd.VmapFunctionForms.Power;
import org.autograd.VmapFunctionForms.Ruled;
import org.autograd.VmapFunctionForms.Scaled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every way to write a function whose context is filled after forward, alone and inside of {@link
 * Vmap} beside a loop of operators.
 */
class VmapFunctionFormsTest {
  @Test
  @Tag("FN-25")
  void contextIsSetUpAfterForward() {
    for (CustomFunction2<Tensor, Integer, Tensor> f : List.of(new Power(), powerOfLambdas())) {
      Tensor x = leaf(2);
      Tensor y = f.apply(x, 3);
      assertThat(y.gradFn().name()).isEqualTo("PowerBackward");
      assertThat(values(y)).containsExactly(8);
      y.backward();
      assertThat(values(x.grad())).containsExactly(12);
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor dual = ForwardAD.makeDual(constant(2), constant(10));
        assertThat(values(ForwardAD.unpackDual(f.apply(dual, 3)).tangent())).containsExactly(120);
      }
    }
    for (CustomFunction3<Tensor, Double, Tensor, Tensor> f :
        List.of(new Scaled(), scaledOfLambdas().backward(SCALED))) {
      Tensor x = leaf(2);
      Tensor w = leaf(3);
      Tensor y = f.apply(x, 5.0, w);
      assertThat(y.gradFn().name()).isEqualTo("ScaledBackward");
      assertThat(values(y)).containsExactly(30);
      y.backward();
      assertThat(values(x.grad())).containsExactly(15);
      assertThat(values(w.grad())).containsExactly(10);
    }
  }

  @Test
  @Tag("FN-25")
  void olderBasesSetUpTheirContextToo() {
    Tensor x = leaf(2);
    Tensor w = leaf(3);
    Tensor y = NestedScaled.of(x, w);
    assertThat(values(y)).containsExactly(7);
    y.backward();
    assertThat(values(x.grad())).containsExactly(3.5);
    assertThat(values(w.grad())).containsExactly(1);
    for (boolean inplace : new boolean[] {false, true}) {
      Tensor a = leaf(3);
      Tensor b = a.mul(1);
      Tensor c = new Doubled(inplace).apply(b);
      assertThat(c == b).isEqualTo(inplace);
      assertThat(values(c)).containsExactly(6);
      c.backward();
      assertThat(values(a.grad())).containsExactly(2);
    }
  }

  /** Compares a function, mapped over the rows of x with one w, with operators for each row. */
  private static void assertMaps(BinaryOperator<Tensor> function, BinaryOperator<Tensor> same) {
    VmapOptions rows = VmapOptions.DEFAULT.withInDims(0, null);
    Tensor x = numbers(4, 3).requiresGrad_();
    Tensor w = numbers(3).add(0.1).requiresGrad_();
    Tensor y = Vmap.vmap(function, rows).apply(x, w);
    List<Tensor> loop = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      loop.add(same.apply(x.get(i), w));
    }
    Tensor expected = Tensors.stack(loop, 0);
    assertClose(y, expected);
    Tensor g = numbers(4, 3).sin();
    List<Tensor> found = Autograd.grad(List.of(y), List.of(x, w), List.of(g), GradOptions.DEFAULT);
    List<Tensor> wanted =
        Autograd.grad(List.of(expected), List.of(x, w), List.of(g), GradOptions.DEFAULT);
    assertClose(found.get(0), wanted.get(0));
    assertClose(found.get(1), wanted.get(1));

    // The gradient inside: of each row's loss, with respect to its row.
    Tensor fixed = w.detach();
    UnaryOperator<Tensor> loss = row -> function.apply(row, fixed).square().sum();
    Tensor inside = Vmap.vmap(Functional.grad(loss)).apply(x.detach());
    for (int i = 0; i < 4; i++) {
      Tensor row = x.detach().get(i).clone().requiresGrad_();
      same.apply(row, fixed).square().sum().backward();
      assertClose(inside.get(i), row.grad());
    }
  }

  @Test
  @Tag("VMAP-08")
  void generatedRulesEqualALoop() {
    for (CustomFunction2<Tensor, Integer, Tensor> f : List.of(new Power(), powerOfLambdas())) {
      assertMaps((x, w) -> f.apply(x.mul(w), 3), (x, w) -> x.mul(w).mul(x).mul(w).mul(x).mul(w));
    }
    for (CustomFunction3<Tensor, Double, Tensor, Tensor> f :
        List.of(new Generated(), scaledOfLambdas().generateVmapRule().backward(SCALED))) {
      assertMaps((x, w) -> f.apply(x, 0.5, w), (x, w) -> x.mul(w).div(2));
    }
    assertMaps(NestedScaled::of, (x, w) -> x.mul(w).div(2).add(x.mul(2)));
    for (boolean inplace : new boolean[] {false, true}) {
      assertMaps(
          (x, w) -> new Doubled(inplace).apply(x.mul(w)).mul(x), (x, w) -> x.mul(w).mul(x).mul(2));
    }
  }

  @Test
  @Tag("VMAP-08")
  void generatedRulesPassTangentsOn() {
    for (CustomFunction2<Tensor, Integer, Tensor> f : List.of(new Power(), powerOfLambdas())) {
      UnaryOperator<Tensor> cube = x -> f.apply(x, 3);
      Tensor jacobians =
          Vmap.vmap(Functional.jacfwd(cube)).apply(Tensor.of(new double[] {1, 2, 3}, 3, 1));
      assertThat(values(jacobians)).containsExactly(3, 12, 27);
    }
  }

  @Test
  @Tag("VMAP-07")
  void ownRulesEqualALoop() {
    Ruled ruled = new Ruled();
    assertMaps((x, w) -> ruled.apply(x, 0.5, w), (x, w) -> x.mul(w).div(2));
    assertThat(ruled.dims).containsExactly(0, null, null);
    CustomFunction3<Tensor, Double, Tensor, Tensor> three =
        scaledOfLambdas()
            .vmap((info, dims, x, k, w) -> {
              assertThat(dims).containsExactly(0, null, null);
              return new CustomFunction.Batched<>(x.mul(w.mul(k)), List.of(0));
            })
            .backward(SCALED);
    assertMaps((x, w) -> three.apply(x, 0.5, w), (x, w) -> x.mul(w).div(2));
    CustomFunction2<Tensor, Integer, Tensor> two =
        CustomFunction2.<Tensor, Integer, Tensor>builder("Power")
            .forward(Tensor::pow, (ctx, x, n, y) -> {})
            .vmap(
                (info, dims, x, n) -> new CustomFunction.Batched<>(x.pow(n), List.of(dims.get(0))))
            .backward((ctx, g) -> null);
    assertMaps((x, w) -> two.apply(x.mul(w), 2), (x, w) -> x.mul(w).mul(x).mul(w));
    CustomFunction<Tensor, Tensor> one =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward(Tensor::square, (ctx, x, y) -> {})
            .vmap((info, dims, x) -> new CustomFunction.Batched<>(x.mul(x), dims))
            .backward((ctx, g) -> null);
    assertMaps((x, w) -> one.apply(x.mul(w)), (x, w) -> x.mul(w).mul(x).mul(w));
  }

  @Test
  @Tag("VMAP-06")
  void forwardThatFillsTheContextIsRefused() {
    class Nested extends NestedIOFunction<Tensor, Tensor> {
      @Override
      protected boolean generateVmapRule() {
        return true;
      }

      @Override
      protected Tensor forwardExtended(FunctionCtx ctx, Tensor in) {
        return in.mul(2);
      }

      @Override
      protected Tensor backwardExtended(FunctionCtx ctx, Tensor grads) {
        return grads;
      }
    }

    class Two extends CustomFunction2<Tensor, Double, Tensor> {
      @Override
      protected boolean generateVmapRule() {
        return true;
      }

      @Override
      protected Tensor forward(FunctionCtx ctx, Tensor x, Double k) {
        return x.mul(k);
      }
    }

    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(new Nested()::apply, x -> new Two().apply(x, 2.0))) {
      assertThatThrownBy(() -> Vmap.vmap(f).apply(constant(1, 2)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("setupContext");
    }
    assertThatThrownBy(() ->
            Vmap.vmap((UnaryOperator<Tensor>) x -> new Scaled().apply(x, 2.0, x))
                .apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Scaled")
        .hasMessageContaining("generateVmapRule");
  }

  @Test
  @Tag("VMAP-06")
  void ofOtherTransformsThoseThatMapRefuseIt() {
    CustomFunction<Tensor, Tensor> cube =
        CustomFunction.<Tensor, Tensor>named("Cube")
            .forward((ctx, x) -> {
              ctx.saveForBackward(x);
              ctx.saveForForward(x);
              return x.pow(3);
            })
            .jvp((ctx, t) -> CustomFunction.gradients(t[0].mul(ctx.saved(0).square()).mul(3)))
            .backward((ctx, g) -> CustomFunction.gradients(g[0].mul(ctx.saved(0).square()).mul(3)));
    Tensor x = constant(1, 2);
    UnaryOperator<Tensor> f = cube::apply;
    UnaryOperator<Tensor> loss = t -> cube.apply(t).sum();
    assertThat(values(Functional.grad(loss).apply(x))).containsExactly(3, 12);
    assertThat(values(Functional.jacrev(f).apply(x))).containsExactly(3, 0, 0, 12);
    Tensor v = constant(1, 10);
    assertThat(values(Functional.jvp(f, x, v).derivative())).containsExactly(3, 120);
    assertThat(values(Functional.hvp(loss, x, v).derivative())).containsExactly(6, 120);
    // These push all directions through the function at once.
    for (UnaryOperator<Tensor> mapping : List.of(Functional.jacfwd(f), Functional.hessian(loss))) {
      assertThatThrownBy(() -> mapping.apply(x))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("Cube")
          .hasMessageContaining("jacfwd")
          .hasMessageContaining("setupContext");
    }
  }

  @Test
  void missingPartsAreNamed() {
    CustomFunction2<Tensor, Tensor, Tensor> two = new CustomFunction2<>() {};
    assertThatThrownBy(() -> two.apply(leaf(1), leaf(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("forward(first, second)");
    CustomFunction3<Tensor, Tensor, Tensor, Tensor> three = new CustomFunction3<>() {};
    assertThatThrownBy(() -> three.apply(leaf(1), leaf(1), leaf(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("forward(first, second, third)");
    NestedIOFunction<Tensor, Tensor> nested =
        new NestedIOFunction<>() {
          @Override
          protected Tensor backwardExtended(FunctionCtx ctx, Tensor grads) {
            return grads;
          }
        };
    assertThatThrownBy(() -> nested.apply(leaf(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("forwardExtended(in)");
  }
}
