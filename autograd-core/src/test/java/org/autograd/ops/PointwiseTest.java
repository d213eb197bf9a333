package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.cpu.CpuThreads;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The generated loops against plain ones, in all dtypes, arrangements and lengths. */
class PointwiseTest {
  private static final int THREADS = CpuThreads.get();

  private record Binary(BinaryOperator<Tensor> op, DoubleBinaryOperator plain, boolean bool) {}

  private static final List<Binary> ARITHMETIC =
      List.of(
          new Binary(Pointwise::add, (a, b) -> a + b, false),
          new Binary(Pointwise::mul, (a, b) -> a * b, false),
          new Binary(Pointwise::maximum, Math::max, false),
          new Binary(Pointwise::minimum, Math::min, false),
          new Binary(Pointwise::lt, (a, b) -> a < b ? 1 : 0, true),
          new Binary(Pointwise::ge, (a, b) -> a >= b ? 1 : 0, true),
          new Binary(Pointwise::eq, (a, b) -> a == b ? 1 : 0, true),
          new Binary(Pointwise::logicalXor, (a, b) -> (a != 0) != (b != 0) ? 1 : 0, true));

  @AfterEach
  void restoreThreads() {
    CpuThreads.set(THREADS);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void binaryLoopsMatchPlainOnesInEveryArrangement(DType type) {
    Tensor a = Arranged.random(type, 1, 3, 5, 4);
    Tensor b = Arranged.random(type, 2, 3, 5, 4);
    for (Binary op : ARITHMETIC) {
      double[] x = Arranged.values(a);
      double[] y = Arranged.values(b);
      double[] expected = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        expected[i] = Arranged.in(op.bool ? DType.BOOL : type, op.plain.applyAsDouble(x[i], y[i]));
      }
      for (Tensor p : Arranged.arrangements(a)) {
        for (Tensor q : Arranged.arrangements(b)) {
          Tensor r = op.op.apply(p, q);
          assertThat(Raw.dtype(r)).isEqualTo(op.bool ? DType.BOOL : type);
          assertThat(Arranged.values(r)).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void operandsAreBroadcast(DType type) {
    Tensor a = Arranged.random(type, 3, 40, 1);
    Tensor b = Arranged.random(type, 4, 37);
    Tensor one = Arranged.random(type, 5);
    double[] x = Arranged.values(a);
    double[] y = Arranged.values(b);
    double z = Arranged.values(one)[0];
    double[] outer = new double[40 * 37];
    double[] left = new double[37];
    double[] right = new double[37];
    for (int j = 0; j < 37; j++) {
      for (int i = 0; i < 40; i++) {
        outer[i * 37 + j] = Arranged.in(type, x[i] * y[j]);
      }
      left[j] = z < y[j] ? 1 : 0;
      right[j] = y[j] < z ? 1 : 0;
    }
    assertThat(Arranged.values(Pointwise.mul(a, b))).isEqualTo(outer);
    assertThat(Arranged.values(Pointwise.lt(one, b))).isEqualTo(left);
    assertThat(Arranged.values(Pointwise.lt(b, one))).isEqualTo(right);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void rowsThatLieElsewhereThanTheResultsAreRead(DType type) {
    Tensor rows = Arranged.random(type, 6, 5, 37);
    Tensor row = Arranged.random(type, 7, 37);
    Tensor cut = Arranged.random(type, 8, 40).narrow(0, 2, 37);
    double[] x = Arranged.values(rows);
    for (Tensor other : List.of(row, cut)) {
      double[] y = Arranged.values(other);
      for (Binary op : ARITHMETIC) {
        DType result = op.bool ? DType.BOOL : type;
        double[] left = new double[x.length];
        double[] right = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          left[i] = Arranged.in(result, op.plain.applyAsDouble(x[i], y[i % 37]));
          right[i] = Arranged.in(result, op.plain.applyAsDouble(y[i % 37], x[i]));
        }
        assertThat(Arranged.values(op.op.apply(rows, other))).isEqualTo(left);
        assertThat(Arranged.values(op.op.apply(other, rows))).isEqualTo(right);
      }
    }
    assertThat(Arranged.values(rows)).isEqualTo(x);
    // The result is an operand: nothing of it may be overwritten before it is read.
    double[] y = Arranged.values(cut);
    double[] product = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      product[i] = Arranged.in(type, x[i] * y[i % 37]);
    }
    assertThat(Arranged.values(rows.clone().mul_(cut))).isEqualTo(product);
  }

  private static Tensor normal(DType type, int n, double scale) {
    Random random = new Random(n);
    return Arranged.vector(type, random.doubles(n, -scale, scale).toArray());
  }

  private static void near(UnaryOperator<Tensor> op, DoubleUnaryOperator plain, double scale) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double unit = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
      for (int n : new int[] {1, 2, 15, 16, 17, 31, 100, 1003}) {
        for (Tensor t : Arranged.arrangements(normal(type, n, scale))) {
          double[] x = Arranged.values(t);
          double[] y = Arranged.values(op.apply(t));
          for (int i = 0; i < n; i++) {
            double expected = plain.applyAsDouble(x[i]);
            assertThat(y[i])
                .as("at %s, %s", x[i], type)
                .isCloseTo(expected, within(4 * unit * Math.abs(expected) + 1e-300));
          }
        }
      }
    }
  }

  @Test
  void functionsAreAccurateInVectorAndScalarForm() {
    near(Pointwise::exp, Math::exp, 10);
    near(Pointwise::expm1, Math::expm1, 2);
    near(Pointwise::tanh, Math::tanh, 4);
    near(Pointwise::sin, Math::sin, 6);
    near(Pointwise::sigmoid, x -> 1 / (1 + Math.exp(-x)), 6);
    near(Pointwise::relu, x -> Math.max(x, 0), 3);
    near(x -> Pointwise.log(Pointwise.abs(x)), x -> Math.log(Math.abs(x)), 9);
    near(x -> Pointwise.rsqrt(Pointwise.square(x)), x -> Math.abs(1 / x), 9);
    near(x -> Pointwise.pow(Pointwise.abs(x), Scalar.of(1.7)), x -> Math.pow(Math.abs(x), 1.7), 3);
    near(x -> Pointwise.pow(x, Scalar.of(2)), x -> x * x, 3);
    near(x -> Pointwise.pow(x, Scalar.of(3)), x -> x * x * x, 3);
    near(
        x -> Pointwise.clamp(x, Scalar.of(-1), Scalar.of(0.5)),
        x -> Math.min(Math.max(x, -1), 0.5),
        3);
    near(Pointwise::round, Math::rint, 3);
    near(x -> Pointwise.reluBackward(x, Pointwise.neg(x)), x -> x < 0 ? x : 0, 3);
  }

  @Test
  void extremesOfFunctionsAreRight() {
    double inf = Double.POSITIVE_INFINITY;
    double[] x = new double[20];
    java.util.Arrays.fill(x, 1);
    x[3] = inf;
    x[4] = -inf;
    x[5] = Double.NaN;
    x[6] = 0;
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor t = Arranged.vector(type, x);
      double[] exp = Arranged.values(Pointwise.exp(t));
      assertThat(List.of(exp[3], exp[4], exp[5], exp[6]))
          .containsExactly(inf, 0.0, Double.NaN, 1.0);
      double[] log = Arranged.values(Pointwise.log(t));
      assertThat(List.of(log[3], log[4], log[5], log[6]))
          .containsExactly(inf, Double.NaN, Double.NaN, -inf);
      double[] tanh = Arranged.values(Pointwise.tanh(t));
      assertThat(List.of(tanh[3], tanh[4], tanh[5], tanh[6]))
          .containsExactly(1.0, -1.0, Double.NaN, 0.0);
      double[] sigmoid = Arranged.values(Pointwise.sigmoid(t));
      assertThat(List.of(sigmoid[3], sigmoid[4], sigmoid[5])).containsExactly(1.0, 0.0, Double.NaN);
      double[] sign = Arranged.values(Pointwise.sign(t));
      assertThat(List.of(sign[3], sign[4], sign[5])).containsExactly(1.0, -1.0, 0.0);
    }
  }

