package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.expanded;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.slices;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import java.util.Arrays;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoftmaxesTest {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void softmaxAndItsGradientHoldForEachSlice(DType dtype) {
    Tensor t = random(dtype, 1, 3, 4, 5);
    Tensor grad = random(dtype, 2, 3, 4, 5);
    for (Tensor self : arrangements(t)) {
      for (int dim = 0; dim < 3; dim++) {
        Tensor y = Softmaxes.softmax(self, dim);
        Tensor log = Softmaxes.logSoftmax(self, dim - 3);
        List<double[]> x = slices(self, dim);
        List<double[]> g = slices(grad, dim);
        for (Tensor up : arrangements(grad)) {
          Tensor back = Softmaxes.softmaxBackward(up, y, dim);
          Tensor logBack = Softmaxes.logSoftmaxBackward(up, log, dim);
          for (int i = 0; i < x.size(); i++) {
            double[] e = Arrays.stream(x.get(i)).map(Math::exp).toArray();
            double total = Arrays.stream(e).sum();
            double sum = Arrays.stream(g.get(i)).sum();
            double dot = 0;
            for (int j = 0; j < e.length; j++) {
              dot += g.get(i)[j] * e[j] / total;
            }
            for (int j = 0; j < e.length; j++) {
              double p = e[j] / total;
              assertThat(slices(y, dim).get(i)[j]).isCloseTo(p, within(1e-6));
              assertThat(slices(log, dim).get(i)[j]).isCloseTo(Math.log(p), within(1e-6));
              assertThat(slices(back, dim).get(i)[j])
                  .isCloseTo(p * (g.get(i)[j] - dot), within(1e-5));
              assertThat(slices(logBack, dim).get(i)[j])
                  .isCloseTo(g.get(i)[j] - p * sum, within(1e-5));
            }
          }
        }
        assertThat(Raw.dtype(y)).isEqualTo(dtype);
      }
    }
  }

  @Test
  void extremeInputsDoNotOverflow() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(values(Softmaxes.softmax(vector(1000, 1000), 0))).containsExactly(0.5, 0.5);
    assertThat(values(Softmaxes.softmax(vector(0, -inf), 0))).containsExactly(1, 0);
    assertThat(values(Softmaxes.logSoftmax(vector(0, -inf), 0))).containsExactly(0, -inf);
    assertThat(values(Softmaxes.logSoftmax(vector(-1000, 0), 0))).containsExactly(-1000, 0);
    assertThat(values(Softmaxes.softmax(vector(-inf, -inf), 0))).containsOnly(Double.NaN);
  }

  @Test
  void scalarsEmptyAndExpandedTensorsWork() {
    assertThat(values(Softmaxes.softmax(scalar(DType.FLOAT32, 3), 0))).containsExactly(1);
    assertThat(values(Softmaxes.logSoftmax(scalar(DType.FLOAT32, 3), -1))).containsExactly(0);
    assertThat(shape(Softmaxes.softmax(of(DType.FLOAT64, sizes(2, 0)), 1))).containsExactly(2, 0);
    assertThat(shape(Softmaxes.softmax(of(DType.FLOAT64, sizes(0, 2)), 1))).containsExactly(0, 2);
    assertThat(values(Softmaxes.softmax(expanded(vector(0, 0), 4, 2), 0))).containsOnly(0.25);
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(() -> Softmaxes.softmax(random(DType.INT64, 1, 2), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("softmax", "int64", "FLOAT32");
    assertThatThrownBy(() -> Softmaxes.logSoftmax(vector(1, 2), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("logSoftmax", "dimension 1");
    assertThatThrownBy(() -> Softmaxes.softmaxBackward(vector(1, 2), vector(1, 2, 3), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[2]", "[3]");
  }
}
