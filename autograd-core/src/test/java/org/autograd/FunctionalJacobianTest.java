package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionalJacobianTest {
  private static final JacobianOptions STRICT = JacobianOptions.DEFAULT.withStrict(true);
  static final JacobianOptions FORWARD =
      JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE);
  static final JacobianOptions REVERSE =
      JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.REVERSE_MODE);

  /** All ways to compute the same numbers. */
  static List<JacobianOptions> ways() {
    List<JacobianOptions> ways = new ArrayList<>(List.of(JacobianOptions.DEFAULT));
    for (JacobianOptions o : List.of(JacobianOptions.VECTORIZED, FORWARD, REVERSE)) {
      ways.addAll(List.of(o, o.withChunkSize(1), o.withChunkSize(2), o.withChunkSize(100)));
    }
    ways.add(JacobianOptions.DEFAULT.withCreateGraph(true));
    ways.add(REVERSE.withCreateGraph(true));
    return ways;
  }

  static void assertTensor(Tensor t, long[] sizes, double... values) {
    assertThat(t.sizes()).containsExactly(sizes);
    assertThat(values(t)).containsExactly(values);
  }

  @Test
  @Tag("FUNC-01")
  void signaturesForbidWhatIsNoTensor() throws NoSuchMethodException {
    var one = Functional.class.getMethod("jacobian", UnaryOperator.class, Tensor.class);
    var type = (ParameterizedType) one.getGenericParameterTypes()[0];
    assertThat(type.getActualTypeArguments()).containsExactly(Tensor.class);
    var several = TensorFunction.class.getMethod("apply", List.class);
    assertThat(several.getGenericReturnType().getTypeName())
        .isEqualTo("java.util.List<org.autograd.Tensor>");
    assertThat(several.getGenericParameterTypes()[0].getTypeName())
        .isEqualTo("java.util.List<org.autograd.Tensor>");
  }

  @Test
  @Tag("FUNC-01")
  void nullsAndEmptyListsAreNamedWithTheirPosition() {
    TensorFunction two = in -> List.of(in.get(0).mul(2), in.get(0).mul(3));
    Tensor x = constant(1, 2);
    assertThatThrownBy(() -> Functional.jacobian(two, Arrays.asList(x, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jacobian")
        .hasMessageContaining("input 1 is null");
    assertThatThrownBy(() -> Functional.jacobian(two, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> Functional.hessian(t -> t, (Tensor) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hessian: input 0 is null");
    assertThatThrownBy(() -> Functional.jacobian(in -> Arrays.asList(x, null), List.of(x)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output 1 of the function is null");
    assertThatThrownBy(() -> Functional.jacobian(in -> null, List.of(x)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output");
    assertThatThrownBy(() -> Functional.jacobian(t -> null, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output");
    assertThatThrownBy(() -> Functional.jvp(two, List.of(x, x), Arrays.asList(x, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("v 1 is null");
  }

  @Test
  void inputsWithoutDerivativesAreRefused() {
    assertThatThrownBy(() -> Functional.jacobian(t -> t.mul(2), Tensor.of(1L, 2L)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 0")
        .hasMessageContaining("int64");
    assertThatThrownBy(
            () -> InferenceMode.run(() -> Functional.jacobian(t -> t.mul(2), constant(1))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("inference mode");
  }

  @Test
  void changingAnInputInPlaceIsRefused() {
    Tensor x = constant(1, 2);
    assertThatThrownBy(() -> Functional.jacobian(t -> t.mul_(2), x))
        .isInstanceOf(AutogradException.class);
    assertThat(values(x)).containsExactly(1, 2);
    Tensor y = leaf(1, 2).mul(1);
    assertThatThrownBy(() -> Functional.grad(t -> t.mul_(2).sum()).apply(y))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("in place")
        .hasMessageContaining("clone()");
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-02")
  @Tag("FUNC-12")
  void tensorToTensor(JacobianOptions o) {
    // x_i * x_0: derivatives x_0 on the diagonal, plus x_i in column 0.
    Tensor j = Functional.jacobian(x -> x.mul(x.get(0)), constant(2, 3, 5), o);
    assertTensor(j, new long[] {3, 3}, 4, 0, 0, 3, 2, 0, 5, 0, 2);
    assertThat(j.requiresGrad()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-02")
  @Tag("FUNC-12")
  void severalInputsAndOutputs(JacobianOptions o) {
    TensorFunction f =
        in -> {
          Tensor x = in.get(0);
          Tensor y = in.get(1);
          return List.of(
              x.unsqueeze(1).mul(y), // shape [2, 3]
              x.square().sum(), // zero dimensions, no y
              constant(7, 8)); // unrelated
        };
    Tensor x = constant(2, 3);
    Tensor y = constant(5, 7, 11);
    List<List<Tensor>> j = Functional.jacobian(f, List.of(x, y), o);
    assertThat(j).hasSize(3).allMatch(row -> row.size() == 2);
    assertTensor(j.get(0).get(0), new long[] {2, 3, 2}, 5, 0, 7, 0, 11, 0, 0, 5, 0, 7, 0, 11);
    assertTensor(
        j.get(0).get(1),
        new long[] {2, 3, 3},
        2,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        2,
        3,
        0,
        0,
        0,
        3,
        0,
        0,
        0,
        3);
    assertTensor(j.get(1).get(0), new long[] {2}, 4, 6);
    assertTensor(j.get(1).get(1), new long[] {3}, 0, 0, 0);
    assertTensor(j.get(2).get(0), new long[] {2, 2}, 0, 0, 0, 0);
    assertTensor(j.get(2).get(1), new long[] {2, 3}, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-02")
  void listsWithOneTensorStayLists(JacobianOptions o) {
    Tensor x = constant(2, 3);
    List<List<Tensor>> wide =
        Functional.jacobian(in -> List.of(in.get(0).mul(in.get(1))), List.of(x, x.mul(10)), o);
    assertThat(wide).hasSize(1);
    assertTensor(wide.get(0).get(0), new long[] {2, 2}, 20, 0, 0, 30);
    assertTensor(wide.get(0).get(1), new long[] {2, 2}, 2, 0, 0, 3);
    List<List<Tensor>> tall =
        Functional.jacobian(in -> List.of(in.get(0).sum(), in.get(0).mul(4)), List.of(x), o);
    assertThat(tall).hasSize(2);
    assertTensor(tall.get(0).get(0), new long[] {2}, 1, 1);
    assertTensor(tall.get(1).get(0), new long[] {2, 2}, 4, 0, 0, 4);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-03")
  void scalarCases(JacobianOptions o) {
    Tensor sum = Functional.jacobian(x -> x.sum(), Tensor.ones(DType.FLOAT64, 4, 4), o);
    assertThat(sum.sizes()).containsExactly(4, 4);
    assertThat(values(sum)).containsOnly(1).hasSize(16);
    Tensor repeated = Functional.jacobian(x -> x.expand(4), Tensor.scalar(3.0), o);
    assertTensor(repeated, new long[] {4}, 1, 1, 1, 1);
    assertTensor(Functional.jacobian(x -> x.square(), Tensor.scalar(3.0), o), new long[0], 6);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void emptyTensors(JacobianOptions o) {
    Tensor none = Tensor.zeros(DType.FLOAT64, 0, 2);
    assertThat(Functional.jacobian(x -> x.mul(2), none, o).sizes()).containsExactly(0, 2, 0, 2);
    assertThat(Functional.jacobian(x -> x.sum(), none, o).sizes()).containsExactly(0, 2);
    assertThat(Functional.jacobian(x -> x.get(Index.to(0)), constant(1, 2), o).sizes())
        .containsExactly(0, 2);
  }

  @Test
  @Tag("FUNC-10")
  void missingDependenceIsZerosUnlessStrict() {
    Tensor x = constant(2, 3);
    TensorFunction one = in -> List.of(in.get(0).square(), in.get(1).sum());
    List<List<Tensor>> zeros = Functional.jacobian(one, List.of(x, x));
    assertTensor(zeros.get(0).get(1), new long[] {2, 2}, 0, 0, 0, 0);
    assertTensor(zeros.get(1).get(0), new long[] {2}, 0, 0);
    assertTensor(
        Functional.jacobian(t -> constant(1), x, JacobianOptions.DEFAULT), new long[] {1, 2}, 0, 0);
    assertThatThrownBy(() -> Functional.jacobian(one, List.of(x, x), STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 0")
        .hasMessageContaining("independent of input 1")
        .hasMessageContaining("strict");
    assertThatThrownBy(() -> Functional.jacobian(t -> constant(1), x, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 0")
        .hasMessageContaining("does not require grad");
    assertThatThrownBy(() -> Functional.jacobian(t -> t.detach().mul(2), x, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("does not require grad");
    assertTensor(Functional.jacobian(t -> t.mul(2), x, STRICT), new long[] {2, 2}, 2, 0, 0, 2);
  }

  @Test
  @Tag("FUNC-10")
  void strictWithCreateGraphNeedsAJacobianThatDependsOnTheInput() {
    JacobianOptions o = STRICT.withCreateGraph(true);
    Tensor x = leaf(2, 3);
    Tensor weight = leaf(5);
    for (UnaryOperator<Tensor> linear :
        List.<UnaryOperator<Tensor>>of(t -> t.mul(2), t -> t.mul(weight))) {
      assertThatThrownBy(() -> Functional.jacobian(linear, x, o))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("jacobian")
          .hasMessageContaining("input 0")
          .hasMessageContaining("createGraph");
    }
    assertTensor(Functional.jacobian(t -> t.square(), x, o), new long[] {2, 2}, 4, 0, 0, 6);
    // The derivative by x is y: it does depend on an input.
    TensorFunction product = in -> List.of(in.get(0).mul(in.get(1)));
    assertThat(Functional.jacobian(product, List.of(leaf(2), leaf(3)), o).get(0)).hasSize(2);
  }

  @Test
  @Tag("FUNC-12")
  void vectorizeDoesNotGoWithStrict() {
    assertThatThrownBy(
            () -> Functional.jacobian(t -> t.mul(2), constant(1), STRICT.withVectorize(true)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("strict")
        .hasMessageContaining("vectorize");
  }

  @Test
  @Tag("FUNC-13")
  void forwardModeNeedsVectorizeAndAllowsNeitherGraphNorStrict() {
    Tensor x = constant(1);
    assertThatThrownBy(() -> Functional.jacobian(t -> t.mul(2), x, FORWARD.withVectorize(false)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("vectorize");
    assertThatThrownBy(() -> Functional.jacobian(t -> t.mul(2), x, FORWARD.withCreateGraph(true)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("createGraph");
    for (boolean vectorize : new boolean[] {true, false}) {
      assertThatThrownBy(() ->
              Functional.jacobian(
                  t -> t.mul(2), x, FORWARD.withStrict(true).withVectorize(vectorize)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("strict");
    }
  }

  @Test
  @Tag("FUNC-13")
  void signatureAllowsNoUnknownStrategy() throws NoSuchMethodException {
    assertThat(JacobianOptions.class.getMethod("strategy").getReturnType())
        .isEqualTo(JacobianStrategy.class);
    assertThat(JacobianStrategy.class).isFinal();
    assertThat(JacobianStrategy.values())
        .containsExactlyInAnyOrder(JacobianStrategy.FORWARD_MODE, JacobianStrategy.REVERSE_MODE);
  }

  @Test
  @Tag("FUNC-14")
  void dtypeIsTheInputsInReverseAndTheOutputsInForwardMode() {
    Tensor x = Tensor.of(2f, 3f);
    UnaryOperator<Tensor> f = t -> t.to(DType.FLOAT64).square();
    for (JacobianOptions o : List.of(JacobianOptions.DEFAULT, REVERSE)) {
      assertThat(Functional.jacobian(f, x, o).dtype()).isEqualTo(DType.FLOAT32);
    }
    assertThat(Functional.jacobian(f, x, FORWARD).dtype()).isEqualTo(DType.FLOAT64);
    for (JacobianOptions o : List.of(JacobianOptions.DEFAULT, REVERSE, FORWARD)) {
      assertTensor(Functional.jacobian(f, x, o), new long[] {2, 2}, 4, 0, 0, 6);
    }
    // Zeros for what is missing follow the same rule.
    UnaryOperator<Tensor> missing = t -> constant(1);
    assertThat(Functional.jacobian(missing, x).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Functional.jacobian(missing, x, FORWARD).dtype()).isEqualTo(DType.FLOAT64);
  }
}
