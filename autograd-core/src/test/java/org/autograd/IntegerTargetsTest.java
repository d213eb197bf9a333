package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tensors whose dtype carries no gradients, changed in place with values that require grad. */
class IntegerTargetsTest {
  private static final List<DType> DTYPES =
      List.of(DType.INT64, DType.INT32, DType.UINT8, DType.BOOL);

  /** No history, no grad, and one change more than before. */
  private static void staysConstant(Tensor t, int version) {
    assertThat(t.requiresGrad()).as("%s requires grad", t.dtype()).isFalse();
    assertThat(t.gradFn()).isNull();
    assertThat(t.isLeaf()).isTrue();
    assertThat(t.version()).isEqualTo(version);
  }

  @Test
  @Tag("GRAPH-02")
  void copyFromALeafLeavesThemConstant() {
    for (DType dtype : DTYPES) {
      Tensor y = Tensor.zeros(dtype, 2);
      y.copy_(leaf(1.5, 2));
      staysConstant(y, 1);
      double[] expected = dtype == DType.BOOL ? new double[] {1, 1} : new double[] {1, 2};
      assertThat(values(y)).containsExactly(expected);
    }
  }

  @Test
  @Tag("GRAPH-02")
  @Tag("GRAPH-04")
  void fillWithALeafLeavesThemConstant() {
    for (DType dtype : DTYPES) {
      Tensor y = Tensor.zeros(dtype, 2);
      y.fill_(scalarLeaf(1));
      staysConstant(y, 1);
      assertThat(values(y)).containsExactly(1, 1);
      assertThatThrownBy(() -> y.requiresGrad_())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("floating point");
    }
  }

  @Test
  @Tag("GRAPH-02")
  void changeOfAViewLeavesItsBaseConstant() {
    for (DType dtype : DTYPES) {
      Tensor y = Tensor.zeros(dtype, 2);
      Tensor before = y.select(0, 0);
      Tensor view = y.select(0, 0);
      view.copy_(scalarLeaf(1));
      for (Tensor t : List.of(y, before, view, y.select(0, 1))) {
        staysConstant(t, 1);
      }
      assertThat(values(y)).containsExactly(1, 0);
      y.set(scalarLeaf(1), Index.at(1));
      staysConstant(y, 2);
      assertThat(values(y)).containsExactly(1, 1);
    }
  }

  @Test
  @Tag("GRAPH-02")
  void viewThatMustNotGetAHistoryMayBeChanged() {
    Tensor y = Tensor.zeros(DType.INT64, 2);
    y.unbind(0).get(0).copy_(scalarLeaf(3));
    GradMode.noGrad(() -> y.select(0, 1)).copy_(scalarLeaf(4));
    staysConstant(y, 2);
    assertThat(values(y)).containsExactly(3, 4);
  }

  @Test
  @Tag("GRAPH-02")
  void graphOfTheSourceIsNotHeldUp() {
    Tensor x = leaf(1.5, 2);
    Tensor h = x.mul(2);
    Tensor y = Tensor.zeros(DType.INT64, 2);
    y.copy_(h);
    h.mul(y).sum().backward();
    // y is 3, 4 and constant.
    assertThat(values(x.grad())).containsExactly(6, 8);
  }

  @Test
  void copyFromADualLeavesThemWithoutATangent() {
    try (Scope level = ForwardAD.dualLevel()) {
      Tensor y = Tensor.zeros(DType.INT64, 2);
      y.copy_(ForwardAD.makeDual(constant(1, 2), constant(3, 4)));
      assertThat(values(y)).containsExactly(1, 2);
      assertThat(tangent(y)).isNull();
    }
  }
}
