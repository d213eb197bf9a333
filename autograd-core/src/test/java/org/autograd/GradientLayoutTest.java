package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How the gradient of a leaf lies in memory. */
class GradientLayoutTest {
  private static Tensor transposedLeaf() {
    return Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).t().clone().requiresGrad_();
  }

  @Test
  void aTransposedLeafKeepsItsLayoutOverPassesWithCreateGraph() {
    for (boolean rowMajorGradientFirst : new boolean[] {false, true}) {
      Tensor x = transposedLeaf();
      assertThat(x.strides()).containsExactly(1, 3);
      for (int pass = 1; pass <= 3; pass++) {
        Tensor weights = Tensor.ones(TensorOptions.of(DType.FLOAT64), 3, 2);
        Tensor y = rowMajorGradientFirst ? weights.mul(x).mul(x) : x.mul(x);
        y.sum().backward(BackwardOptions.DEFAULT.withCreateGraph(true));
        assertThat(x.grad().strides()).as("pass " + pass).containsExactly(1, 3);
        assertThat(x.grad().toDoubleArray())
            .containsExactly(2 * pass, 8 * pass, 4 * pass, 10 * pass, 6 * pass, 12 * pass);
      }
    }
  }

  @Test
  void aTransposedLeafKeepsItsLayoutOverPlainPasses() {
    Tensor x = transposedLeaf();
    for (int pass = 1; pass <= 3; pass++) {
      x.mul(Tensor.ones(TensorOptions.of(DType.FLOAT64), 3, 2)).sum().backward();
      assertThat(x.grad().strides()).containsExactly(1, 3);
    }
  }
}
