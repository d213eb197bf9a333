package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.Index.all;
import static org.autograd.Index.at;
import static org.autograd.Index.ellipsis;
import static org.autograd.Index.from;
import static org.autograd.Index.newAxis;
import static org.autograd.Index.slice;
import static org.autograd.Index.to;

import org.junit.jupiter.api.Test;

class IndexingTest {
  /** 0 to 23 as 2 by 3 by 4: element (i, j, k) is 12 i + 4 j + k. */
  private static Tensor cube() {
    return Tensor.of(range(24), 2, 3, 4);
  }

  /** 0 to 5 as 2 by 3. */
  private static Tensor matrix() {
    return Tensor.of(range(6), 2, 3);
  }

  private static double[] range(int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return values;
  }

  private static void check(Tensor t, Shape shape, double... values) {
    assertThat(t.shape()).isEqualTo(shape);
    assertThat(t.toDoubleArray()).containsExactly(values);
  }

  @Test
  void positionsAndSlicesGiveViews() {
    Tensor x = cube();
    check(x.get(at(1), at(-1), at(2)), Shape.of(), 22);
    check(x.get(1, 2), Shape.of(4), 20, 21, 22, 23);
    check(x.get(at(0), slice(0, 3, 2), from(2)), Shape.of(2, 2), 2, 3, 10, 11);
    check(x.get(all(), at(0), to(-2)), Shape.of(2, 2), 0, 1, 12, 13);
    x.get(1, 2, 3).copy_(Tensor.scalar(-1.0));
    assertThat(x.toDoubleArray()[23]).isEqualTo(-1);
  }

  @Test
  void theEllipsisTakesWhatIsLeftOver() {
    check(cube().get(ellipsis(), at(3)), Shape.of(2, 3), 3, 7, 11, 15, 19, 23);
    check(cube().get(at(0), ellipsis(), at(3)), Shape.of(3), 3, 7, 11);
    check(matrix().get(at(0), ellipsis(), at(1)), Shape.of(), 1);
    Tensor scalar = Tensor.scalar(5.0);
    assertThat(scalar.get(ellipsis()).item()).isEqualTo(5);
    assertThat(scalar.get(ellipsis())).isNotSameAs(scalar);
  }

  @Test
  void newAxesAddDimensionsOfSizeOne() {
    check(matrix().get(newAxis(), at(1)), Shape.of(1, 3), 3, 4, 5);
    check(matrix().get(at(1), newAxis()), Shape.of(1, 3), 3, 4, 5);
    check(matrix().get(ellipsis(), newAxis()), Shape.of(2, 3, 1), 0, 1, 2, 3, 4, 5);
  }

  @Test
  void tensorsPickPositions() {
    check(matrix().get(Index.of(1, 0, 1)), Shape.of(3, 3), 3, 4, 5, 0, 1, 2, 3, 4, 5);
    check(matrix().get(all(), Index.of(2, -3)), Shape.of(2, 2), 2, 0, 5, 3);
    check(matrix().get(Index.of(0, 1), Index.of(2, 1)), Shape.of(2), 2, 4);
    Tensor square = Tensor.of(new long[] {0, 1, 1, 0}, 2, 2);
    check(matrix().get(Index.of(square), at(1)), Shape.of(2, 2), 1, 4, 4, 1);
    check(matrix().get(Index.of(Tensor.scalar(1))), Shape.of(3), 3, 4, 5);
  }

  @Test
  void pickedDimensionsStayInPlaceWhenTheyAreNeighbours() {
    // x[:, [0, 2], [1, 1]]: elements (i, 0, 1) and (i, 2, 1).
    check(cube().get(all(), Index.of(0, 2), Index.of(1, 1)), Shape.of(2, 2), 1, 9, 13, 21);
  }

  @Test
  void pickedDimensionsComeFirstWhenTheyAreApart() {
    // x[[0, 1, 1], :, [0, 3, 2]]: rows (0, :, 0), (1, :, 3) and (1, :, 2).
    check(
        cube().get(Index.of(0, 1, 1), all(), Index.of(0, 3, 2)),
        Shape.of(3, 3),
        0,
        4,
        8,
        15,
        19,
        23,
        14,
        18,
        22);
  }

