package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Numbers that integers cannot meet are refused in every form of their operator. */
class NumberRulesTest {
  private record Bad(String form, Consumer<Tensor> call) {}

  private static Tensor ints() {
    return Tensor.of(2L, 3L);
  }

  private static Stream<DynamicTest> refused(String mentions, Stream<Bad> bad) {
    return bad.map(b ->
        DynamicTest.dynamicTest(
            b.form,
            () -> {
              Tensor t = ints();
              assertThatThrownBy(() -> b.call.accept(t))
                  .isInstanceOf(AutogradException.class)
                  .hasMessageStartingWith(b.form + ": ")
                  .hasMessageContaining(mentions)
                  .hasMessageContaining("int64");
              assertThat(t.toLongArray()).containsExactly(2, 3);
              assertThat(t.version()).isZero();
            }));
  }

  @TestFactory
  Stream<DynamicTest> integersHaveNoNegativeIntegerPowers() {
    Scalar minus = Scalar.of(-1);
    return refused(
        "integers to negative integer powers are not allowed",
        Stream.of(
            new Bad("pow", t -> t.pow(-1)),
            new Bad("pow_", t -> t.pow_(minus)),
            new Bad("powOut", t -> ints().powOut(minus, t)),
            new Bad("pow", t -> Tensors.foreachPow(List.of(t), minus)),
            new Bad("foreachPow_", t -> Tensors.foreachPow_(List.of(ints(), t), minus))));
  }

  @TestFactory
  Stream<DynamicTest> integersAreNotScaledByAFraction() {
    Scalar half = Scalar.of(0.5);
    Tensor o = ints();
    return refused(
        "alpha must not be a floating point number",
        Stream.of(
            new Bad("add", t -> t.add(o, half)),
            new Bad("add_", t -> t.add_(o, half)),
            new Bad("addOut", t -> ints().addOut(o, half, t)),
            new Bad("add", t -> Tensors.foreachAdd(List.of(t), List.of(o), half)),
            new Bad(
                "foreachAdd_", t -> Tensors.foreachAdd_(List.of(ints(), t), List.of(o, o), half)),
            new Bad("sub", t -> t.sub(o, half)),
            new Bad("sub_", t -> t.sub_(o, half)),
            new Bad("subOut", t -> ints().subOut(o, half, t)),
            new Bad("sub", t -> Tensors.foreachSub(List.of(t), List.of(o), half)),
            new Bad(
                "foreachSub_", t -> Tensors.foreachSub_(List.of(ints(), t), List.of(o, o), half))));
  }

  @Test
  void wholeFloatingPointNumbersAreFractionsToo() {
    assertThatThrownBy(() -> ints().add(ints(), Scalar.of(2.0)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("2.0");
  }

  @Test
  void truthValuesStayTruthValues() {
    Tensor t = constant(0, 1).gt(0);
    Tensor sum = t.add(constant(1, 0).gt(0), Scalar.of(0));
    assertThat(sum.dtype()).isEqualTo(DType.BOOL);
    assertThat(values(sum)).containsExactly(0, 1);
  }

  @Test
  void whatIntegersCanMeetKeepsThemIntegral() {
    assertThat(ints().add(ints(), Scalar.of(-2)).toLongArray()).containsExactly(-2, -3);
    assertThat(ints().pow(Scalar.of(3)).toLongArray()).containsExactly(8, 27);
    assertThat(ints().pow(Scalar.of(0)).toLongArray()).containsExactly(1, 1);
  }

  @Test
  void floatingPointOperandsMeetEveryNumber() {
    assertThat(values(constant(2, 4).pow(Scalar.of(-1)))).containsExactly(0.5, 0.25);
    assertThat(values(constant(2, 4).add(ints(), Scalar.of(0.5)))).containsExactly(3, 5.5);
    Tensor root = ints().pow(Scalar.of(-1.0));
    assertThat(root.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(values(root)[0]).isEqualTo(0.5);
  }

  @Test
  void aTensorOfNegativeExponentsGivesTheIntegralPart() {
    Tensor bases = Tensor.of(1L, -1L, -1L, 2L);
    Tensor powers = bases.pow(Tensor.of(-1L, -1L, -2L, -1L));
    assertThat(powers.toLongArray()).containsExactly(1, -1, 1, 0);
  }
}
