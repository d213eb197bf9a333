package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions with a backward of their own inside of {@link Vmap}, beside loops over the samples. */
@ExtendWith(UnderScheduler.class)
class VmapFunctionTest {
  /** x^3; saves the derivative, which is computed in forward. */
  static final class Cube extends Function<Tensor, List<Tensor>> {
    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected List<Tensor> forward(Tensor x) {
      return List.of(x.pow(3), x.square().mul(3));
    }

    @Override
    protected void setupContext(FunctionCtx ctx, Tensor x, List<Tensor> output) {
      ctx.saveForBackward(x, output.get(1));
      ctx.saveForForward(x, output.get(1));
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(1)).add(g[1].mul(ctx.saved(0)).mul(6)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      return gradients(t[0].mul(ctx.saved(1)), t[0].mul(ctx.saved(0)).mul(6));
    }

    static Tensor of(Tensor x) {
      return new Cube().apply(x).get(0);
    }
  }

  /** The normalised rows times a weight: reduces over dimension 0 of an element. */
  static final class Weighted extends Function<Weighted.In, Tensor> {
    record In(Tensor x, double k, Tensor w) {}

    @Override
    protected boolean generateVmapRule() {
      return true;
    }

    @Override
    protected Tensor forward(In in) {
      return in.x().sum(0).mul(in.w()).mul(in.k());
    }

    @Override
    protected void setupContext(FunctionCtx ctx, In in, Tensor output) {
      ctx.saveForBackward(in.x(), in.w());
      ctx.saveForForward(in.x(), in.w());
      ctx.put("k", in.k());
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      Tensor x = ctx.saved(0);
      Tensor scaled = g[0].mul(ctx.get("k", Double.class));
      return gradients(
          scaled.mul(ctx.saved(1)).unsqueeze(0).expand(x.sizes()), null, scaled.mul(x.sum(0)));
    }

    @Override
    protected Tensor[] jvp(FunctionCtx ctx, Tensor[] t) {
      Tensor product = t[0].sum(0).mul(ctx.saved(1)).add(ctx.saved(0).sum(0).mul(t[2]));
      return gradients(product.mul(ctx.get("k", Double.class)));
    }

    static Tensor of(Tensor x, Tensor w) {
      return new Weighted().apply(new In(x, 0.5, w));
    }
  }

  /** The same by operators. */
  private static Tensor weighted(Tensor x, Tensor w) {
    return x.sum(0).mul(w).mul(0.5);
  }

