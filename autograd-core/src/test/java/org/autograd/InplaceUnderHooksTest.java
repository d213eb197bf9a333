package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.graph.Node;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators in place while saved-tensor hooks are in force, which can fail. */
class InplaceUnderHooksTest {
  private static final UnaryOperator<Tensor> SAME = t -> t;

  private static final class Full extends RuntimeException {}

  /** Packs a number of tensors and then fails. */
  private static UnaryOperator<Tensor> failsAfter(int packed) {
    AtomicInteger left = new AtomicInteger(packed);
    return t -> {
      if (left.getAndDecrement() == 0) {
        throw new Full();
      }
      return t;
    };
  }

  static Stream<Named<Consumer<Tensor>>> operators() {
    Tensor exponent = leaf(2, 3);
    return Stream.of(
        Named.of("exp_", Tensor::exp_),
        Named.of("expm1_", Tensor::expm1_),
        Named.of("tanh_", Tensor::tanh_),
        Named.of("sigmoid_", Tensor::sigmoid_),
        Named.of("relu_", Tensor::relu_),
        Named.of("sqrt_", Tensor::sqrt_),
        Named.of("rsqrt_", Tensor::rsqrt_),
        Named.of("reciprocal_", Tensor::reciprocal_),
        Named.of("tan_", Tensor::tan_),
        Named.of("pow_", t -> t.pow_(exponent)),
        Named.of("mul_", t -> t.mul_(exponent)),
        Named.of("sin_", Tensor::sin_));
  }

  /** Runs the operator with hooks that fail after 0, 1, 2 … packed tensors, until they suffice. */
  private static void failAtEachPack(Tensor base, Tensor changed, Consumer<Tensor> operator) {
    int failures = 0;
    while (true) {
      double[] values = values(base);
      int version = base.version();
      Node baseFn = base.gradFn();
      Node fn = changed.gradFn();
      try (Scope scope = Graph.savedTensorsHooks(failsAfter(failures), SAME)) {
        operator.accept(changed);
        break;
      } catch (Full e) {
        failures++;
      }
      assertThat(values(base)).containsExactly(values);
      assertThat(base.version()).isEqualTo(version);
      assertThat(base.gradFn()).isSameAs(baseFn);
      assertThat(changed.gradFn()).isSameAs(fn);
    }
    assertThat(failures).isPositive();
    assertThat(base.version()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void failedPackLeavesTheTensorAsItWas(Consumer<Tensor> operator) {
    Tensor t = leaf(0.25, 0.5).mul(1);
    failAtEachPack(t, t, operator);
    Tensor expected = constant(0.25, 0.5);
    GradMode.noGrad(() -> operator.accept(expected));
    assertThat(values(t)).containsExactly(values(expected));
  }

  @ParameterizedTest
  @MethodSource("operators")
  void failedPackLeavesTheBaseOfAViewAsItWas(Consumer<Tensor> operator) {
    Tensor base = leaf(0.25, 8, 0.5, 9).mul(1);
    failAtEachPack(base, base.get(Index.slice(0, 4, 2)), operator);
    Tensor expected = constant(0.25, 0.5);
    GradMode.noGrad(() -> operator.accept(expected));
    double[] e = values(expected);
    assertThat(values(base)).containsExactly(e[0], 8, e[1], 9);
  }

  @Test
  void gradientsOfAllOrdersAreThoseWithoutHooks() {
    Tensor a = scalarLeaf(2);
    Tensor b;
    try (Scope scope = Graph.savedTensorsHooks(SAME, SAME)) {
      b = a.mul(3);
      b.exp_();
    }
    Tensor first = Autograd.grad(b, a, GradOptions.DEFAULT.withCreateGraph(true));
    assertThat(first.item()).isCloseTo(3 * Math.exp(6), within(1e-9));
    assertThat(Autograd.grad(first, a).item()).isCloseTo(9 * Math.exp(6), within(1e-9));
  }

  @Test
  void gradientsThroughAChangedViewAreThoseWithoutHooks() {
    Tensor a = leaf(1, 2);
    Tensor base;
    try (Scope scope = Graph.savedTensorsHooks(SAME, SAME)) {
      base = a.mul(1);
      base.get(1).exp_();
    }
    Tensor loss = base.get(0).mul(base.get(1));
    Tensor first = Autograd.grad(loss, a, GradOptions.DEFAULT.withCreateGraph(true));
    assertThat(values(first)[0]).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(values(first)[1]).isCloseTo(Math.exp(2), within(1e-12));
    Tensor second = Autograd.grad(first.sum(), a);
    assertThat(values(second)[0]).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(values(second)[1]).isCloseTo(2 * Math.exp(2), within(1e-12));
  }

  @Test
  void whatWasPackedDoesNotChangeWithTheTensor() {
    Tensor a = scalarLeaf(0);
    Tensor b = a.mul(1);
    Graph.savedTensorsHooks(SAME, SAME, () -> b.exp_());
    b.mul_(5);
    b.backward();
    assertThat(a.grad().item()).isEqualTo(5);
  }

  /** Changes tensors and views in place by operators that save their results. */
  private static Tensor chain(Tensor x) {
    Tensor h = x.mul(0.5);
    h.exp_();
    Tensor k = h.add(0.1);
    k.get(Index.slice(0, 3, 2)).tanh_();
    Tensor m = k.mul(2);
    m.get(1).sigmoid_();
    return m.mul(x).sum();
  }

  @Test
  void allKindsOfHooksGiveTheGradientsWithoutHooks(@TempDir Path dir) {
    double[] at = {0.3, 0.7, 1.1};
    Tensor plain = leaf(at);
    chain(plain).backward();
    double step = 1e-6;
    for (int i = 0; i < at.length; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += step;
      down[i] -= step;
      double slope = (chain(constant(up)).item() - chain(constant(down)).item()) / (2 * step);
      assertThat(values(plain.grad())[i]).isCloseTo(slope, within(1e-8));
    }
    List<UnaryOperator<Tensor>> kinds =
        List.of(
            x -> Graph.saveOnCpu(false, () -> chain(x)),
            x -> Graph.saveOnCpu(true, () -> chain(x)),
            x -> Graph.saveToDisk(dir, () -> chain(x)),
            x -> Graph.savedTensorsHooks(Tensor::clone, SAME, () -> chain(x)),
            x -> Checkpoint.checkpoint(CheckpointOptions.NON_REENTRANT, () -> chain(x)),
            x -> Checkpoint.checkpoint(CheckpointOptions.REENTRANT, t -> chain(t), x));
    for (UnaryOperator<Tensor> kind : kinds) {
      Tensor x = leaf(at);
      kind.apply(x).backward();
      assertThat(values(x.grad())).containsExactly(values(plain.grad()));
    }
    Tensor x = leaf(at);
    Graph.allowMutationOnSavedTensors(() -> chain(x).backward());
    assertThat(values(x.grad())).containsExactly(values(plain.grad()));
  }

  @Test
  void withoutHooksTheResultIsSavedWithoutACopy() {
    Tensor b = leaf(1, 2).mul(1);
    b.exp_();
    Tensor saved = b.gradFn().saved().get("result");
    assertThat(Raw.storage(saved)).isSameAs(Raw.storage(b));
    b.mul_(2);
    assertThatThrownBy(() -> b.sum().backward()).isInstanceOf(InplaceModificationException.class);
  }
}
