package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Leaves that are made or changed while recording is off. */
class LeavesUnderNoGradTest {
  @Test
  @Tag("MODE-07")
  void factoriesMakeLeavesThatRequireGradUnderNoGrad() {
    TensorOptions wanted = TensorOptions.of(DType.FLOAT64).withRequiresGrad();
    List<Tensor> made =
        GradMode.noGrad(() ->
            List.of(
                Tensor.zeros(wanted, 2),
                Tensor.ones(wanted, 2),
                Tensor.empty(wanted, 2),
                Tensor.full(wanted, new long[] {2}, 1.5),
                Tensor.rand(wanted, 2),
                Tensor.randn(wanted, 2),
                Tensor.linspace(wanted, 0, 1, 2),
                Tensor.scalar(wanted, 2.0),
                Tensor.eye(wanted, 2, 2),
                Tensor.ofArray(wanted, new double[] {1, 2}),
                Tensor.onesLike(Tensor.zeros(2), wanted)));
    for (Tensor t : made) {
      assertThat(t.requiresGrad()).isTrue();
      assertThat(t.isLeaf()).isTrue();
      assertThat(t.gradFn()).isNull();
      t.mul(3).sum().backward();
      assertThat(values(t.grad())).containsOnly(3);
    }
  }

  @Test
  @Tag("MODE-08")
  void leafMayBeChangedUnderNoGradAndStaysALeaf() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> x.mul_(2)).isInstanceOf(AutogradException.class);
    assertThat(x.version()).isZero();
    Tensor y = leaf(10, 20);
    try (Scope scope = GradMode.noGrad()) {
      assertThat(x.mul_(2)).isSameAs(x);
      x.add_(y);
      x.select(0, 0).sub_(1);
    }
    assertThat(values(x)).containsExactly(11, 24);
    assertThat(x.version()).isEqualTo(3);
    assertThat(x.isLeaf()).isTrue();
    assertThat(x.requiresGrad()).isTrue();
    assertThat(x.gradFn()).isNull();
    x.mul(x).sum().backward();
    assertThat(values(x.grad())).containsExactly(22, 48);
  }

  @Test
  @Tag("MODE-09")
  void hiddenChangeOfASavedValueIsCaughtInBackward() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(3, 4);
    Tensor z = x.mul(y).sum();
    GradMode.noGrad(() -> x.mul_(2));
    assertThatThrownBy(z::backward)
        .isInstanceOf(InplaceModificationException.class)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("in place");
    assertThat(x.grad()).isNull();
    assertThat(y.grad()).isNull();
  }
}