  private static Tensor numbers(long... sizes) {
    double[] all = new double[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(all, i -> Math.cos(2.3 * i + 1) * 2);
    return Tensor.of(all, sizes);
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.sizes()).isEqualTo(expected.sizes());
    assertThat(values(actual)).containsExactly(values(expected), within(1e-12));
  }

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
      Tensor loop = Tensor.stack(rows, 0);
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
    Function<List<Tensor>, Tensor> shifted =
        Function.<List<Tensor>, Tensor>named("Shifted")
            .forward(in -> in.get(0).add(in.get(1)), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> Function.gradients(g[0], Tensor.of(7.0)));
    Tensor w = leaf(0);
    UnaryOperator<Tensor> f = t -> shifted.apply(List.of(t, w));
    Vmap.vmap(f).apply(Tensor.of(new double[] {1, 2, 3}, 3, 1)).sum().backward();
    assertThat(values(w.grad())).containsExactly(21);
  }

  @Test
  void gradientsMayBroadcastToTheArgument() {
    Function<Tensor, Tensor> wide =
        Function.<Tensor, Tensor>named("Wide")
            .forward(x -> x.expand(2, 3).clone(), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> g);
    Tensor x = Tensor.of(new double[] {1, 2}, 2, 1).requiresGrad_();
    UnaryOperator<Tensor> f = wide::apply;
    Vmap.vmap(f).apply(x).sum().backward();
    assertThat(values(x.grad())).containsExactly(6, 6);
    Function<Tensor, Tensor> wrong =
        Function.<Tensor, Tensor>named("Wrong")
            .forward(t -> t.sum(0), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> Function.gradients(constant(1, 2, 3)));
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
    Function<List<Tensor>, Tensor> f =
        Function.<List<Tensor>, Tensor>named("Straight")
            .forward(in -> in.get(1).mul(2), (ctx, in, out) -> ctx.saveForBackward(in.get(0)))
            .generateVmapRule()
            .backward((ctx, g) -> Function.gradients(g[0].mul(ctx.saved(0)), g[0].mul(2)));
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
    Function<Tensor, Tensor> doubled =
        new Function<>() {
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
    Function<Tensor, List<Tensor>> f =
        Function.<Tensor, List<Tensor>>named("Pass")
            .forward(
                x -> List.of(x, x.mul(3)), (ctx, in, out) -> ctx.markNonDifferentiable(out.get(1)))
            .generateVmapRule()
            .backward((ctx, g) -> {
              assertThat(g[1].sizes()).containsExactly(2);
              return Function.gradients(g[0].mul(5));
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
      Function<Tensor, List<Tensor>> f =
          Function.<Tensor, List<Tensor>>named("Two")
              .forward(
                  x -> List.of(x.mul(2), x.mul(3)),
                  (ctx, in, out) -> ctx.setMaterializeGrads(materialize))
              .generateVmapRule()
              .backward((ctx, g) -> {
                present.add(g[1] != null && g[1].dim() == 1);
                return Function.gradients(g[0].mul(2));
              });
      Tensor x = numbers(3, 2).requiresGrad_();
      Vmap.vmap((UnaryOperator<Tensor>) t -> f.apply(t).get(0)).apply(x).sum().backward();
      assertThat(values(x.grad())).containsOnly(2);
    }
    assertThat(present).containsExactly(true, false);
  }

  @Test
  void contextKeepsElements() {
    Function<Tensor, Tensor> f =
        Function.<Tensor, Tensor>named("Kept")
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
              return Function.gradients(
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

  /** a + b, by a rule of its own; notes what it was told. */
  static final class OwnRule extends Function<OwnRule.In, Tensor> {
    record In(Tensor a, String what, Tensor b) {}

    VmapInfo info;
    List<Integer> dims;
    boolean generates;

    @Override
    protected boolean generateVmapRule() {
      return generates;
    }

    @Override
    protected Tensor forward(In in) {
      return in.a().mul(in.b());
    }

    @Override
    protected void setupContext(FunctionCtx ctx, In in, Tensor output) {
      ctx.saveForBackward(in.a(), in.b());
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
      return gradients(g[0].mul(ctx.saved(1)), null, g[0].mul(ctx.saved(0)));
    }

    @Override
    protected Batched<Tensor> vmap(VmapInfo told, List<Integer> inDims, In in) {
      info = told;
      dims = inDims;
      Tensor a = inDims.get(0) == null ? in.a().unsqueeze(0) : in.a().transpose(inDims.get(0), 0);
      Tensor b = inDims.get(2) == null ? in.b().unsqueeze(0) : in.b().transpose(inDims.get(2), 0);
      return new Batched<>(apply(new In(a, in.what(), b)), List.of(0));
    }
  }

  @Test
  @Tag("VMAP-07")
  void ownRuleIsToldOfTheBatch() {
    OwnRule f = new OwnRule();
    Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    Tensor b = leaf(10, 100);
    UnaryOperator<Tensor> one = t -> f.apply(new OwnRule.In(t, "times", b));
    Tensor y =
        Vmap.vmap(one, VmapOptions.DEFAULT.withInDims(1).withRandomness(Randomness.SAME)).apply(a);
    assertThat(f.info.batchSize()).isEqualTo(3);
    assertThat(f.info.randomness()).isEqualTo(Randomness.SAME);
    assertThat(f.dims).containsExactly(1, null, null);
    assertThat(y.sizes()).containsExactly(3, 2);
    assertThat(values(y)).containsExactly(10, 400, 20, 500, 30, 600);
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(10, 10, 10, 100, 100, 100);
    assertThat(values(b.grad())).containsExactly(6, 15);
  }

  @Test
  @Tag("VMAP-07")
  void outDimsHaveTheFormOfTheResults() {
    abstract class Rule extends Function<Tensor, List<Tensor>> {
      @Override
      protected List<Tensor> forward(Tensor in) {
        throw new AssertionError("the rule is used");
      }
    }
    Function<Tensor, List<Tensor>> f =
        new Rule() {
          @Override
          protected Batched<List<Tensor>> vmap(VmapInfo info, List<Integer> dims, Tensor in) {
            return new Batched<>(List.of(in.mul(2).t(), Tensor.of(5.0)), Arrays.asList(-1, null));
          }
        };
    List<Tensor> out =
        Vmap.vmapAll(in -> f.apply(in.get(0)), VmapOptions.DEFAULT.withOutDims(0, null))
            .apply(List.of(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)));
    assertThat(out.get(0).sizes()).containsExactly(3, 2);
    assertThat(values(out.get(0))).containsExactly(2, 4, 6, 8, 10, 12);
    assertThat(out.get(1).item()).isEqualTo(5);
    for (List<Integer> bad : List.of(List.of(0), Arrays.asList(7, null), List.of(0, 0))) {
      Function<Tensor, List<Tensor>> wrong =
          new Rule() {
            @Override
            protected Batched<List<Tensor>> vmap(VmapInfo info, List<Integer> dims, Tensor in) {
              return new Batched<>(List.of(in, Tensor.of(5.0, 6)), bad);
            }
          };
      assertThatThrownBy(
              () -> Vmap.vmapAll(in -> wrong.apply(in.get(0))).apply(List.of(constant(1, 2, 3))))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("vmap");
    }
  }

  @Test
  @Tag("VMAP-05")
  void neitherOrBothRulesAreRefused() {
    class Neither extends Function<Tensor, Tensor> {
      @Override
      protected Tensor forward(Tensor in) {
        return in.mul(2);
      }
    }

    assertThat(new Neither().generateVmapRule()).isFalse();
    assertThatThrownBy(
            () -> Vmap.vmap((UnaryOperator<Tensor>) new Neither()::apply).apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Neither")
        .hasMessageContaining("generateVmapRule");
    OwnRule both = new OwnRule();
    both.generates = true;
    assertThatThrownBy(() ->
            Vmap.vmap((UnaryOperator<Tensor>) t -> both.apply(new OwnRule.In(t, "", t)))
                .apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("OwnRule")
        .hasMessageContaining("generateVmapRule");
    // Outside, and on what is not batched, no rule is needed.
    assertThat(values(new Neither().apply(constant(1)))).containsExactly(2);
    UnaryOperator<Tensor> unbatched = t -> t.add(new Neither().apply(constant(1)));
    assertThat(values(Vmap.vmap(unbatched).apply(Tensor.of(new double[] {1, 2}, 2, 1))))
        .containsExactly(3, 4);
  }

  @Test
  @Tag("VMAP-06")
  void forwardThatFillsTheContextIsRefused() {
    class Filled extends Function<Tensor, Tensor> {
      @Override
      protected boolean generateVmapRule() {
        return true;
      }

      @Override
      protected Tensor forward(FunctionCtx ctx, Tensor in) {
        ctx.saveForBackward(in);
        return in.mul(2);
      }
    }

    Function2<Tensor, Double, Tensor> two =
        Function2.of("Two", (ctx, x, k) -> x.mul(k), (ctx, g) -> Function.gradients(g[0], null));
    Function<Tensor, Tensor> lambda =
        Function.<Tensor, Tensor>named("Lambda")
            .forward((ctx, x) -> x)
            .generateVmapRule()
            .backward((ctx, g) -> g);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            new Filled()::apply, t -> two.apply(t, 2.0), lambda::apply)) {
      assertThatThrownBy(() -> Vmap.vmap(f).apply(constant(1, 2)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("setupContext");
    }
  }

  @Test
  void capturedBatchesMustBeArguments() {
    UnaryOperator<Tensor> f =
        t -> {
          Function<Tensor, Tensor> captures =
              Function.<Tensor, Tensor>named("Captures")
                  .forward(w -> w.mul(t), (ctx, in, out) -> {})
                  .generateVmapRule()
                  .backward((ctx, g) -> g);
          return captures.apply(leaf(1));
        };
    assertThatThrownBy(() -> Vmap.vmap(f).apply(Tensor.of(new double[] {1, 2}, 2, 1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Captures")
        .hasMessageContaining("argument");
  }

  @Test
  void randomNumbersInsideFollowTheOption() {
    Function<Tensor, Tensor> noisy =
        Function.<Tensor, Tensor>named("Noisy")
            .forward(x -> x.add(Tensor.randLike(x)), (ctx, in, out) -> {})
            .generateVmapRule()
            .backward((ctx, g) -> g);
    UnaryOperator<Tensor> f = noisy::apply;
    Tensor zeros = Tensor.zeros(DType.FLOAT64, 3, 2);
    assertThatThrownBy(() -> Vmap.vmap(f).apply(zeros)).isInstanceOf(AutogradException.class);
    Tensor same = Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(Randomness.SAME)).apply(zeros);
    assertThat(values(same.get(0))).containsExactly(values(same.get(1)));
    Tensor different =
        Vmap.vmap(f, VmapOptions.DEFAULT.withRandomness(Randomness.DIFFERENT)).apply(zeros);
    assertThat(values(different)).doesNotHaveDuplicates();
  }
}
