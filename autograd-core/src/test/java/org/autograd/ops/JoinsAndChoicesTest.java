package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JoinsAndChoicesTest {
  private static Tensor[] all(Tensor... tensors) {
    return tensors;
  }

  private static Tensor mask(long[] sizes, double... values) {
    return of(DType.BOOL, sizes, values);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void catJoinsAlongAnyDimension(DType dtype) {
    Tensor x = of(dtype, sizes(2, 2), 1, 2, 3, 4);
    Tensor y = of(dtype, sizes(2, 1), 5, 6);
    Tensor z = of(dtype, sizes(1, 2), 7, 8);
    for (Tensor a : arrangements(x)) {
      for (Tensor b : arrangements(y)) {
        assertThat(values(Concat.cat(all(a, b), 1))).containsExactly(1, 2, 5, 3, 4, 6);
      }
      assertThat(values(Concat.cat(all(z, a), -2))).containsExactly(7, 8, 1, 2, 3, 4);
      assertThat(values(Concat.stack(all(a, x), 0))).containsExactly(1, 2, 3, 4, 1, 2, 3, 4);
      assertThat(values(Concat.stack(all(a, x), 1))).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
      assertThat(values(Concat.stack(all(a, x), -1))).containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
    }
    assertThat(shape(Concat.stack(all(x, x, x), 1))).containsExactly(2, 3, 2);
    assertThat(values(Concat.stack(all(scalar(dtype, 1), scalar(dtype, 2)), 0)))
        .containsExactly(1, 2);
    assertThat(values(Concat.cat(all(expanded(z, 2, 2), y), 1))).containsExactly(7, 8, 5, 7, 8, 6);
  }

  @Test
  void catPromotesAndLeavesOutEmptyVectors() {
    Tensor joined = Concat.cat(all(vector(DType.INT64, 1), vector(DType.FLOAT32, 2.5)), 0);
    assertThat(Raw.dtype(joined)).isEqualTo(DType.FLOAT32);
    assertThat(values(joined)).containsExactly(1, 2.5);
    Tensor x = of(DType.FLOAT32, sizes(1, 2), 1, 2);
    Tensor none = vector(DType.FLOAT32);
    assertThat(values(Concat.cat(all(none, x, none), 1))).containsExactly(1, 2);
    assertThat(shape(Concat.cat(all(none, none), 0))).containsExactly(0);
    Tensor empty = of(DType.FLOAT32, sizes(0, 2));
    assertThat(shape(Concat.cat(all(empty, x), 0))).containsExactly(1, 2);
    assertThat(shape(Concat.stack(all(empty, empty), 0))).containsExactly(2, 0, 2);
  }

  @Test
  void tensorsThatDoNotJoinAreRefused() {
    Tensor x = random(DType.FLOAT32, 1, 2, 3);
    assertThatThrownBy(() -> Concat.cat(all(x, random(DType.FLOAT32, 1, 3, 2)), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("cat", "tensor 1", "[3, 2]", "[2, 3]", "dimension 0");
    assertThatThrownBy(() -> Concat.cat(all(x, scalar(DType.FLOAT32, 1)), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("cat", "tensor 1", "stack");
    assertThatThrownBy(() -> Concat.cat(all(), 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Concat.cat(all(x), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dimension 2");
    assertThatThrownBy(() -> Concat.stack(all(x, random(DType.FLOAT32, 1, 2, 2)), 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("stack", "[2, 2]", "[2, 3]");
    assertThatThrownBy(() -> Concat.stack(all(x), 3)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void whereChoosesElements(DType dtype) {
    Tensor c = mask(sizes(2, 3), 1, 0, 1, 0, 0, 1);
    Tensor x = of(dtype, sizes(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor y = of(dtype, sizes(2, 3), 7, 8, 9, 10, 11, 12);
    for (Tensor when : arrangements(c)) {
      for (Tensor a : arrangements(x)) {
        for (Tensor b : arrangements(y)) {
          assertThat(values(Selects.where(when, a, b))).containsExactly(1, 8, 3, 10, 11, 6);
        }
        assertThat(values(Selects.maskedFill(a, when, Scalar.of(0))))
            .containsExactly(0, 2, 0, 4, 5, 0);
      }
    }
    Tensor column = of(dtype, sizes(2, 1), 20, 30);
    assertThat(values(Selects.where(mask(sizes(3), 1, 0, 0), column, x)))
        .containsExactly(20, 2, 3, 30, 5, 6);
    for (Tensor self : arrangements(x)) {
      Selects.maskedFillInto(self, mask(sizes(3), 0, 1, 0), scalar(dtype, 9));
      assertThat(values(self)).containsExactly(1, 9, 3, 4, 9, 6);
    }
  }

  @Test
  void whereOfLargeTensorsChoosesEverywhere() {
    int n = 100_000;
    Tensor c = random(DType.BOOL, 1, n);
    Tensor x = random(DType.FLOAT32, 2, n);
    Tensor y = random(DType.FLOAT32, 3, n);
    double[] got = values(Selects.where(c, x, y));
    double[] when = values(c);
    double[] a = values(x);
    double[] b = values(y);
    for (int i = 0; i < n; i++) {
      assertThat(got[i]).isEqualTo(when[i] != 0 ? a[i] : b[i]);
    }
  }

  @Test
  void choicesPromoteButFillsKeepTheDtype() {
    Tensor c = mask(sizes(2), 1, 0);
    Tensor got = Selects.where(c, vector(DType.INT64, 1, 2), vector(DType.FLOAT64, 3, 4.5));
    assertThat(Raw.dtype(got)).isEqualTo(DType.FLOAT64);
    assertThat(values(got)).containsExactly(1, 4.5);
    Tensor filled = Selects.maskedFill(vector(DType.FLOAT32, 1, 2), c, scalar(DType.INT64, 7));
    assertThat(Raw.dtype(filled)).isEqualTo(DType.FLOAT32);
    assertThat(values(filled)).containsExactly(7, 2);
    assertThat(shape(Selects.maskedFill(scalar(DType.FLOAT32, 1), c, Scalar.of(5))))
        .containsExactly(2);
    Tensor own = vector(1, 2, 3);
    Tensor first = Raw.alias(Raw.storage(own), Layout.SCALAR, DType.FLOAT64);
    Selects.maskedFillInto(own, mask(sizes(3), 0, 1, 1), first);
    assertThat(values(own)).containsExactly(1, 1, 1);
    assertThat(shape(Selects.where(mask(sizes(0)), vector(), vector()))).containsExactly(0);
  }

  @Test
  void choicesThatDoNotFitAreRefusedBeforeAnyChange() {
    Tensor x = vector(1, 2, 3);
    assertThatThrownBy(() -> Selects.where(x, x, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("where", "condition", "float64");
    assertThatThrownBy(() -> Selects.where(mask(sizes(2), 1, 0), x, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("where", "[2]", "[3]");
    assertThatThrownBy(() -> Selects.maskedFillInto(x, mask(sizes(2, 3)), Scalar.of(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("maskedFill_", "[2, 3]", "[3]");
    assertThatThrownBy(() -> Selects.maskedFillInto(x, mask(sizes(3), 1, 1, 1), vector(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("maskedFill_", "zero-dimensional", "[1]");
    Tensor ints = vector(DType.INT64, 1, 2);
    assertThatThrownBy(
            () -> Selects.maskedFillInto(ints, mask(sizes(2), 1, 1), scalar(DType.FLOAT32, 1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("float32", "int64");
    assertThat(values(x)).containsExactly(1, 2, 3);
  }
}
