package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  private static Tensor of(long... sizes) {
    return Alloc.empty(Layout.contiguous(sizes), DType.FLOAT32, Device.CPU);
  }

  private static Tensor as(long[] sizes, long... strides) {
    Tensor t = of(1000);
    return Raw.alias(Raw.storage(t), Layout.of(sizes, strides, 0), DType.FLOAT32);
  }

  private static long[] sizes(Tensor... operands) {
    return Broadcast.layout("op", operands).sizes();
  }

  @Test
  void sizesOfOneAreStretchedFromTheLastDimension() {
    assertThat(Broadcast.layout("op", of(2, 1), of(3)).sizes()).containsExactly(2, 3);
    assertThat(Broadcast.layout("op", of(5, 1, 4), of(3, 1)).sizes()).containsExactly(5, 3, 4);
    assertThat(Broadcast.layout("op", of(), of(2, 2)).sizes()).containsExactly(2, 2);
    assertThat(Broadcast.layout("op", of(1, 1), of(2)).sizes()).containsExactly(1, 2);
    assertThat(sizes(of(2, 1, 1), null, of(3, 1), of(4))).containsExactly(2, 3, 4);
  }

  @Test
  void emptyDimensionsBroadcastWithOne() {
    assertThat(Broadcast.layout("op", of(0, 3), of(1, 3)).sizes()).containsExactly(0, 3);
    assertThat(Broadcast.layout("op", of(2, 1), of(0)).sizes()).containsExactly(2, 0);
    assertThatThrownBy(() -> Broadcast.layout("op", of(0), of(2)))
        .isInstanceOf(AutogradException.class);
  }

  private static void assertStrides(Layout result, long... strides) {
    assertThat(result.strides()).containsExactly(strides);
    assertThat(result.offset()).isZero();
  }

  @Test
  void theFirstOperandThatCanTellDecidesTheOrderInMemory() {
    Tensor a = as(new long[] {2, 3}, 1, 2);
    assertStrides(Broadcast.layout("op", a, as(new long[] {2, 3}, 1, 2)), 1, 2);
    assertStrides(Broadcast.layout("op", a, of()), 1, 2);
    assertStrides(Broadcast.layout("op", a, of(3)), 1, 2);
    assertStrides(Broadcast.layout("op", a, of(2, 3)), 1, 2);
    assertStrides(Broadcast.layout("op", of(2, 3), a), 3, 1);
    assertStrides(Broadcast.layout("op", of(3), a), 1, 2);
    assertStrides(Broadcast.layout("op", of(2, 1), a, of(2, 3)), 1, 2);
    assertStrides(Broadcast.layout("op", as(new long[] {2, 3}, 0, 5), a, of(2, 3)), 1, 2);
    assertStrides(Broadcast.layout("op", null, of(2, 3), a), 3, 1);
  }

  @Test
  void gapsAreClosedInTheOrderOfTheOperand() {
    Tensor rows = as(new long[] {2, 3}, 10, 2);
    Tensor columns = as(new long[] {2, 3}, 2, 10);
    assertStrides(Broadcast.layout(rows), 3, 1);
    assertStrides(Broadcast.layout("op", rows, as(new long[] {2, 3}, 10, 2)), 3, 1);
    assertStrides(Broadcast.layout(columns), 1, 2);
    assertStrides(Broadcast.layout("op", columns, of()), 1, 2);
    assertStrides(Broadcast.layout(as(new long[] {2, 3}, 0, 1)), 3, 1);
    assertStrides(Raw.layout(columns).fresh(), 1, 2);
  }

  @Test
  void stridesOfDimensionsOfSizeOneFollowPyTorch() {
    Tensor row = as(new long[] {1, 3}, 77, 1);
    assertStrides(Broadcast.layout(row), 3, 1);
    assertStrides(Raw.layout(row).fresh(), 77, 1);
    Tensor mixed = as(new long[] {3, 1, 2}, 1, 77, 3);
    assertStrides(Broadcast.layout(mixed), 1, 77, 3);
    assertStrides(Broadcast.layout("op", mixed, of()), 1, 6, 3);
    assertStrides(Broadcast.layout("op", of(0, 1), of()), 1, 0);
  }

  @Test
  void imagesWithTheirChannelsInnermostStaySo() {
    Tensor a = as(new long[] {1, 2, 3, 4}, 5, 1, 8, 2);
    assertStrides(Broadcast.layout(a), 24, 1, 8, 2);
    assertStrides(Broadcast.layout("op", a, as(new long[] {1, 2, 3, 4}, 7, 1, 8, 2)), 24, 1, 8, 2);
  }

  @Test
  void mismatchNamesShapesAndDimension() {
    assertThatThrownBy(() -> Broadcast.layout("mul", of(2, 3), of(2, 4)))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith(
            "mul: shapes [2, 3] and [2, 4] do not broadcast: sizes 3 and 4 at dimension -1");
    assertThatThrownBy(() -> Broadcast.layout("mul", of(3, 1), of(2, 5), of(4, 1)))
        .hasMessageStartingWith(
            "mul: shapes [3, 1] and [2, 5] do not broadcast: sizes 3 and 2 at dimension -2");
  }

  @Test
  void outputMustHaveTheBroadcastShape() {
    Broadcast.checkInto("add_", of(2, 3), of(2, 3), of(3));
    Broadcast.checkInto("add", of(2, 3), of(2, 1), of(3));
    assertThatThrownBy(() -> Broadcast.checkInto("add_", of(3), of(3), of(2, 3)))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith(
            "add_: output with shape [3] does not match the broadcast shape [2, 3]");
    assertThatThrownBy(() -> Broadcast.checkInto("add_", of(1), of(1), of(1, 1)))
        .isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Broadcast.checkInto("neg", of(2, 2), of(2)))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  void checkToStretchesOneSideOnly() {
    Broadcast.checkTo("copy_", Layout.contiguous(3, 1), new long[] {2, 3, 4});
    assertThatThrownBy(() -> Broadcast.checkTo("copy_", Layout.contiguous(2, 3), new long[] {1, 3}))
        .isInstanceOf(AutogradException.class)
        .hasMessageStartingWith("copy_: shape [2, 3] does not broadcast to [1, 3]");
    assertThatThrownBy(() -> Broadcast.checkTo("copy_", Layout.contiguous(1, 3), new long[] {3}))
        .isInstanceOf(AutogradException.class);
  }
}
