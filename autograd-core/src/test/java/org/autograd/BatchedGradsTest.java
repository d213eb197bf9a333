package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several gradients of outputs propagated at once. */
@ExtendWith(UnderScheduler.class)
class BatchedGradsTest {
  private static final GradOptions BATCHED = GradOptions.DEFAULT.withGradsBatched(true);

  private static Tensor of(long[] sizes, double... values) {
    return Tensor.of(values, sizes);
  }

  private static long[] sizes(long... sizes) {
    return sizes;
  }

  private static Tensor numbers(long... sizes) {
    int n = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    double[] all = new double[n];
    Arrays.setAll(all, i -> Math.sin(3.7 * i + 0.4) * 2);
    return Tensor.of(all, sizes);
  }

  /** Compares with a loop over the gradients; the function is recorded anew for each. */
  private static void assertLikeLoop(UnaryOperator<Tensor> f, Tensor x, int batch) {
    Tensor input = x.clone().requiresGrad_();
    Tensor output = f.apply(input);
    long[] all = new long[output.dim() + 1];
    all[0] = batch;
    System.arraycopy(output.sizes(), 0, all, 1, output.dim());
    Tensor grads = numbers(all);
    Tensor found = Autograd.grad(List.of(output), List.of(input), List.of(grads), BATCHED).get(0);
    List<Tensor> loop = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      Tensor own = x.clone().requiresGrad_();
      loop.add(
          Autograd.grad(
                  List.of(f.apply(own)),
                  List.of(own),
                  List.of(grads.select(0, b)),
                  GradOptions.DEFAULT)
              .get(0));
    }
    Tensor expected = Tensors.stack(loop, 0);
    assertThat(found.sizes()).isEqualTo(expected.sizes());
    assertThat(values(found)).containsExactly(values(expected), within(1e-12));
  }

  @Test
  @Tag("VMAP-01")
  void dimensionZeroOfEachGradientCountsTheBatch() {
    Tensor x = of(sizes(2, 2), 1, 2, 3, 4).requiresGrad_();
    Tensor out = x.clone();
    Tensor batch = of(sizes(3, 2, 2), 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
    List<Tensor> found = Autograd.grad(List.of(out), List.of(x), List.of(batch), BATCHED);
    assertThat(found.get(0).sizes()).containsExactly(3, 2, 2);
    assertThat(values(found.get(0))).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("VMAP-01")
  void severalOutputsAndInputs() {
    Tensor x = leaf(2, 3);
    Tensor y = scalarLeaf(5);
    List<Tensor> outputs = List.of(x.mul(y), x.square().sum());
    List<Tensor> grads = List.of(of(sizes(2, 2), 1, 0, 0, 10), constant(1, 100));
    List<Tensor> found = Autograd.grad(outputs, List.of(x, y), grads, BATCHED);
    // d/dx: y g1 + 2 x g2; d/dy: x . g1
    assertThat(found.get(0).sizes()).containsExactly(2, 2);
    assertThat(values(found.get(0))).containsExactly(5 + 4, 6, 400, 50 + 600);
    assertThat(found.get(1).sizes()).containsExactly(2);
    assertThat(values(found.get(1))).containsExactly(2, 30);
  }

  @Test
  @Tag("VMAP-02")
  void scalarOutputTakesAVector() {
    Tensor x = leaf(1, 2, 3);
    Tensor out = x.square().sum();
    Tensor found =
        Autograd.grad(List.of(out), List.of(x), List.of(constant(1, 10)), BATCHED).get(0);
    assertThat(found.sizes()).containsExactly(2, 3);
    assertThat(values(found)).containsExactly(2, 4, 6, 20, 40, 60);
    Tensor again = x.square().sum();
    assertThatThrownBy(() ->
            Autograd.grad(List.of(again), List.of(x), List.of(of(sizes(2, 1), 1, 10)), BATCHED))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[2, 1]")
        .hasMessageContaining("[]");
  }

  @Test
  @Tag("VMAP-03")
  void otherDimensionsMustBeThoseOfTheOutput() {
    Tensor x = leaf(1, 2);
    Tensor out = x.mul(2);
    for (Tensor bad : List.of(constant(1, 2), of(sizes(3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9))) {
      assertThatThrownBy(() -> Autograd.grad(List.of(out), List.of(x), List.of(bad), BATCHED))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("gradient 0")
          .hasMessageContaining(Arrays.toString(bad.sizes()))
          .hasMessageContaining("isGradsBatched")
          .hasMessageContaining("dimension 0");
    }
    assertThatThrownBy(() ->
            Autograd.grad(
                List.of(out, x.mul(3)), List.of(x), List.of(numbers(2, 2), numbers(3, 2)), BATCHED))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("gradient 1")
        .hasMessageContaining("3")
        .hasMessageContaining("2");
    // Nothing ran: the graph is still there.
    assertThat(
            values(Autograd.grad(List.of(out), List.of(x), List.of(numbers(1, 2)), BATCHED).get(0)))
        .hasSize(2);
  }

  @Test
  void allGradientsMustBeGiven() {
    Tensor x = leaf(1, 2);
    Tensor out = x.sum();
    for (List<Tensor> grads :
        Arrays.asList(null, Collections.<Tensor>singletonList(null), List.<Tensor>of())) {
      assertThatThrownBy(() -> Autograd.grad(List.of(out), List.of(x), grads, BATCHED))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("isGradsBatched");
    }
  }

  @Test
  void formulasOfAllKindsTakeBatches() {
    Tensor x = numbers(3, 4);
    assertLikeLoop(t -> t.sin().mul(t), x, 3);
    assertLikeLoop(t -> t.mm(t.t()).exp(), x.mul(0.3), 2);
    assertLikeLoop(t -> t.prod(), x, 3);
    assertLikeLoop(t -> t.mul(of(sizes(4), 0, 1, 0, 2)).prod(1), x, 3);
    assertLikeLoop(t -> t.add(t.sum(0)).amax(1), x, 2);
    assertLikeLoop(t -> t.softmax(1), x, 2);
    assertLikeLoop(t -> t.cumsum(1).sort(0).values(), x, 2);
    assertLikeLoop(t -> t.index(List.of(Tensor.of(0L, 2L, 2L))), x, 2);
    assertLikeLoop(t -> t.expand(2, 3, 4), x, 2);
    assertLikeLoop(t -> t.logsumexp(new int[] {1}, false), x, 2);
    assertLikeLoop(t -> t.to(DType.FLOAT32).mul(2), x, 2);
  }

  @Test
  void changedViewsTakeBatches() {
    UnaryOperator<Tensor> f =
        t -> {
          Tensor y = t.mul(2);
          y.get(1).mul_(t.get(0));
          y.select(1, 0).copy_(t.select(1, 1));
          return y.sin();
        };
    assertLikeLoop(f, numbers(3, 4), 3);
  }

  @Test
  void unbindAndOtherSeveralResultsFillMissingGradients() {
    UnaryOperator<Tensor> f = t -> t.unbind(0).get(1).mul(t.sort(1).values().get(0));
    assertLikeLoop(f, numbers(3, 4), 2);
  }

  @Test
  void emptyBatch() {
    Tensor x = leaf(1, 2);
    Tensor found =
        Autograd.grad(
                List.of(x.mul(x)), List.of(x), List.of(Tensor.zeros(DType.FLOAT64, 0, 2)), BATCHED)
            .get(0);
    assertThat(found.sizes()).containsExactly(0, 2);
  }

  @Test
  void unusedInputs() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3);
    List<Tensor> grads = List.of(numbers(4, 2));
    assertThatThrownBy(() -> Autograd.grad(List.of(x.mul(2)), List.of(x, y), grads, BATCHED))
        .isInstanceOf(AutogradException.class);
    assertThat(
            Autograd.grad(List.of(x.mul(2)), List.of(x, y), grads, BATCHED.withAllowUnused(true))
                .get(1))
        .isNull();
    Tensor zeros =
        Autograd.grad(List.of(x.mul(2)), List.of(x, y), grads, BATCHED.withMaterializeGrads(true))
            .get(1);
    assertThat(zeros.sizes()).containsExactly(4, 1);
    assertThat(values(zeros)).containsOnly(0);
  }

  @Test
  void resultsAreDifferentiable() {
    Tensor x = leaf(2, 3);
    Tensor grads = of(sizes(2, 2), 1, 0, 0, 1).requiresGrad_();
    Tensor jacobian =
        Autograd.grad(List.of(x.pow(3)), List.of(x), List.of(grads), BATCHED.withCreateGraph(true))
            .get(0);
    assertThat(values(jacobian)).containsExactly(12, 0, 0, 27);
    // sum of 3 x^2 g: by x 6 x, by g 3 x^2.
    List<Tensor> second = Autograd.grad(List.of(jacobian.sum()), List.of(x, grads));
    assertThat(values(second.get(0))).containsExactly(12, 18);
    assertThat(values(second.get(1))).containsExactly(12, 27, 12, 27);
  }

  @Test
  void hooksAndCustomFunctionsSeeSingleGradients() {
    List<long[]> seen = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    y.registerHook(g -> {
      seen.add(g.sizes());
      return g.mul(10);
    });
    CustomFunction<Tensor, Tensor> reversed =
        CustomFunction.<Tensor, Tensor>named("Reversed")
            .forward((ctx, t) -> t.indexSelect(0, Tensor.of(1L, 0L)))
            .backward((ctx, g) -> {
              seen.add(g[0].sizes());
              return CustomFunction.gradients(g[0].indexSelect(0, Tensor.of(1L, 0L)));
            });
    Tensor out = reversed.apply(y);
    Tensor found =
        Autograd.grad(List.of(out), List.of(x), List.of(of(sizes(3, 2), 1, 2, 3, 4, 5, 6)), BATCHED)
            .get(0);
    assertThat(seen).hasSize(2).allSatisfy(s -> assertThat(s).containsExactly(2));
    assertThat(values(found)).containsExactly(40, 20, 80, 60, 120, 100);
  }

  @Test
  void functionsThatAreDifferentiableOnceRefuseTheSecondTime() {
    class Once extends CustomFunction<Tensor, Tensor> {
      @Override
      protected Tensor forward(FunctionCtx ctx, Tensor t) {
        ctx.saveForBackward(t);
        return t.square();
      }

      @Override
      @OnceDifferentiable
      protected Tensor[] backward(FunctionCtx ctx, Tensor[] g) {
        return gradients(g[0].mul(ctx.saved(0)).mul(2));
      }
    }

    Tensor x = leaf(1, 2);
    Tensor grads = of(sizes(2, 2), 1, 0, 0, 1).requiresGrad_();
    Tensor found =
        Autograd.grad(
                List.of(new Once().apply(x)),
                List.of(x),
                List.of(grads),
                BATCHED.withCreateGraph(true))
            .get(0);
    assertThat(values(found)).containsExactly(2, 0, 0, 4);
    assertThat(found.requiresGrad()).isTrue();
    assertThatThrownBy(() -> found.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Once");
  }

  @Test
  void insideAMappedFunctionOverTensorsFromOutside() {
    Tensor x = leaf(1, 2);
    Tensor y = x.pow(2);
    UnaryOperator<Tensor> products =
        v ->
            Autograd.grad(List.of(y), List.of(x), List.of(v), BATCHED.withRetainGraph(true)).get(0);
    Tensor all = Vmap.vmap(products).apply(of(sizes(2, 1, 2), 1, 0, 0, 1));
    assertThat(all.sizes()).containsExactly(2, 1, 2);
    assertThat(values(all)).containsExactly(2, 0, 0, 4);
  }

  @Test
  void retainedGradientsCannotBeBatches() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    y.retainGrad();
    assertThatThrownBy(
            () -> Autograd.grad(List.of(y.mul(3)), List.of(x), List.of(numbers(2, 2)), BATCHED))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("retainGrad");
    assertThat(y.grad()).isNull();
  }

  @Test
  void whatAHookKeepsOfABatchCannotBeUsedAfterwards() {
    Tensor x = leaf(1, 2);
    Tensor[] kept = new Tensor[1];
    x.registerHook(g -> {
      kept[0] = g;
      return null;
    });
    Autograd.grad(List.of(x.mul(3)), List.of(x), List.of(numbers(2, 2)), BATCHED);
    assertThatThrownBy(() -> kept[0].mul(2))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap");
  }

  @Test
  void anomalyDetectionLooksIntoBatches() {
    Tensor x = leaf(0, 1);
    try (Scope scope = AnomalyMode.detectAnomaly()) {
      Tensor y = x.sqrt().mul(0);
      assertThatThrownBy(
              () -> Autograd.grad(List.of(y), List.of(x), List.of(numbers(2, 2)), BATCHED))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("NaN");
    }
  }

  @Test
  void handMadeNodesTakeBatches() {
    Tensor x = leaf(1, 2);
    Tensor y = recorded(constant(3, 4), g -> new Tensor[] {g[0].mul(2)}, x);
    Tensor found = Autograd.grad(List.of(y), List.of(x), List.of(numbers(2, 2)), BATCHED).get(0);
    assertThat(values(found)).containsExactly(values(numbers(2, 2).mul(2)));
  }
}
