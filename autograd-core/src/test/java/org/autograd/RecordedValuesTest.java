package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node keeps what its formula needs and nothing else. */
class RecordedValuesTest {
  private static final Tensor C = constant(10, 20, 30);

  /**
   * Operations on a vector of three elements that need nothing of it, with the gradient of the sum
   * of their result.
   */
  private static Map<UnaryOperator<Tensor>, double[]> keepNoOperand() {
    Map<UnaryOperator<Tensor>, double[]> ops = new LinkedHashMap<>();
    double[] ones = {1, 1, 1};
    double[] second = {0, 1, 0};
    ops.put(a -> a.add(C), ones);
    ops.put(a -> C.add(a), ones);
    ops.put(a -> a.add(5), ones);
    ops.put(a -> a.add(a), new double[] {2, 2, 2});
    ops.put(a -> C.add(a, 4), new double[] {4, 4, 4});
    ops.put(a -> a.sub(C), ones);
    ops.put(a -> C.sub(a), new double[] {-1, -1, -1});
    ops.put(a -> a.sub(5.5), ones);
    ops.put(Tensor::neg, new double[] {-1, -1, -1});
    ops.put(Tensor::sum, ones);
    ops.put(a -> a.sum(0), ones);
    ops.put(a -> a.sum(0, true), ones);
    ops.put(Tensor::clone, ones);
    ops.put(a -> a.indexSelect(0, Tensor.of(1L)), second);
    ops.put(a -> a.gather(0, Tensor.of(1L, 1L)), new double[] {0, 2, 0});
    ops.put(a -> a.index(List.of(Tensor.of(1L))), second);
    ops.put(a -> a.index(List.of(Tensor.of(false, true, false))), second);
    ops.put(a -> a.maskedSelect(Tensor.of(false, true, false)), second);
    return ops;
  }

  /**
   * Indexing that gives views; an in-place change while gradients are recorded is another matter
   * for them.
   */
  private static Map<UnaryOperator<Tensor>, double[]> viewsKeepNoOperand() {
    Map<UnaryOperator<Tensor>, double[]> ops = new LinkedHashMap<>();
    ops.put(a -> a.select(0, 1), new double[] {0, 1, 0});
    ops.put(a -> a.slice(0, 0, 3, 2), new double[] {1, 0, 1});
    ops.put(a -> a.narrow(0, 1, 2), new double[] {0, 1, 1});
    ops.put(a -> a.unbind(0).get(1), new double[] {0, 1, 0});
    ops.put(a -> a.reshape(3, 1), new double[] {1, 1, 1});
    return ops;
  }

  @Test
  @Tag("GRAPH-13")
  void laterChangeOfAnOperandThatIsNotKeptDoesNotMatter() {
    keepNoOperand()
        .forEach((op, expected) -> {
          Tensor x = leaf(1, 2, 3);
          Tensor a = x.mul(1);
          Tensor result = op.apply(a);
          a.mul_(-3);
          result.sum().backward();
          assertThat(values(x.grad())).containsExactly(expected);
        });
  }

  @Test
  @Tag("GRAPH-13")
  void laterHiddenChangeOfAnOperandThatIsNotKeptDoesNotMatter() {
    Map<UnaryOperator<Tensor>, double[]> all = keepNoOperand();
    all.putAll(viewsKeepNoOperand());
    all.forEach((op, expected) -> {
      Tensor x = leaf(1, 2, 3);
      Tensor a = x.mul(1);
      for (Tensor operand : List.of(x, a)) {
        x.setGrad(null);
        // Summed before the change: a view read after it would get its history anew from its base.
        Tensor sum = op.apply(operand).sum();
        GradMode.noGrad(() -> operand.fill_(-3));
        sum.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
        assertThat(values(x.grad())).containsExactly(expected);
      }
    });
  }

  /** Applies an operation that owns its result to an operand nobody else knows. */
  private static WeakReference<Object> operandOf(
      UnaryOperator<Tensor> op, Tensor x, List<Tensor> kept) {
    Tensor a = x.mul(1);
    kept.add(op.apply(a));
    return Garbage.memory(a);
  }

  @Test
  @Tag("GRAPH-13")
  void operandThatIsNotKeptIsCollectable() {
    Tensor x = leaf(1, 2, 3);
    List<Tensor> results = new ArrayList<>();
    List<WeakReference<Object>> operands = new ArrayList<>();
    keepNoOperand().keySet().forEach(op -> operands.add(operandOf(op, x, results)));
    assertThat(Garbage.collected(operands.toArray(WeakReference[]::new))).isTrue();
    assertThat(results).allMatch(Tensor::requiresGrad);

    WeakReference<Object> needed = operandOf(Tensor::sin, x, results);
    System.gc();
    assertThat(needed.get()).isNotNull();
    results.get(results.size() - 1).sum().backward();
    assertThat(values(x.grad())).containsExactly(Math.cos(1), Math.cos(2), Math.cos(3));
  }

  @Test
  @Tag("GRAPH-13")
  void operandIsKeptOnlyForAnInputThatNeedsAGradient() {
    Tensor x = leaf(1, 2, 3);
    Tensor c = constant(4, 5, 6);
    Tensor product = x.mul(c);
    GradMode.noGrad(() -> x.fill_(-3));
    product.sum().backward();
    assertThat(values(x.grad())).containsExactly(4, 5, 6);

    Tensor again = x.mul(c);
    c.fill_(0);
    assertThatThrownBy(() -> again.sum().backward())
        .isInstanceOf(InplaceModificationException.class);
    Tensor y = x.mul(1);
    Tensor sine = y.sin();
    y.mul_(2);
    assertThatThrownBy(() -> sine.sum().backward())
        .isInstanceOf(InplaceModificationException.class);
  }
}
