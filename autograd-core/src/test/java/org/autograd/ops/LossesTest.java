package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.expanded;
import static org.autograd.ops.Arranged.indices;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossesTest {
  private static final long IGNORE = -100;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void nllLossPicksTheTargets(DType dtype) {
    Tensor log = of(dtype, sizes(3, 2), -1, -2, -3, -4, -5, -6);
    Tensor target = indices(sizes(3), 1, 0, 1);
    Tensor weight = vector(dtype, 1, 3);
    for (Tensor self : arrangements(log)) {
      for (Tensor at : arrangements(target)) {
        assertThat(values(Losses.nllLoss(self, at, null, Reduction.NONE, IGNORE)))
            .containsExactly(2, 3, 6);
        assertThat(values(Losses.nllLoss(self, at, null, Reduction.SUM, IGNORE)))
            .containsExactly(11);
        assertThat(values(Losses.nllLoss(self, at, null, Reduction.MEAN, IGNORE))[0])
            .isCloseTo(11.0 / 3, within(1e-6));
      }
      for (Tensor w : arrangements(weight)) {
        assertThat(values(Losses.nllLoss(self, target, w, Reduction.NONE, IGNORE)))
            .containsExactly(6, 3, 18);
        assertThat(values(Losses.nllLoss(self, target, w, Reduction.MEAN, IGNORE))[0])
            .isCloseTo(27.0 / 7, within(1e-6));
        assertThat(values(Losses.nllLoss(self, target, w, Reduction.MEAN, 0))[0])
            .isCloseTo(4, within(1e-6));
      }
    }
  }

  @Test
  void nllLossOfAVectorAndOfManyPlaces() {
    Tensor one = Losses.nllLoss(vector(-1, -2), indices(sizes(), 1), null, Reduction.NONE, IGNORE);
    assertThat(shape(one)).isEmpty();
    assertThat(values(one)).containsExactly(2);
    // [N=1, C=2, d=3]
    Tensor log = of(DType.FLOAT64, sizes(1, 2, 3), -1, -2, -3, -4, -5, -6);
    Tensor target = of(DType.UINT8, sizes(1, 3), 0, 1, 0);
    for (Tensor self : arrangements(log)) {
      Tensor loss = Losses.nllLoss(self, target, null, Reduction.NONE, IGNORE);
      assertThat(shape(loss)).containsExactly(1, 3);
      assertThat(values(loss)).containsExactly(1, 5, 3);
    }
    Tensor grad = of(DType.FLOAT64, sizes(1, 3), 10, 20, 30);
    Tensor back =
        Losses.nllLossBackward(grad, Tensor.zeros(1, 2, 3), target, null, Reduction.NONE, IGNORE);
    assertThat(values(back)).containsExactly(-10, 0, -30, 0, -20, 0);
  }

  @Test
  void nllLossBackwardSpreadsTheGradient() {
    Tensor target = indices(sizes(3), 1, 0, IGNORE);
    Tensor weight = vector(1, 3);
    Tensor up = scalar(DType.FLOAT64, 8);
    assertThat(
            values(
                Losses.nllLossBackward(
                    up, Tensor.zeros(3, 2), target, weight, Reduction.MEAN, IGNORE)))
        .containsExactly(0, -6, -2, 0, 0, 0);
    assertThat(
            values(
                Losses.nllLossBackward(
                    up, Tensor.zeros(3, 2), target, null, Reduction.SUM, IGNORE)))
        .containsExactly(0, -8, -8, 0, 0, 0);
    Tensor each = expanded(vector(DType.FLOAT32, 2), 3);
    Tensor back =
        Losses.nllLossBackward(each, Tensor.zeros(3, 2), target, null, Reduction.NONE, IGNORE);
    assertThat(values(back)).containsExactly(0, -2, -2, 0, 0, 0);
    assertThat(Raw.dtype(back)).isEqualTo(DType.FLOAT32);
  }

  @Test
  void meanOfNoTargetsIsNan() {
    Tensor log = of(DType.FLOAT32, sizes(1, 2), -1, -2);
    Tensor target = indices(sizes(1), IGNORE);
    assertThat(values(Losses.nllLoss(log, target, null, Reduction.MEAN, IGNORE)))
        .containsExactly(Double.NaN);
    assertThat(values(Losses.nllLoss(log, target, null, Reduction.SUM, IGNORE))).containsExactly(0);
    Tensor none = of(DType.FLOAT32, sizes(0, 2));
    assertThat(values(Losses.nllLoss(none, indices(sizes(0)), null, Reduction.MEAN, IGNORE)))
        .containsExactly(Double.NaN);
  }

  @Test
  void nllLossRefusesWhatDoesNotFit() {
    Tensor log = random(DType.FLOAT32, 1, 2, 3);
    assertThatThrownBy(
            () -> Losses.nllLoss(log, indices(sizes(2), 0, 3), null, Reduction.MEAN, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("target 3", "position 1", "3 classes");
    assertThatThrownBy(
            () -> Losses.nllLoss(log, indices(sizes(2), -1, 0), null, Reduction.MEAN, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("target -1", "-100");
    assertThatThrownBy(
            () -> Losses.nllLoss(log, indices(sizes(3), 0, 0, 0), null, Reduction.MEAN, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[2, 3]", "[2]", "[3]");
    assertThatThrownBy(() -> Losses.nllLoss(log, vector(0, 0), null, Reduction.MEAN, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("int64", "float64");
    Tensor target = indices(sizes(2), 0, 0);
    assertThatThrownBy(
            () -> Losses.nllLoss(log, target, vector(DType.FLOAT32, 1, 1), Reduction.SUM, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("weight", "[3]", "[2]");
    assertThatThrownBy(() -> Losses.nllLoss(log, target, vector(1, 1, 1), Reduction.SUM, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("float32", "float64");
    assertThatThrownBy(
            () -> Losses.nllLoss(random(DType.INT64, 1, 2, 3), target, null, Reduction.SUM, IGNORE))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("nllLoss", "int64");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void mseLossAveragesSquares(DType dtype) {
    Tensor x = of(dtype, sizes(2, 2), 1, 2, 3, 4);
    Tensor y = of(dtype, sizes(2, 2), 0, 4, 3, 1);
    for (Tensor a : arrangements(x)) {
      for (Tensor b : arrangements(y)) {
        assertThat(values(Losses.mseLoss(a, b, Reduction.NONE))).containsExactly(1, 4, 0, 9);
        assertThat(values(Losses.mseLoss(a, b, Reduction.SUM))).containsExactly(14);
        assertThat(values(Losses.mseLoss(a, b, Reduction.MEAN))).containsExactly(3.5);
        Tensor up = scalar(dtype, 2);
        assertThat(values(Losses.mseLossBackward(up, a, b, Reduction.MEAN)))
            .containsExactly(1, -2, 0, 3);
        assertThat(values(Losses.mseLossBackward(up, a, b, Reduction.SUM)))
            .containsExactly(4, -8, 0, 12);
        assertThat(values(Losses.mseLossBackward(x, a, b, Reduction.NONE)))
            .containsExactly(2, -8, 0, 24);
      }
    }
  }

  @Test
  void mseLossBroadcastsAndPromotes() {
    Tensor column = of(DType.FLOAT32, sizes(2, 1), 1, 2);
    Tensor row = vector(DType.FLOAT64, 0, 1, 2);
    Tensor all = Losses.mseLoss(column, row, Reduction.NONE);
    assertThat(Raw.dtype(all)).isEqualTo(DType.FLOAT64);
    assertThat(values(all)).containsExactly(1, 0, 1, 4, 1, 0);
    Tensor back = Losses.mseLossBackward(scalar(DType.FLOAT64, 3), column, row, Reduction.MEAN);
    assertThat(values(back)).containsExactly(1, 0, -1, 2, 1, 0);
    assertThat(
            values(
                Losses.mseLoss(scalar(DType.FLOAT32, 3), scalar(DType.FLOAT32, 1), Reduction.MEAN)))
        .containsExactly(4);
    assertThat(values(Losses.mseLoss(vector(), vector(), Reduction.MEAN)))
        .containsExactly(Double.NaN);
    assertThatThrownBy(() -> Losses.mseLoss(vector(1, 2), vector(1, 2, 3), Reduction.MEAN))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mseLoss", "[2]", "[3]");
    Tensor ints = random(DType.INT64, 1, 2);
    assertThatThrownBy(() -> Losses.mseLoss(ints, ints, Reduction.MEAN))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mseLoss", "int64");
  }
}
