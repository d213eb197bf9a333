package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;
import static org.autograd.VmapFunctions.assertClose;
import static org.autograd.VmapFunctions.numbers;
import static org.autograd.VmapFunctions.weighted;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.autograd.VmapFunctions.Cube;
import org.autograd.VmapFunctions.Weighted;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions with a backward of their own inside of {@link Vmap}, beside loops over the samples. */
@ExtendWith(UnderScheduler.class)
class VmapFunctionTest {
  @Test
  @Tag("VMAP-08")
  void cubeWithASavedDerivative() {
    Tensor x = leaf(1, 2, 3);
    Tensor y = Vmap.vmap((UnaryOperator<Tensor>) Cube::of).apply(x);
    assertThat(values(y)).containsExactly(1, 8, 27);
    y.backward(constant(1, 10, 100));
    assertThat(values(x.grad())).containsExactly(3, 120, 2700);
  }

  @Test
  @Tag("VMAP-08")
  void allPlacesOfBatchesEqualALoop() {
    Tensor xs = numbers(3, 4, 2);
    Tensor ws = numbers(4, 2);
    for (Integer[] dims : new Integer[][] {{1, 0}, {1, null}, {null, 0}, {-2, -2}}) {
      Tensor x = (dims[0] == null ? numbers(3, 2) : xs).clone().requiresGrad_();
      Tensor w = (dims[1] == null ? numbers(2) : ws).clone().requiresGrad_();
      BinaryOperator<Tensor> mapped =
          Vmap.vmap((BinaryOperator<Tensor>) Weighted::of, VmapOptions.DEFAULT.withInDims(dims));
      Tensor y = mapped.apply(x, w);
      List<Tensor> rows = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        rows.add(
            weighted(dims[0] == null ? x : x.select(1, i), dims[1] == null ? w : w.select(0, i)));
      }
      Tensor loop = Tensors.stack(rows, 0);
      assertClose(y, loop);
      Tensor g = numbers(4, 2);
      GradOptions graph = GradOptions.DEFAULT.withCreateGraph(true);
      List<Tensor> found = Autograd.grad(List.of(y), List.of(x, w), List.of(g), graph);
      List<Tensor> expected = Autograd.grad(List.of(loop), List.of(x, w), List.of(g), graph);
      assertClose(found.get(0), expected.get(0));
      assertClose(found.get(1), expected.get(1));
      // Second order: through the backward that ran inside of the level.
      Tensor one = found.get(0).square().sum().add(found.get(1).square().sum());
      Tensor other = expected.get(0).square().sum().add(expected.get(1).square().sum());
      List<Tensor> second = Autograd.grad(List.of(one), List.of(x, w));
      List<Tensor> secondLoop = Autograd.grad(List.of(other), List.of(x, w));
      assertClose(second.get(0), secondLoop.get(0));
      assertClose(second.get(1), secondLoop.get(1));
    }
  }

  @Test
  @Tag("VMAP-08")
  void nestedLevels() {
    Tensor x = numbers(2, 3, 4, 2).requiresGrad_();
    Tensor w = numbers(3, 2).requiresGrad_();
    BinaryOperator<Tensor> inner = Vmap.vmap((BinaryOperator<Tensor>) Weighted::of);
    BinaryOperator<Tensor> outer = Vmap.vmap(inner, VmapOptions.DEFAULT.withInDims(0, null));
    Tensor y = outer.apply(x, w);
    Tensor loop = x.sum(2).mul(w).mul(0.5);
    assertClose(y, loop);
    Tensor g = numbers(2, 3, 2);
    List<Tensor> found = Autograd.grad(List.of(y), List.of(x, w), List.of(g), GradOptions.DEFAULT);
    List<Tensor> expected =
        Autograd.grad(List.of(loop), List.of(x, w), List.of(g), GradOptions.DEFAULT);
    assertClose(found.get(0), expected.get(0));
    assertClose(found.get(1), expected.get(1));
  }

  @Test
  @Tag("VMAP-08")
  void derivativesInsideAndAroundMappedFunctions() {
    Tensor x = numbers(4, 3, 2);
    Tensor w = numbers(2);
    UnaryOperator<Tensor> loss = t -> Weighted.of(t, w.mul(t.get(0))).square().sum();
    UnaryOperator<Tensor> same = t -> weighted(t, w.mul(t.get(0))).square().sum();
    assertClose(
        Vmap.vmap(Functional.grad(loss)).apply(x), Vmap.vmap(Functional.grad(same)).apply(x));
    assertClose(
        Vmap.vmap(Functional.hessian(loss)).apply(x), Vmap.vmap(Functional.hessian(same)).apply(x));
    assertClose(
        Functional.grad((UnaryOperator<Tensor>) t -> Vmap.vmap(loss).apply(t).sum()).apply(x),
        Functional.grad((UnaryOperator<Tensor>) t -> Vmap.vmap(same).apply(t).sum()).apply(x));
    UnaryOperator<Tensor> vector = t -> Weighted.of(t, w.mul(t.get(0)));
    UnaryOperator<Tensor> sameVector = t -> weighted(t, w.mul(t.get(0)));
    assertClose(
        Vmap.vmap(Functional.jacrev(vector)).apply(x),
        Vmap.vmap(Functional.jacrev(sameVector)).apply(x));
    assertClose(
        Vmap.vmap(Functional.jacfwd(vector)).apply(x),
        Vmap.vmap(Functional.jacfwd(sameVector)).apply(x));
    assertClose(
        Functional.jacfwd(Vmap.vmap(vector)).apply(x),
        Functional.jacfwd(Vmap.vmap(sameVector)).apply(x));
    assertClose(
        Functional.jacrev(Vmap.vmap(vector)).apply(x),
        Functional.jacrev(Vmap.vmap(sameVector)).apply(x));
    assertClose(
        Vmap.vmap(Functional.jacfwd(Functional.jacrev(Cube::of))).apply(numbers(3, 2)),
        Vmap.vmap(Functional.hessian((UnaryOperator<Tensor>) t -> t.pow(3).sum()))
            .apply(numbers(3, 2))
            .unsqueeze(1)
            .mul(Tensor.of(new double[] {1, 0, 0, 1}, 2, 1, 2)));
  }

  @Test
  @Tag("VMAP-08")
  void argumentsThatAreTheSameForAllGetTheSumOfTheGradients() {
    // The gradient does not depend on the batch, yet each element has one.
    CustomFunction<List<Tensor>, Tensor> shifted =
        CustomFunction.<List<Tensor>, Tensor>named("Shifted")
            .forward(in -> in.get(0).add(in.get(1)), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> CustomFunction.gradients(g[0], Tensor.of(7.0)));
    Tensor w = leaf(0);
    UnaryOperator<Tensor> f = t -> shifted.apply(List.of(t, w));
    Vmap.vmap(f).apply(Tensor.of(new double[] {1, 2, 3}, 3, 1)).sum().backward();
    assertThat(values(w.grad())).containsExactly(21);
  }

  @Test
  void gradientsMayBroadcastToTheArgument() {
    CustomFunction<Tensor, Tensor> wide =
        CustomFunction.<Tensor, Tensor>named("Wide")
            .forward(x -> x.expand(2, 3).clone(), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> g);
    Tensor x = Tensor.of(new double[] {1, 2}, 2, 1).requiresGrad_();
    UnaryOperator<Tensor> f = wide::apply;
    Vmap.vmap(f).apply(x).sum().backward();
    assertThat(values(x.grad())).containsExactly(6, 6);
    CustomFunction<Tensor, Tensor> wrong =
        CustomFunction.<Tensor, Tensor>named("Wrong")
            .forward(t -> t.sum(0), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> CustomFunction.gradients(constant(1, 2, 3)));
    Tensor y = Vmap.vmap((UnaryOperator<Tensor>) wrong::apply).apply(numbers(2, 4).requiresGrad_());
    assertThatThrownBy(() -> y.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Wrong")
        .hasMessageContaining("[3]")
        .hasMessageContaining("[4]");
  }

  @Test
  void resultsThatDoNotDependOnTheBatchHaveAGradientForEachElement() {
    // The result is the weight alone; the gradient of x is g x, for each sample with its own g.
    CustomFunction<List<Tensor>, Tensor> f =
        CustomFunction.<List<Tensor>, Tensor>named("Straight")
            .forward(in -> in.get(1).mul(2), (ctx, in, out) -> ctx.saveForBackward(in.get(0)))
            .generateVmapRule()
            .backward((ctx, g) -> CustomFunction.gradients(g[0].mul(ctx.saved(0)), g[0].mul(2)));
    Tensor x = leaf(1, 2, 3);
    Tensor w = TestTensors.scalarLeaf(5);
    UnaryOperator<Tensor> one = t -> f.apply(List.of(t, w));
    Tensor y = Vmap.vmap(one).apply(x);
    assertThat(values(y)).containsExactly(10, 10, 10);
    y.backward(constant(1, 10, 100));
    assertThat(values(x.grad())).containsExactly(1, 20, 300);
    assertThat(w.grad().item()).isEqualTo(222);
  }

  @Test
  void changesInPlaceAreThoseOfTheElement() {
    CustomFunction<Tensor, Tensor> doubled =
        new CustomFunction<>() {
          @Override
          protected boolean generateVmapRule() {
            return true;
          }

          @Override
          protected Tensor forward(Tensor x) {
            return x.mul_(2);
          }

          @Override
          protected void setupContext(FunctionCtx ctx, Tensor in, Tensor output) {
            ctx.markDirty(in);
          }

          @Override
          protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
            return gradients(g[0].mul(2));
          }
        };
    Tensor x = leaf(1, 2, 3);
    UnaryOperator<Tensor> f =
        t -> {
          Tensor y = t.mul(1);
          Tensor z = doubled.apply(y);
          assertThat(z).isSameAs(y);
          return y.square();
        };
    Tensor y = Vmap.vmap(f).apply(x);
    assertThat(values(y)).containsExactly(4, 16, 36);
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(8, 16, 24);
  }

  @Test
  void argumentsReturnedAsTheyAreAndNonDifferentiableResults() {
    CustomFunction<Tensor, List<Tensor>> f =
        CustomFunction.<Tensor, List<Tensor>>named("Pass")
            .forward(
                x -> List.of(x, x.mul(3)), (ctx, in, out) -> ctx.markNonDifferentiable(out.get(1)))
            .generateVmapRule()
            .backward((ctx, g) -> {
              assertThat(g[1].sizes()).containsExactly(2);
              return CustomFunction.gradients(g[0].mul(5));
            });
    Tensor x = numbers(3, 2).requiresGrad_();
    List<Tensor> out = Vmap.vmapAll(in -> f.apply(in.get(0))).apply(List.of(x));
    assertThat(out.get(0).requiresGrad()).isTrue();
    assertThat(out.get(1).requiresGrad()).isFalse();
    assertClose(out.get(0), x);
    assertClose(out.get(1), x.mul(3));
    out.get(0).sum().backward();
    assertThat(values(x.grad())).containsOnly(5);
  }

  @Test
  void missingGradientsAreZerosOrNull() {
    List<Boolean> present = new ArrayList<>();
    for (boolean materialize : new boolean[] {true, false}) {
      CustomFunction<Tensor, List<Tensor>> f =
          CustomFunction.<Tensor, List<Tensor>>named("Two")
              .forward(
                  x -> List.of(x.mul(2), x.mul(3)),
                  (ctx, in, out) -> ctx.setMaterializeGrads(materialize))
              .generateVmapRule()
              .backward((ctx, g) -> {
                present.add(g[1] != null && g[1].dim() == 1);
                return CustomFunction.gradients(g[0].mul(2));
              });
      Tensor x = numbers(3, 2).requiresGrad_();
      Vmap.vmap((UnaryOperator<Tensor>) t -> f.apply(t).get(0)).apply(x).sum().backward();
      assertThat(values(x.grad())).containsOnly(2);
    }
    assertThat(present).containsExactly(true, false);
  }

  @Test
  void contextKeepsElements() {
    CustomFunction<Tensor, Tensor> f =
        CustomFunction.<Tensor, Tensor>named("Kept")
            .forward(
                x -> x.sum(0),
                (ctx, in, out) -> {
                  ctx.put("weights", in.mul(10));
                  ctx.saveForBackward(in.sin(), null, Tensor.of(3.0));
                })
            .generateVmapRule()
            .backward((ctx, g) -> {
              assertThat(ctx.savedTensors()).hasSize(3);
              assertThat(ctx.saved(1)).isNull();
              assertThat(ctx.saved(2).item()).isEqualTo(3);
              assertThatThrownBy(() -> ctx.saved(3)).hasMessageContaining("3");
              assertThatThrownBy(() -> ctx.saveForBackward()).hasMessageContaining("forward");
              return CustomFunction.gradients(
                  g[0].mul(ctx.get("weights", Tensor.class)).mul(ctx.saved(0)));
            });
    Tensor x = numbers(3, 2).requiresGrad_();
    Vmap.vmap((UnaryOperator<Tensor>) f::apply).apply(x).sum().backward();
    assertClose(x.grad(), x.mul(10).mul(x.sin()).detach());
  }

  @Test
  void savedTensorsAreCheckedAndFreed() {
    Tensor x = numbers(3, 2).requiresGrad_();
    Tensor y = x.mul(1);
    Tensor z = Vmap.vmap((UnaryOperator<Tensor>) Cube::of).apply(y);
    y.mul_(2);
    assertThatThrownBy(() -> z.sum().backward()).isInstanceOf(InplaceModificationException.class);
    Tensor again = Vmap.vmap((UnaryOperator<Tensor>) Cube::of).apply(x);
    again.sum().backward();
    assertThatThrownBy(() -> again.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("freed");
  }

  @Test
  void severalGradientsAtOnceThroughAMappedFunction() {
    Tensor x = numbers(3, 2).requiresGrad_();
    Tensor y = Vmap.vmap((UnaryOperator<Tensor>) Cube::of).apply(x);
    Tensor grads = numbers(4, 3, 2);
    Tensor found =
        Autograd.grad(
                List.of(y), List.of(x), List.of(grads), GradOptions.DEFAULT.withGradsBatched(true))
            .get(0);
    assertClose(found, grads.mul(x.square().mul(3)).detach());
    // The same inside of another mapped function that is still running.
    UnaryOperator<Tensor> jacobian = Functional.jacrev(Cube::of);
    Tensor all = Vmap.vmap(jacobian).apply(x.detach());
    assertClose(
        all, Vmap.vmap(Functional.jacrev((UnaryOperator<Tensor>) t -> t.pow(3))).apply(x.detach()));
  }
}
