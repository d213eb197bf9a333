package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HostAccessTest {
  private static final class MadeBackward0 extends Node {
    MadeBackward0() {
      super(ThreadState.current());
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      return new Tensor[0];
    }
  }

  private static Tensor leaf(double... values) {
    return Tensor.of(values).requiresGrad_();
  }

  private static Tensor nonLeaf() {
    Tensor t = Tensor.of(1.0, 2.0);
    Raw.edge(t, new Edge(new MadeBackward0(), 0));
    return t;
  }

  /** Columns of a 2 by 3 matrix: the elements 1, 4, 2, 5, 3, 6 of 1 to 6, from offset 1. */
  private static Tensor transposed() {
    Tensor base = Tensor.of(0f, 1f, 2f, 3f, 4f, 5f, 6f);
    Layout columns = Layout.of(new long[] {3, 2}, new long[] {1, 3}, 1);
    return Raw.alias(Raw.storage(base), columns, DType.FLOAT32);
  }

  @Test
  void arraysAreCopiesInRowMajorOrder() {
    assertThat(HostAccess.toFloatArray(transposed())).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(HostAccess.toDoubleArray(transposed())).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(HostAccess.toLongArray(transposed())).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(HostAccess.toIntArray(transposed())).containsExactly(1, 4, 2, 5, 3, 6);
    float[] data = {1, 2};
    HostAccess.toFloatArray(Tensor.wrap(data))[0] = 7;
    assertThat(data).containsExactly(1, 2);
  }

  @Test
  @Tag("GRAPH-16")
  void oneElementIsReadAsANumberAlsoWhenItRequiresGrad() {
    assertThat(HostAccess.item(leaf(2.5))).isEqualTo(2.5);
    assertThat(HostAccess.itemLong(Tensor.scalar(1L << 62))).isEqualTo(1L << 62);
    assertThat(HostAccess.itemLong(Tensor.scalar(-2.9))).isEqualTo(-2);
    assertThat(HostAccess.itemBoolean(Tensor.scalar(true))).isTrue();
    assertThatThrownBy(() -> HostAccess.item(leaf(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("item", "[2]");
    assertThatThrownBy(() -> HostAccess.item(Tensor.zeros(0)))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("GRAPH-16")
  void theArrayBehindAGradRequiringTensorIsNotHandedOut() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> HostAccess.doubleArray(x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("detach()");
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, false);
    try {
      assertThat(HostAccess.doubleArray(x)).containsExactly(1, 2);
    } finally {
      state.mode = before;
    }
    assertThat(HostAccess.toDoubleArray(x)).containsExactly(1, 2);
  }

  @Test
  void theArrayBehindATensorIsTheWrappedOne() {
    float[] data = {1, 2};
    assertThat(HostAccess.floatArray(Tensor.wrap(data))).isSameAs(data);
    assertThatThrownBy(() -> HostAccess.floatArray(Tensor.of(1.0)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("float64", "float32", "to(FLOAT32)");
  }

  @Test
  @Tag("GRAPH-17")
  void deepCopyOfALeafTakesFlagAndGradient() {
    Tensor x = leaf(1, 2);
    x.setGrad(Tensor.of(7.0, 8.0));
    Tensor copy = HostAccess.deepCopy(x);
    assertThat(copy.isLeaf()).isTrue();
    assertThat(copy.requiresGrad()).isTrue();
    assertThat(HostAccess.toDoubleArray(copy)).containsExactly(1, 2);
    assertThat(HostAccess.toDoubleArray(copy.grad())).containsExactly(7, 8);
    HostAccess.doubleArray(x.grad())[0] = 0;
    assertThat(HostAccess.toDoubleArray(copy.grad())).containsExactly(7, 8);
    assertThat(Raw.array(copy)).isNotSameAs(Raw.array(x));
    assertThat(HostAccess.deepCopy(Tensor.of(1.0)).requiresGrad()).isFalse();
  }

  @Test
  @Tag("GRAPH-17")
  void deepCopyOfANonLeafIsRefused() {
    assertThatThrownBy(() -> HostAccess.deepCopy(nonLeaf()))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("deepCopy", "MadeBackward0", "clone()");
    Tensor x = leaf(1, 2);
    x.setGrad(nonLeaf());
    assertThatThrownBy(() -> HostAccess.deepCopy(x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("its gradient");
  }

  @Test
  void printingANonLeafNamesItsNode() {
    assertThat(Printer.format(nonLeaf()))
        .isEqualTo("tensor([1., 2.], dtype=float64, grad_fn=<MadeBackward0>)");
  }
}