  @Test
  void nanWinsInMaximumMinimumAndClamp() {
    for (int n : new int[] {1, 40}) {
      double[] x = new double[n];
      x[0] = Double.NaN;
      Tensor t = Arranged.vector(x);
      Tensor zero = Arranged.vector(new double[n]);
      assertThat(Arranged.values(Pointwise.maximum(t, zero))[0]).isNaN();
      assertThat(Arranged.values(Pointwise.minimum(zero, t))[0]).isNaN();
      assertThat(Arranged.values(Pointwise.clamp(t, Scalar.of(0), Scalar.of(1)))[0]).isNaN();
      assertThat(Arranged.values(Pointwise.relu(t))[0]).isNaN();
      assertThat(Arranged.values(Pointwise.isnan(t))[0]).isEqualTo(1);
    }
  }

  @Test
  void divisionOfIntegersIsTrueDivision() {
    Tensor r =
        Pointwise.div(Arranged.vector(DType.INT64, 7, -7), Arranged.vector(DType.INT64, 2, 2));
    assertThat((float[]) Raw.array(r)).containsExactly(3.5f, -3.5f);
    Tensor b =
        Pointwise.div(Arranged.vector(DType.BOOL, 1, 0), Arranged.vector(DType.UINT8, 200, 200));
    assertThat((float[]) Raw.array(b)).containsExactly(0.005f, 0f);
  }

