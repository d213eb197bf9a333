package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FactoriesTest {
  private static final TensorOptions GRAD = TensorOptions.DEFAULT.withRequiresGrad();

  private static double[] values(Tensor t) {
    return HostAccess.toDoubleArray(t);
  }

  @Test
  @Tag("GRAPH-01")
  void newTensorsAreConstantLeaves() {
    Tensor x = Tensor.zeros(2, 3);
    assertThat(x.requiresGrad()).isFalse();
    assertThat(x.gradFn()).isNull();
    assertThat(x.isLeaf()).isTrue();
    assertThat(x.outputNr()).isZero();
    assertThat(x.grad()).isNull();
    assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(x.device()).isEqualTo(Device.CPU);
    assertThat(x.version()).isZero();
  }

  @Test
  void zerosOnesFullAndEmptyHaveTheirShapeAndDtype() {
    assertThat(values(Tensor.zeros(DType.INT32, 2))).containsExactly(0, 0);
    assertThat(values(Tensor.ones(2, 2))).containsExactly(1, 1, 1, 1);
    assertThat(Tensor.ones(DType.BOOL, 2).dtype()).isEqualTo(DType.BOOL);
    assertThat(Tensor.zeros().dim()).isZero();
    assertThat(Tensor.empty(0, 3).shape()).isEqualTo(Shape.of(0, 3));
    Tensor full = Tensor.full(new long[] {2}, 2.5);
    assertThat(full.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(values(full)).containsExactly(2.5, 2.5);
    assertThat(Tensor.full(new long[] {2}, 3).dtype()).isEqualTo(DType.INT64);
    assertThat(Tensor.full(new long[] {2}, true).dtype()).isEqualTo(DType.BOOL);
    Tensor given = Tensor.full(TensorOptions.of(DType.FLOAT64), new long[] {1}, 0.1);
    assertThat(values(given)).containsExactly(0.1);
  }

  @Test
  @Tag("MODE-07")
  void aFactoryMakesAGradRequiringLeafAlsoWhileRecordingIsOff() {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, false);
    try {
      Tensor x = Tensor.ones(GRAD, 2);
      assertThat(x.requiresGrad()).isTrue();
      assertThat(x.isLeaf()).isTrue();
    } finally {
      state.mode = before;
    }
  }

  @Test
  @Tag("GRAPH-04")
  void integerAndBoolTensorsCannotRequireGrad() {
    for (DType dtype : new DType[] {DType.INT64, DType.UINT8, DType.BOOL}) {
      assertThatThrownBy(() -> Tensor.zeros(GRAD.withDtype(dtype), 2))
          .isInstanceOf(AutogradException.class)
          .hasMessageContainingAll("zeros", "floating point dtype", dtype.toString());
      Tensor t = Tensor.zeros(dtype, 2);
      assertThatThrownBy(() -> t.requiresGrad_(true))
          .isInstanceOf(AutogradException.class)
          .hasMessageContainingAll("floating point dtype", dtype.toString());
      assertThat(t.requiresGrad_(false).requiresGrad()).isFalse();
    }
    assertThatThrownBy(() -> Tensor.randint(GRAD, 0, 3, 2)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Tensor.onesLike(Tensor.zeros(DType.INT32, 2), GRAD))
        .isInstanceOf(AutogradException.class);
    assertThat(Tensor.zeros(GRAD.withDtype(DType.INT32).withRequiresGrad(false), 2).requiresGrad())
        .isFalse();
  }

  @Test
  @Tag("GRAPH-05")
  void likeFactoriesTakeShapeAndDtypeButNotTheGradFlag() {
    Tensor source = Tensor.ones(GRAD.withDtype(DType.FLOAT64), 2, 3);
    assertThat(Tensor.zerosLike(source).requiresGrad()).isFalse();
    assertThat(Tensor.onesLike(source).requiresGrad()).isFalse();
    assertThat(Tensor.emptyLike(source).requiresGrad()).isFalse();
    assertThat(Tensor.fullLike(source, 2.0).requiresGrad()).isFalse();
    assertThat(Tensor.randLike(source).requiresGrad()).isFalse();
    assertThat(Tensor.randnLike(source).requiresGrad()).isFalse();
    Tensor integers = Tensor.randintLike(source, -3, 4);
    assertThat(integers.requiresGrad()).isFalse();
    assertThat(integers.dtype()).isEqualTo(source.dtype());
    assertThat(integers.sizes()).isEqualTo(source.sizes());
    for (double v : integers.toDoubleArray()) {
      assertThat(v).isBetween(-3.0, 3.0).isEqualTo(Math.rint(v));
    }
    assertThat(Tensor.onesLike(source).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Tensor.onesLike(source).shape()).isEqualTo(Shape.of(2, 3));
    Tensor asked = Tensor.randnLike(source, GRAD.withDtype(DType.FLOAT32));
    assertThat(asked.requiresGrad()).isTrue();
    assertThat(asked.dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void likeFactoriesKeepDenseStrides() {
    Tensor source =
        Raw.alias(
            Raw.storage(Tensor.zeros(6)),
            Layout.of(new long[] {2, 3}, new long[] {1, 2}, 0),
            DType.FLOAT32);
    assertThat(Tensor.zerosLike(source).strides()).containsExactly(1, 2);
  }

  @Test
  void badSizesAreRefused() {
    assertThatThrownBy(() -> Tensor.zeros(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("zeros", "[2, -1]");
    assertThatThrownBy(() -> Tensor.ones(1L << 40, 1L << 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overflows");
    assertThatThrownBy(() -> Tensor.zeros(1L << 40)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arangeStopsBeforeItsEnd() {
    Tensor five = Tensor.arange(5);
    assertThat(five.dtype()).isEqualTo(DType.INT64);
    assertThat(values(five)).containsExactly(0, 1, 2, 3, 4);
    assertThat(values(Tensor.arange(1, 8, 3))).containsExactly(1, 4, 7);
    assertThat(values(Tensor.arange(1, 7, 3))).containsExactly(1, 4);
    assertThat(values(Tensor.arange(3, 0, -1))).containsExactly(3, 2, 1);
    assertThat(values(Tensor.arange(2, 2))).isEmpty();
    Tensor half = Tensor.arange(1, 2.5, 0.5);
    assertThat(half.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(values(half)).containsExactly(1, 1.5, 2);
    Tensor asked = Tensor.arange(GRAD.withDtype(DType.FLOAT64), 0, 3, 1);
    assertThat(asked.requiresGrad()).isTrue();
    assertThat(values(asked)).containsExactly(0, 1, 2);
    assertThatThrownBy(() -> Tensor.arange(0, 3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be 0");
    assertThatThrownBy(() -> Tensor.arange(0, 3, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.arange(0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void linspaceContainsBothEnds() {
    assertThat(values(Tensor.linspace(0, 1, 5))).containsExactly(0, 0.25, 0.5, 0.75, 1);
    assertThat(values(Tensor.linspace(3, 9, 1))).containsExactly(3);
    assertThat(values(Tensor.linspace(3, 9, 0))).isEmpty();
    assertThat(values(Tensor.linspace(2, -2, 3))).containsExactly(2, 0, -2);
    assertThatThrownBy(() -> Tensor.linspace(0, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eyeHasOnesOnTheDiagonal() {
    assertThat(values(Tensor.eye(2))).containsExactly(1, 0, 0, 1);
    assertThat(values(Tensor.eye(2, 3))).containsExactly(1, 0, 0, 0, 1, 0);
    assertThat(Tensor.eye(0).shape()).isEqualTo(Shape.of(0, 0));
  }

  @Test
  void valuesOfAJavaTypeKeepTheirWidth() {
    assertThat(Tensor.of(1f, 2f).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Tensor.of(1.0, 2.0).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Tensor.of(1, 2).dtype()).isEqualTo(DType.INT32);
    assertThat(Tensor.of(1L, 2L).dtype()).isEqualTo(DType.INT64);
    assertThat(Tensor.of(true, false).dtype()).isEqualTo(DType.BOOL);
    assertThat(HostAccess.toBooleanArray(Tensor.of(true, false))).containsExactly(true, false);
    assertThat(Tensor.scalar(2.5).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Tensor.scalar(2).dtype()).isEqualTo(DType.INT64);
    assertThat(Tensor.scalar(true).dtype()).isEqualTo(DType.BOOL);
    assertThat(Tensor.scalar(2.5).dim()).isZero();
    assertThat(HostAccess.item(Tensor.scalar(TensorOptions.of(DType.FLOAT64), 0.1))).isEqualTo(0.1);
  }

  @Test
  void ofCopiesButWrapDoesNot() {
    float[] data = {1, 2, 3, 4};
    Tensor copied = Tensor.of(data, 2, 2);
    Tensor wrapped = Tensor.wrap(data, 2, 2);
    data[3] = 9;
    assertThat(values(copied)).containsExactly(1, 2, 3, 4);
    assertThat(values(wrapped)).containsExactly(1, 2, 3, 9);
    assertThat(wrapped.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(Tensor.wrap(new long[] {5}).dtype()).isEqualTo(DType.INT64);
    assertThat(values(Tensor.wrap(new byte[] {(byte) 200}))).containsExactly(200);
    assertThatThrownBy(() -> Tensor.wrap(data, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("4 elements", "[2, 3]");
  }

  @Test
  void nestedArraysBecomeDimensions() {
    Tensor t = Tensor.ofArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(t.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(values(t)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensor.ofArray(new int[2][0][3]).shape()).isEqualTo(Shape.of(2, 0, 0));
    assertThat(Tensor.ofArray(new long[0]).shape()).isEqualTo(Shape.of(0));
    Tensor flags = Tensor.ofArray(new boolean[][] {{true}, {false}});
    assertThat(flags.dtype()).isEqualTo(DType.BOOL);
    assertThat(values(flags)).containsExactly(1, 0);
    Tensor wide = Tensor.ofArray(GRAD.withDtype(DType.FLOAT64), new int[][] {{1}, {2}});
    assertThat(wide.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(wide.requiresGrad()).isTrue();
    assertThat(values(wide)).containsExactly(1, 2);
  }

  @Test
  void raggedArraysAreRefused() {
    assertThatThrownBy(() -> Tensor.ofArray(new double[][] {{1, 2}, {3}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("depth 1", "found 1", "instead of 2");
    assertThatThrownBy(() -> Tensor.ofArray(new double[][] {{1, 2}, null}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.ofArray(new String[] {"a"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String[]");
    assertThatThrownBy(() -> Tensor.ofArray("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tensor.ofArray(GRAD, new int[] {1}))
        .isInstanceOf(AutogradException.class);
  }
}
