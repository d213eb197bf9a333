package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.Index;
import org.autograd.InferenceMode;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.graph.Node;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Forms on lists check all their elements before they change the first. */
class ForeachTest {
  /** The first tensor of each list fits; this is the second one. */
  private record Bad(String what, Tensor second, Consumer<List<Tensor>> call, String mentions) {}

  private static Consumer<List<Tensor>> with(Tensor second, ListForm form) {
    return list -> form.apply(list, List.of(constant(3, 4), second));
  }

  @FunctionalInterface
  private interface ListForm {
    void apply(List<Tensor> self, List<Tensor> other);
  }

  private static Tensor inference() {
    return InferenceMode.run(() -> constant(1, 2).clone());
  }

  private static Stream<Bad> bad() {
    Tensor three = constant(1, 2, 3);
    Tensor memory = constant(1, 2, 3);
    Tensor start = memory.get(Index.to(2));
    Tensor end = memory.get(Index.from(1));
    Tensor ints = Tensor.of(1L, 2L);
    return Stream.of(
        new Bad("shape", constant(5, 6), with(three, Tensors::foreachAdd_), "[3]"),
        new Bad("larger", constant(5), with(constant(1, 2), Tensors::foreachMul_), "[1]"),
        new Bad("exponent", constant(5, 6), with(three, Tensors::foreachPow_), "[3]"),
        new Bad("dtype", ints, with(constant(1, 2), Tensors::foreachSub_), "float64"),
        new Bad("number", ints, l -> Tensors.foreachDiv_(l, 2), "float32"),
        new Bad("fraction", ints, l -> Tensors.foreachAdd_(l, 0.5), "float32"),
        new Bad("result", ints, Tensors::foreachExp_, "float32"),
        new Bad("kind", Tensor.of(1.0).gt(0), Tensors::foreachNeg_, "bool"),
        new Bad("power", ints, l -> Tensors.foreachPow_(l, Scalar.of(-1)), "-1"),
        new Bad(
            "scale",
            ints,
            l -> Tensors.foreachAdd_(l, List.of(constant(3, 4), Tensor.of(1L, 2L)), Scalar.of(0.5)),
            "alpha"),
        new Bad("leaf", leaf(5, 6), Tensors::foreachExp_, "leaf"),
        new Bad("operand", leaf(5, 6), with(constant(1, 2), Tensors::foreachMul_), "leaf"),
        new Bad("expanded", constant(5).expand(2), Tensors::foreachExp_, "expanded"),
        new Bad("overlap", start, with(end, Tensors::foreachAdd_), "share memory"),
        // The error of saving names the tensor only, in all forms of an operator.
        new Bad("saved", leaf(5, 6).mul(1), with(inference(), Tensors::foreachMul_), "inference"));
  }

  @TestFactory
  Stream<DynamicTest> nothingChangesIfTheSecondElementDoesNotFit() {
    return bad().map(b -> DynamicTest.dynamicTest(b.what, () -> check(b)));
  }

  private static void check(Bad bad) {
    List<Tensor> list = List.of(constant(1, 2), bad.second);
    List<double[]> before = list.stream().map(t -> values(t)).toList();
    List<Node> made = new ArrayList<>();
    list.forEach(t -> made.add(t.gradFn()));
    assertThatThrownBy(() -> bad.call.accept(list))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining(bad.mentions);
    for (int i = 0; i < list.size(); i++) {
      assertThat(values(list.get(i))).containsExactly(before.get(i));
      assertThat(list.get(i).version()).isZero();
      assertThat(list.get(i).gradFn()).isSameAs(made.get(i));
    }
  }

  @Test
  void operandsThatNoGradientNeedsMayBeOfInferenceMode() {
    List<Tensor> list = List.of(constant(1, 2), constant(3, 4));
    Tensors.foreachMul_(list, List.of(inference(), inference()));
    assertThat(values(list.get(1))).containsExactly(3, 8);
  }

  @Test
  void aTensorMayStandTwiceInAListAndBeItsOwnOperand() {
    Tensor a = constant(2, 3);
    Tensors.foreachMul_(List.of(a, a), List.of(a, constant(10, 10)));
    assertThat(values(a)).containsExactly(40, 90);
  }

  @Test
  void numbersKeepIntegersIntegral() {
    Tensor a = Tensor.of(2L, 3L);
    GradMode.noGrad(() -> Tensors.foreachMul_(List.of(a), 3));
    assertThat(a.dtype()).isEqualTo(DType.INT64);
    assertThat(Arrays.toString(a.toLongArray())).isEqualTo("[6, 9]");
  }
}
