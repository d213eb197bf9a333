package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.autograd.AutogradException;
import org.autograd.tensor.Layout;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static Layout rows(long... sizes) {
    return Layout.contiguous(sizes);
  }

  private static Layout layout(long[] sizes, long[] strides, long offset) {
    return Layout.of(sizes, strides, offset);
  }

  private static long[] of(long... values) {
    return values;
  }

  @Test
  void viewFillsTheOpenSize() {
    assertThat(Views.view(rows(2, 6), of(3, -1))).isEqualTo(rows(3, 4));
    assertThat(Views.view(rows(2, 6), of(-1))).isEqualTo(rows(12));
    assertThat(Views.view(rows(1), of())).isEqualTo(Layout.SCALAR);
    assertThat(Views.view(rows(0, 3), of(-1, 3))).isEqualTo(rows(0, 3));
  }

  @Test
  void viewKeepsTheOffset() {
    Layout part = Views.slice(rows(4, 3), 0, 2, 4, 1);
    assertThat(Views.view(part, of(6))).isEqualTo(layout(of(6), of(1), 6));
  }

  @Test
  void viewMayCutDimensionsOfATransposedTensorButNotJoinThem() {
    Layout transposed = Views.transpose(rows(2, 6), 0, 1);
    assertThat(Views.view(transposed, of(2, 3, 2))).isEqualTo(layout(of(2, 3, 2), of(3, 1, 6), 0));
    assertThat(Views.view(transposed, of(6, 1, 2)).strides()).containsExactly(1, 12, 6);
    assertThat(Views.tryView(transposed, of(12))).isNull();
    assertThatThrownBy(() -> Views.view(transposed, of(12)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("view", "[12]", "[6, 2]", "reshape");
  }

  @Test
  void viewJoinsDimensionsThatLieTogether() {
    // Columns 0..3 of a 2x3x5 tensor: the first two dimensions still lie 5 apart throughout.
    Layout part = Views.slice(rows(2, 3, 5), 2, 0, 4, 1);
    assertThat(Views.view(part, of(6, 4))).isEqualTo(layout(of(6, 4), of(5, 1), 0));
    assertThat(Views.tryView(part, of(24))).isNull();
  }

  @Test
  void viewOfAnExpandedTensorKeepsStrideZero() {
    Layout expanded = Views.expand(rows(3, 1), of(3, 4));
    assertThat(Views.view(expanded, of(3, 2, 2))).isEqualTo(layout(of(3, 2, 2), of(1, 0, 0), 0));
  }

  @Test
  void viewRefusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> Views.view(rows(2, 3), of(4, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[4, 2]", "[2, 3]", "6 elements");
    assertThatThrownBy(() -> Views.view(rows(2, 3), of(4, -1)))
        .isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Views.tryView(rows(0, 3), of(0, -1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("any size fits");
    assertThatThrownBy(() -> Views.view(rows(2, 3), of(-1, -1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Views.view(rows(2, 3), of(-2, 3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void expandGivesStrideZeroToRepeatedDimensions() {
    assertThat(Views.expand(rows(3, 1), of(2, -1, 4)))
        .isEqualTo(layout(of(2, 3, 4), of(0, 1, 0), 0));
    assertThat(Views.expand(Layout.SCALAR, of(2, 2)).strides()).containsExactly(0, 0);
    assertThat(Views.expand(rows(1), of(0)).numel()).isZero();
  }

  @Test
  void expandRefusesToChangeOtherSizes() {
    assertThatThrownBy(() -> Views.expand(rows(3, 2), of(3, 4)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[3, 2]", "[3, 4]", "dimension 1");
    assertThatThrownBy(() -> Views.expand(rows(3, 2), of(2))).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Views.expand(rows(3), of(-1, 3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void permuteAndTransposeMoveStrides() {
    assertThat(Views.permute(rows(2, 3, 4), new int[] {2, 0, -2}))
        .isEqualTo(layout(of(4, 2, 3), of(1, 12, 4), 0));
    assertThat(Views.transpose(rows(2, 3, 4), 0, -1))
        .isEqualTo(layout(of(4, 3, 2), of(1, 4, 12), 0));
    assertThat(Views.t(rows(2, 3))).isEqualTo(layout(of(3, 2), of(1, 3), 0));
    assertThat(Views.t(rows(3))).isEqualTo(rows(3));
    assertThat(Views.transpose(Layout.SCALAR, 0, -1)).isEqualTo(Layout.SCALAR);
    assertThatThrownBy(() -> Views.permute(rows(2, 3), new int[] {0, -2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than once");
    assertThatThrownBy(() -> Views.permute(rows(2, 3), new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Views.t(rows(2, 3, 4))).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Views.transpose(rows(2, 3), 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("transpose", "dimension 2");
  }

  @Test
  void squeezeAndUnsqueezeTakeAndGiveDimensionsOfSizeOne() {
    assertThat(Views.squeeze(rows(1, 3, 1))).isEqualTo(rows(3));
    assertThat(Views.squeeze(rows(1, 3, 1), new int[] {-1, 1})).isEqualTo(rows(1, 3));
    assertThat(Views.squeeze(Layout.SCALAR, new int[] {0})).isEqualTo(Layout.SCALAR);
    assertThat(Views.unsqueeze(rows(2, 3), 1)).isEqualTo(layout(of(2, 1, 3), of(3, 3, 1), 0));
    assertThat(Views.unsqueeze(rows(2, 3), -1)).isEqualTo(layout(of(2, 3, 1), of(3, 1, 1), 0));
    assertThat(Views.unsqueeze(Layout.SCALAR, 0)).isEqualTo(rows(1));
    assertThatThrownBy(() -> Views.unsqueeze(rows(2, 3), 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void selectRemovesTheDimension() {
    assertThat(Views.select(rows(2, 3, 4), 1, -1)).isEqualTo(layout(of(2, 4), of(12, 1), 8));
    assertThatThrownBy(() -> Views.select(rows(2, 3), 1, 3))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("index 3", "dimension 1", "size 3");
    assertThatThrownBy(() -> Views.select(rows(2, 3), 0, -3)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Views.select(Layout.SCALAR, 0, 0))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  void sliceClampsLikePython() {
    Layout ten = rows(10);
    assertThat(Views.slice(ten, 0, 1, 8, 3)).isEqualTo(layout(of(3), of(3), 1));
    assertThat(Views.slice(ten, 0, -3, Long.MAX_VALUE, 1)).isEqualTo(layout(of(3), of(1), 7));
    assertThat(Views.slice(ten, 0, -100, -8, 1)).isEqualTo(layout(of(2), of(1), 0));
    assertThat(Views.slice(ten, 0, 20, 30, 1).numel()).isZero();
    assertThat(Views.slice(ten, 0, 5, 2, 1).numel()).isZero();
    assertThat(Views.slice(ten, 0, Long.MIN_VALUE, Long.MAX_VALUE, 4).sizes()).containsExactly(3);
    assertThat(Views.slice(ten, 0, 0, 10, Long.MAX_VALUE).sizes()).containsExactly(1);
    assertThat(Views.slice(rows(2, 6), -1, 1, 6, 2)).isEqualTo(layout(of(2, 3), of(6, 2), 1));
    assertThatThrownBy(() -> Views.slice(ten, 0, 0, 10, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step");
    assertThatThrownBy(() -> Views.slice(ten, 0, 9, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void diagonalWalksBothDimensions() {
    assertThat(Views.diagonal(rows(3, 4), 0, 0, 1)).isEqualTo(layout(of(3), of(5), 0));
    assertThat(Views.diagonal(rows(3, 4), 2, 0, 1)).isEqualTo(layout(of(2), of(5), 2));
    assertThat(Views.diagonal(rows(3, 4), -1, 0, 1)).isEqualTo(layout(of(2), of(5), 4));
    assertThat(Views.diagonal(rows(3, 4), 9, 0, 1).numel()).isZero();
    assertThat(Views.diagonal(rows(2, 3, 4), 1, -1, 0)).isEqualTo(layout(of(3, 1), of(4, 13), 12));
    assertThatThrownBy(() -> Views.diagonal(rows(3, 4), 0, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void splitGivesPiecesAndTheRest() {
    Layout[] parts = Views.split(rows(5, 2), 2, 0);
    assertThat(parts).hasSize(3);
    assertThat(parts[1]).isEqualTo(layout(of(2, 2), of(2, 1), 4));
    assertThat(parts[2]).isEqualTo(layout(of(1, 2), of(2, 1), 8));
    assertThat(Views.split(rows(0), 0, 0)).containsExactly(rows(0));
    assertThat(Views.split(rows(5), 100, 0)).containsExactly(rows(5));
    Layout[] sized = Views.split(rows(2, 5), of(1, 4), -1);
    assertThat(sized[1]).isEqualTo(layout(of(2, 4), of(5, 1), 1));
    assertThatThrownBy(() -> Views.split(rows(2, 5), of(1, 3), -1))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[1, 3]", "[2, 5]");
    assertThatThrownBy(() -> Views.split(rows(5), 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unbindGivesEveryPosition() {
    assertThat(Views.unbind(rows(2, 3), 1))
        .containsExactly(layout(of(2), of(3), 0), layout(of(2), of(3), 1), layout(of(2), of(3), 2));
    assertThat(Views.unbind(rows(0, 3), 0)).isEmpty();
  }

  @Test
  void asStridedChecksItsArguments() {
    assertThat(Views.asStrided(rows(6), of(2, 2), of(1, 2), 1L))
        .isEqualTo(layout(of(2, 2), of(1, 2), 1));
    Layout part = Views.slice(rows(6), 0, 2, 6, 1);
    assertThat(Views.asStrided(part, of(2), of(1), null).offset()).isEqualTo(2);
    assertThatThrownBy(() -> Views.asStrided(rows(6), of(2), of(1, 1), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Views.asStrided(rows(6), of(2), of(-1), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Views.asStrided(rows(6), of(-2), of(1), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Views.asStrided(rows(6), of(2), of(1), -1L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void layoutsKnowTheStorageTheyNeed() {
    assertThat(layout(of(2, 3), of(3, 1), 0).fits(6)).isTrue();
    assertThat(layout(of(2, 3), of(3, 1), 1).fits(6)).isFalse();
    assertThat(layout(of(0, 3), of(3, 1), 100).fits(6)).isTrue();
    assertThat(layout(of(3), of(Long.MAX_VALUE), 0).fits(6)).isFalse();
    assertThat(layout(of(5), of(0), 5).fits(6)).isTrue();
  }

  @Test
  void flattenJoinsARangeOfDimensions() {
    assertThat(Reshapes.flattenSizes(rows(2, 3, 4), 1, -1)).containsExactly(2, 12);
    assertThat(Reshapes.flattenSizes(rows(2, 3, 4), 0, 1)).containsExactly(6, 4);
    assertThat(Reshapes.flattenSizes(Layout.SCALAR, 0, -1)).containsExactly(1);
    assertThatThrownBy(() -> Reshapes.flattenSizes(rows(2, 3), 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void numberOfElementsMustFit() {
    assertThat(Dims.numel("zeros", of(0, Long.MAX_VALUE, Long.MAX_VALUE))).isZero();
    assertThatThrownBy(() -> Dims.numel("zeros", of(1L << 32, 1L << 32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overflows");
    assertThatThrownBy(() -> Dims.numel("zeros", of(2, -3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, -3]");
  }
}
