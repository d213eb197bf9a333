package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** View operators that work in place, inside a mapped function. */
class BatchedInplaceViewsTest {
  private static final UnaryOperator<Tensor> TRANSPOSED =
      x -> {
        Tensor y = x.mul(1);
        assertThat(y.t_()).isSameAs(y);
        assertThat(y.sizes()).containsExactly(3, 2);
        y.get(0).mul_(10);
        return y.unsqueeze_(0).mul(1);
      };

  private static Tensor batch() {
    return Tensor.arange(12).to(DType.FLOAT64).view(2, 2, 3);
  }

  @Test
  void theyChangeEachElementOfTheBatch() {
    Tensor result = Vmap.vmap(TRANSPOSED).apply(batch());
    assertThat(result.sizes()).containsExactly(2, 1, 3, 2);
    assertThat(values(result)).containsExactly(0, 30, 1, 4, 2, 5, 60, 90, 7, 10, 8, 11);
  }

  @Test
  void theyAreRecorded() {
    Tensor x = leaf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Tensor result = Vmap.vmap(TRANSPOSED).apply(x.view(2, 2, 3));
    result.sum().backward();
    assertThat(values(x.grad())).containsExactly(10, 1, 1, 10, 1, 1, 10, 1, 1, 10, 1, 1);
  }

  @Test
  void theyTakeTangentsAlong() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = ForwardAD.makeDual(batch(), batch());
      Tensor result = Vmap.vmap(TRANSPOSED).apply(dual);
      assertThat(TestTensors.tangent(result))
          .containsExactly(0, 30, 1, 4, 2, 5, 60, 90, 7, 10, 8, 11);
      Tensor inside =
          Vmap.vmap(
                  (Tensor x) -> {
                    Tensor made = ForwardAD.makeDual(x.mul(1), x);
                    made.squeeze_(0).unsqueeze_(1);
                    return ForwardAD.unpackDual(made.mul(2)).tangent();
                  })
              .apply(constant(1, 2, 3, 4).view(2, 1, 2));
      assertThat(inside.sizes()).containsExactly(2, 2, 1);
      assertThat(values(inside)).containsExactly(2, 4, 6, 8);
    }
  }

  @Test
  void resizingIsRefused() {
    assertThatThrownBy(() -> Vmap.vmap((Tensor x) -> x.mul(1).resize_(7)).apply(batch()))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap");
  }
}