  @Test
  void integersStayIntegersWithIntegerNumbers() {
    Tensor t = Arranged.vector(DType.INT64, 3, -2);
    assertThat((long[]) Raw.array(Pointwise.mul(t, Types.wrap(t, 1L << 60))))
        .containsExactly(3L << 60, -2L << 60);
    assertThat((long[]) Raw.array(Pointwise.pow(t, Scalar.of(3)))).containsExactly(27, -8);
    assertThat((float[]) Raw.array(Pointwise.mul(t, Types.wrap(t, 0.5))))
        .containsExactly(1.5f, -1f);
    Tensor u = Arranged.vector(DType.UINT8, 200, 5);
    assertThat(Arranged.values(Pointwise.add(u, u))).containsExactly(144, 10);
  }

  @Test
  void kindsOfDtypesThatAnOperatorDoesNotTakeAreRefused() {
    Tensor b = Arranged.vector(DType.BOOL, 1, 0);
    assertThatThrownBy(() -> Pointwise.sub(b, b))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith(
            "sub: not implemented for bool; it takes integral and floating point");
  }

  @Test
  void resultGoesToTheTensorGiven() {
    Tensor out = Arranged.vector(DType.FLOAT64, 1, 2, 3);
    Tensor x = Arranged.vector(DType.FLOAT32, 4, 5, 6);
    Pointwise.mulInto("mul_", out, out, x);
    assertThat(Arranged.values(out)).containsExactly(4, 10, 18);
    Tensor small = Arranged.vector(DType.FLOAT32, 0, 0, 0);
    Pointwise.mulInto("mul", small, out, out);
    assertThat(Arranged.values(small)).containsExactly(16, 100, 324);
    for (Tensor o :
        Arranged.arrangements(Arranged.of(DType.FLOAT64, Arranged.sizes(2, 2), 1, 2, 3, 4))) {
      Pointwise.expInto("exp_", o, o);
      assertThat(Arranged.values(o))
          .containsExactly(Math.exp(1), Math.exp(2), Math.exp(3), Math.exp(4));
    }
  }

  @Test
  void nothingChangesIfTheResultDoesNotFit() {
    Tensor i = Arranged.vector(DType.INT64, 1, 2);
    Tensor f = Arranged.vector(DType.FLOAT32, 0.5, 0.5);
    assertThatThrownBy(() -> Pointwise.mulInto("mul_", i, i, f))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith("mul_: result type float32 can't be cast to");
    Tensor wide = Arranged.of(DType.INT64, Arranged.sizes(2, 2), 1, 2, 3, 4);
    assertThatThrownBy(() -> Pointwise.addInto("add_", i, i, wide))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith("add_: output with shape [2]");
    assertThat(Arranged.values(i)).containsExactly(1, 2);
  }

  @Test
  void bitsDoNotDependOnTheNumberOfThreads() {
    Tensor x = normal(DType.FLOAT32, 200_003, 5);
    List<float[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 5}) {
      CpuThreads.set(threads);
      results.add((float[]) Raw.array(Pointwise.tanh(x)));
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  @Test
  void emptyTensorsGiveEmptyResults() {
    Tensor e = Arranged.of(DType.FLOAT32, Arranged.sizes(0, 3));
    assertThat(Raw.layout(Pointwise.exp(e)).sizes()).containsExactly(0, 3);
    assertThat(
            Raw.layout(Pointwise.add(e, Arranged.of(DType.FLOAT32, Arranged.sizes(1, 3), 1, 2, 3)))
                .sizes())
        .containsExactly(0, 3);
  }
}
