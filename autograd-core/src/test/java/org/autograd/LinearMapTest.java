package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@link Functional#linearize} and {@link Functional#pullback}: one run, many products. */
class LinearMapTest {
  @Test
  void linearMapsDoNotRunTheFunctionAgain() {
    int[] runs = {0};
    UnaryOperator<Tensor> f =
        t -> {
          runs[0]++;
          return t.pow(3).mul(t.get(0));
        };
    Tensor x = constant(2, 3);
    var forward = Functional.linearize(f, x);
    var back = Functional.pullback(f, x);
    assertThat(runs[0]).isEqualTo(2);
    assertThat(values(forward.value())).containsExactly(16, 54);
    assertThat(values(back.value())).containsExactly(16, 54);
    // J = [[32, 0], [27, 54]]
    for (int i = 0; i < 3; i++) {
      assertThat(values(forward.derivative().apply(constant(1, 0)))).containsExactly(32, 27);
      assertThat(values(forward.derivative().apply(constant(1, 10)))).containsExactly(32, 567);
      assertThat(values(back.derivative().apply(constant(1, 0)))).containsExactly(32, 0);
      assertThat(values(back.derivative().apply(constant(1, 10)))).containsExactly(302, 540);
    }
    assertThat(runs[0]).isEqualTo(2);
    assertThatThrownBy(() -> forward.derivative().apply(constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("linearize: v 0");
    assertThatThrownBy(() -> back.derivative().apply(constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("pullback: v 0");
  }

  @Test
  void linearMapsOfSeveralTensors() {
    TensorFunction f =
        in -> List.of(in.get(0).mul(in.get(1)), constant(9), in.get(0).sum(), Tensor.of(3L));
    List<Tensor> at = List.of(constant(2, 3), constant(5, 7));
    var forward = Functional.linearize(f, at);
    List<Tensor> moved = forward.derivative().apply(List.of(constant(1, 10), constant(100, 1000)));
    assertThat(values(moved.get(0))).containsExactly(205, 3070);
    assertThat(values(moved.get(1))).containsExactly(0);
    assertThat(values(moved.get(2))).containsExactly(11);
    assertThat(values(moved.get(3))).containsExactly(0);
    TensorFunction g = in -> f.apply(in).subList(0, 3);
    List<Tensor> pulled =
        Functional.pullback(g, at)
            .derivative()
            .apply(
                List.of(constant(1, 10), constant(1), Tensor.of(new double[] {100}, new long[0])));
    assertThat(values(pulled.get(0))).containsExactly(105, 170);
    assertThat(values(pulled.get(1))).containsExactly(2, 30);
  }

  @Test
  void recordingIsAskedForWhenALinearMapIsApplied() {
    Tensor x = leaf(2);
    var back = Functional.pullback(t -> t.square(), x);
    Tensor pulled = back.derivative().apply(constant(1));
    assertThat(values(Autograd.grad(pulled, x))).containsExactly(2);
    try (Scope scope = GradMode.noGrad()) {
      assertThat(back.derivative().apply(constant(1)).requiresGrad()).isFalse();
      assertThat(Functional.linearize(t -> t.square(), x).derivative().apply(null).requiresGrad())
          .isFalse();
    }
  }
}