  @Test
  void masksPickWhereTheyAreTrue() {
    check(matrix().get(Index.of(Tensor.of(false, true))), Shape.of(1, 3), 3, 4, 5);
    Tensor mask = Tensor.of(new boolean[] {true, false, false, false, true, true}, 2, 3);
    check(matrix().get(Index.of(mask)), Shape.of(3), 0, 4, 5);
    // A mask over two dimensions, then a slice of the third.
    check(cube().get(Index.of(mask), to(2)), Shape.of(3, 2), 0, 1, 16, 17, 20, 21);
    check(
        cube().get(all(), Index.of(Tensor.of(true, false, true)), at(0)),
        Shape.of(2, 2),
        0,
        8,
        12,
        20);
    check(matrix().get(Index.of(Tensor.scalar(true))), Shape.of(1, 2, 3), 0, 1, 2, 3, 4, 5);
    assertThat(matrix().get(Index.of(Tensor.scalar(false))).shape()).isEqualTo(Shape.of(0, 2, 3));
  }

  @Test
  void numbersAndTensorsAreWrittenInPlace() {
    Tensor x = matrix();
    x.set(9, at(0), from(1));
    check(x, Shape.of(2, 3), 0, 9, 9, 3, 4, 5);
    x.set(Tensor.of(7.0, 8.0), all(), at(0));
    check(x, Shape.of(2, 3), 7, 9, 9, 8, 4, 5);
    x.set(Tensor.of(new double[] {1, 2, 3}, 1, 1, 3), at(1));
    check(x, Shape.of(2, 3), 7, 9, 9, 1, 2, 3);
    x.set(0.5);
    check(x, Shape.of(2, 3), 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
  }

  @Test
  void pickedPositionsAreWrittenInPlace() {
    Tensor x = matrix();
    x.set(-1, Index.of(0, 1), Index.of(2, 0));
    check(x, Shape.of(2, 3), 0, 1, -1, -1, 4, 5);
    x.set(Tensor.of(7.0, 8.0), all(), Index.of(0, 1));
    check(x, Shape.of(2, 3), 7, 8, -1, 7, 8, 5);
    Tensor mask = Tensor.of(new boolean[] {true, false, false, false, false, true}, 2, 3);
    x.set(0.25, Index.of(mask));
    check(x, Shape.of(2, 3), 0.25, 8, -1, 7, 8, 0.25);
    Tensor whole = Tensor.of(1L, 2L);
    whole.set(2.9, Index.of(1));
    check(whole, Shape.of(2), 1, 2);
  }

  @Test
  void gradientsFlowBackToTheReadPositions() {
    Tensor x = matrix().requiresGrad_();
    x.get(Index.of(1, 1), from(1)).sum().backward();
    check(x.grad(), Shape.of(2, 3), 0, 0, 0, 0, 2, 2);
    Tensor y = matrix().requiresGrad_();
    y.get(at(0), slice(0, 3, 2)).sum().backward();
    check(y.grad(), Shape.of(2, 3), 1, 0, 1, 0, 0, 0);
  }

  @Test
  void writingPickedPositionsIsRecorded() {
    Tensor x = matrix().requiresGrad_();
    Tensor value = Tensor.of(5.0, 6.0).requiresGrad_();
    Tensor y = x.mul(3.0);
    y.set(value, Index.of(0, 1), Index.of(2, 0));
    y.sum().backward();
    check(x.grad(), Shape.of(2, 3), 3, 3, 0, 0, 3, 3);
    check(value.grad(), Shape.of(2), 1, 1);
  }

  @Test
  void freeViewsStayWithinTheStorage() {
    check(matrix().asStrided(new long[] {2, 2}, new long[] {1, 1}, 3L), Shape.of(2, 2), 3, 4, 4, 5);
    assertThatThrownBy(() -> matrix().asStrided(new long[] {2, 2}, new long[] {1, 1}, 4L))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("6 elements");
  }

  @Test
  void indicesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> matrix().get(0, 0, 0))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("3 dimensions", "[2, 3]");
    assertThatThrownBy(() -> matrix().get(at(0), at(3)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("index 3", "size 3");
    assertThatThrownBy(() -> matrix().get(ellipsis(), ellipsis()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> slice(0, 3, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Index.of(Tensor.of(1.0)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("float64");
    assertThatThrownBy(() -> matrix().get(Index.of(Tensor.of(true, false, true))))
        .isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> matrix().set(Tensor.of(1.0, 2.0), at(0)))
        .isInstanceOf(AutogradException.class);
  }
}
