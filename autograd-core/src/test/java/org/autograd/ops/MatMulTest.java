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
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatMulTest {
  private static final Scalar ONE = Scalar.of(1);

  private static double[] product(double[] a, double[] b, int batches, int m, int k, int n) {
    double[] c = new double[batches * m * n];
    for (int i = 0; i < batches; i++) {
      for (int r = 0; r < m; r++) {
        for (int col = 0; col < n; col++) {
          for (int p = 0; p < k; p++) {
            c[(i * m + r) * n + col] += a[(i * m + r) * k + p] * b[(i * k + p) * n + col];
          }
        }
      }
    }
    return c;
  }

  private static void same(Tensor result, double[] expected, DType dtype) {
    double[] got = values(result);
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      double want = Arranged.in(dtype, expected[i]);
      assertThat(got[i]).isCloseTo(want, within(1e-4));
    }
    assertThat(Raw.dtype(result)).isEqualTo(dtype);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void productsTakeAnyStrides(DType dtype) {
    Tensor x = random(dtype, 1, 5, 7);
    Tensor y = random(dtype, 2, 7, 6);
    Tensor add = random(dtype, 3, 5, 6);
    double[] xy = product(values(x), values(y), 1, 5, 7, 6);
    for (Tensor a : arrangements(x)) {
      for (Tensor b : arrangements(y)) {
        same(MatMul.mm(a, b), xy, dtype);
        for (Tensor c : arrangements(add)) {
          double[] plain = xy.clone();
          double[] scaled = xy.clone();
          for (int i = 0; i < plain.length; i++) {
            plain[i] = 2 * values(c)[i] + xy[i];
            scaled[i] = 2 * values(c)[i] + 3 * xy[i];
          }
          same(MatMul.addmm(c, a, b, Scalar.of(2), ONE), plain, dtype);
          same(MatMul.addmm(c, a, b, Scalar.of(2), Scalar.of(3)), scaled, dtype);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void stackedMatricesAndVectorsMultiply(DType dtype) {
    Tensor x = random(dtype, 4, 3, 4, 5);
    Tensor y = random(dtype, 5, 3, 5, 2);
    for (Tensor a : arrangements(x)) {
      for (Tensor b : arrangements(y)) {
        same(MatMul.bmm(a, b), product(values(x), values(y), 3, 4, 5, 2), dtype);
      }
    }
    Tensor m = random(dtype, 6, 4, 5);
    Tensor v = random(dtype, 7, 5);
    for (Tensor a : arrangements(m)) {
      for (Tensor b : arrangements(v)) {
        same(MatMul.mv(a, b), product(values(m), values(v), 1, 4, 5, 1), dtype);
        assertThat(shape(MatMul.mv(a, b))).containsExactly(4);
        same(MatMul.dot(b, v), product(values(v), values(v), 1, 1, 5, 1), dtype);
        assertThat(shape(MatMul.dot(b, v))).isEmpty();
      }
    }
  }

  @Test
  void largeStackedProductsAreRight() {
    Tensor a = random(DType.FLOAT32, 8, 6, 40, 50);
    Tensor b = random(DType.FLOAT32, 9, 6, 50, 30);
    same(MatMul.bmm(a, b), product(values(a), values(b), 6, 40, 50, 30), DType.FLOAT32);
  }

  @Test
  void expandedOperandsMultiply() {
    Tensor a = expanded(vector(1, 2, 3), 2, 3);
    Tensor b = expanded(of(DType.FLOAT64, sizes(3, 1), 1, 2, 3), 3, 4);
    assertThat(values(MatMul.mm(a, b))).containsOnly(14).hasSize(8);
    Tensor x = expanded(a, 5, 2, 3);
    Tensor y = expanded(b, 5, 3, 4);
    assertThat(values(MatMul.bmm(x, y))).containsOnly(14).hasSize(40);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void aStackSharesOneMatrix(DType dtype) {
    for (int rows : new int[] {1, 4}) {
      for (int columns : new int[] {1, 2}) {
        Tensor left = random(dtype, 4, rows, 5);
        Tensor right = random(dtype, 5, 5, columns);
        for (Tensor x : arrangements(random(dtype, 6, 3, rows, 5))) {
          for (Tensor shared : arrangements(right)) {
            Tensor y = expanded(shared, 3, 5, columns);
            same(MatMul.bmm(x, y), product(values(x), values(y), 3, rows, 5, columns), dtype);
          }
        }
        for (Tensor y : arrangements(random(dtype, 7, 3, 5, columns))) {
          for (Tensor shared : arrangements(left)) {
            Tensor x = expanded(shared, 3, rows, 5);
            same(MatMul.bmm(x, y), product(values(x), values(y), 3, rows, 5, columns), dtype);
          }
        }
      }
    }
  }

  @Test
  void emptyProductsAreZeros() {
    assertThat(values(MatMul.mm(of(DType.FLOAT32, sizes(2, 0)), of(DType.FLOAT32, sizes(0, 3)))))
        .containsExactly(new double[6]);
    assertThat(shape(MatMul.mm(of(DType.FLOAT32, sizes(0, 2)), random(DType.FLOAT32, 1, 2, 3))))
        .containsExactly(0, 3);
    assertThat(values(MatMul.dot(vector(), vector()))).containsExactly(0);
    Tensor bias = vector(1, 2, 3);
    Tensor empty = of(DType.FLOAT64, sizes(2, 0));
    assertThat(values(MatMul.addmm(bias, empty, of(DType.FLOAT64, sizes(0, 3)), ONE, ONE)))
        .containsExactly(1, 2, 3, 1, 2, 3);
    assertThat(values(MatMul.linear(empty, of(DType.FLOAT64, sizes(3, 0)), bias)))
        .containsExactly(1, 2, 3, 1, 2, 3);
  }

  @Test
  void addmmBroadcastsAndDoesNotReadWhatItMultipliesByZero() {
    Tensor a = of(DType.FLOAT32, sizes(2, 2), 1, 2, 3, 4);
    Tensor eye = of(DType.FLOAT32, sizes(2, 2), 1, 0, 0, 1);
    Tensor column = of(DType.FLOAT32, sizes(2, 1), 10, 20);
    assertThat(values(MatMul.addmm(column, a, eye, ONE, ONE))).containsExactly(11, 12, 23, 24);
    assertThat(values(MatMul.addmm(scalar(DType.FLOAT32, 5), a, eye, Scalar.of(2), ONE)))
        .containsExactly(11, 12, 13, 14);
    Tensor nan = scalar(DType.FLOAT32, Double.NaN);
    assertThat(values(MatMul.addmm(nan, a, eye, Scalar.of(0), Scalar.of(2))))
        .containsExactly(2, 4, 6, 8);
  }

  @Test
  void linearMapsTheLastDimension() {
    Tensor w = random(DType.FLOAT64, 1, 3, 4);
    Tensor bias = vector(10, 20, 30);
    Tensor x = random(DType.FLOAT64, 2, 2, 5, 4);
    for (Tensor input : arrangements(x)) {
      for (Tensor weight : arrangements(w)) {
        double[] y = values(MatMul.linear(input, weight, bias));
        for (int i = 0; i < 30; i++) {
          double want = values(bias)[i % 3];
          for (int p = 0; p < 4; p++) {
            want += values(x)[i / 3 * 4 + p] * values(w)[i % 3 * 4 + p];
          }
          assertThat(y[i]).isCloseTo(want, within(1e-12));
        }
        assertThat(shape(MatMul.linear(input, weight, null))).containsExactly(2, 5, 3);
      }
    }
    Tensor row = vector(1, 2, 3, 4);
    Tensor ones = expanded(of(DType.FLOAT64, sizes(1, 1), 1), 3, 4);
    assertThat(values(MatMul.linear(row, ones, bias))).containsExactly(20, 30, 40);
    assertThat(shape(MatMul.linear(row, ones, bias))).containsExactly(3);
    Tensor dots = MatMul.linear(x, row, scalar(DType.FLOAT64, 1));
    assertThat(shape(dots)).containsExactly(2, 5);
    assertThat(shape(MatMul.linear(row, row, null))).isEmpty();
    assertThat(values(MatMul.linear(row, row, null))).containsExactly(30);
  }

  @Test
  void operandsThatDoNotFitAreRefused() {
    Tensor a = random(DType.FLOAT32, 1, 2, 3);
    Tensor b = random(DType.FLOAT32, 1, 4, 5);
    assertThatThrownBy(() -> MatMul.mm(a, b))
        .isInstanceOf(AutogradException.class)
        .hasMessage("mm: self [2, 3] and mat2 [4, 5] cannot be multiplied: 3 columns meet 4 rows");
    assertThatThrownBy(() -> MatMul.mm(a, random(DType.FLOAT64, 1, 3, 5)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mm", "float32", "float64", "to(");
    assertThatThrownBy(() -> MatMul.mm(a, vector(DType.FLOAT32, 1, 2, 3)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mat2", "2 dimensions", "[3]");
    assertThatThrownBy(() -> MatMul.mv(a, vector(DType.FLOAT32, 1, 2)))
        .hasMessageContainingAll("mv", "3 columns meet 2 elements");
    assertThatThrownBy(() -> MatMul.dot(vector(1, 2), vector(1)))
        .hasMessageContainingAll("dot", "2 elements meet 1 elements");
    assertThatThrownBy(
            () -> MatMul.bmm(random(DType.FLOAT32, 1, 2, 2, 3), random(DType.FLOAT32, 1, 3, 3, 2)))
        .hasMessageContainingAll("bmm", "2 and 3 matrices");
    assertThatThrownBy(() -> MatMul.mm(random(DType.BOOL, 1, 2, 2), random(DType.BOOL, 1, 2, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mm", "bool");
    Tensor square = random(DType.FLOAT32, 1, 3, 3);
    assertThatThrownBy(() -> MatMul.addmm(random(DType.FLOAT32, 1, 4), square, square, ONE, ONE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("addmm", "[4]", "[3, 3]");
    Tensor ints = random(DType.INT32, 1, 3, 3);
    assertThatThrownBy(() -> MatMul.addmm(ints, ints, ints, Scalar.of(0.5), ONE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("addmm", "beta", "0.5", "int32");
    assertThatThrownBy(() -> MatMul.linear(a, b, null))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("linear", "[2, 3]", "3 features", "[4, 5]", "takes 5");
    assertThatThrownBy(() -> MatMul.linear(a, square, vector(DType.FLOAT32, 1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("linear", "[2]", "[3]");
  }
}
