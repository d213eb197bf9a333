package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionalHessianTest {
  private static final JacobianOptions STRICT = JacobianOptions.DEFAULT.withStrict(true);

  static List<JacobianOptions> ways() {
    JacobianOptions forward =
        JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE);
    return List.of(
        JacobianOptions.DEFAULT,
        JacobianOptions.VECTORIZED,
        JacobianOptions.VECTORIZED.withChunkSize(3),
        forward,
        forward.withChunkSize(1),
        forward.withChunkSize(3),
        JacobianOptions.DEFAULT.withCreateGraph(true),
        JacobianOptions.VECTORIZED.withCreateGraph(true));
  }

  /** (1 - x)^2 + 100 (y - x^2)^2. */
  static Tensor rosenbrock(Tensor t) {
    Tensor x = t.get(0);
    Tensor y = t.get(1);
    return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-12")
  void rosenbrock(JacobianOptions o) {
    // [[2 - 400 y + 1200 x^2, -400 x], [-400 x, 200]]
    Tensor h = Functional.hessian(FunctionalHessianTest::rosenbrock, constant(1.5, -0.5), o);
    assertThat(h.sizes()).containsExactly(2, 2);
    assertThat(values(h)).containsExactly(new double[] {2902, -600, -600, 200}, within(1e-9));
    assertThat(h.requiresGrad()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-04")
  @Tag("FUNC-12")
  void severalInputsGiveBlocks(JacobianOptions o) {
    TensorFunction f =
        in -> List.of(in.get(0).square().mul(2).add(in.get(1).square().mul(3)).sum());
    List<List<Tensor>> h = Functional.hessian(f, List.of(constant(1, 2), constant(3, 4)), o);
    assertThat(h).hasSize(2).allMatch(row -> row.size() == 2);
    assertThat(values(h.get(0).get(0))).containsExactly(4, 0, 0, 4);
    assertThat(values(h.get(0).get(1))).containsExactly(0, 0, 0, 0);
    assertThat(values(h.get(1).get(0))).containsExactly(0, 0, 0, 0);
    assertThat(values(h.get(1).get(1))).containsExactly(6, 0, 0, 6);
    assertThat(h).allSatisfy(row -> assertThat(row).allMatch(b -> b.dim() == 2));
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-04")
  void mixedBlocksHaveBothShapes(JacobianOptions o) {
    // sum_ij x_i y_j^2: by x_i and y_j 2 y_j; by y_j twice 2 sum(x).
    TensorFunction f = in -> List.of(in.get(0).unsqueeze(1).mul(in.get(1).square()).sum());
    List<List<Tensor>> h = Functional.hessian(f, List.of(constant(2, 3), constant(5, 7, 11)), o);
    assertThat(values(h.get(0).get(0))).containsExactly(0, 0, 0, 0);
    assertThat(h.get(0).get(1).sizes()).containsExactly(2, 3);
    assertThat(values(h.get(0).get(1))).containsExactly(10, 14, 22, 10, 14, 22);
    assertThat(h.get(1).get(0).sizes()).containsExactly(3, 2);
    assertThat(values(h.get(1).get(0))).containsExactly(10, 10, 14, 14, 22, 22);
    assertThat(values(h.get(1).get(1))).containsExactly(10, 0, 0, 0, 10, 0, 0, 0, 10);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-04")
  void resultMayHaveDimensionsOfSizeOne(JacobianOptions o) {
    Tensor h = Functional.hessian(t -> t.pow(3).sum().reshape(1, 1, 1), constant(1, 2), o);
    assertThat(h.sizes()).containsExactly(2, 2);
    assertThat(values(h)).containsExactly(6, 0, 0, 12);
    Tensor scalar = Functional.hessian(t -> t.pow(3), Tensor.of(new double[] {2}, new long[0]), o);
    assertThat(scalar.dim()).isZero();
    assertThat(scalar.item()).isEqualTo(12);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-04")
  void largerResultsAndSeveralAreRefused(JacobianOptions o) {
    assertThatThrownBy(() -> Functional.hessian(t -> t.square(), constant(1, 2), o))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("hessian")
        .hasMessageContaining("single element")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() ->
            Functional.hessian(
                in -> List.of(in.get(0).sum(), in.get(0).sum()), List.of(constant(1)), o))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("single tensor");
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Tag("FUNC-11")
  void linearFunctionsGiveZeros(JacobianOptions o) {
    assertThat(values(Functional.hessian(t -> t.mul(3).sum(), constant(1, 2), o)))
        .containsExactly(0, 0, 0, 0);
    assertThat(values(Functional.hessian(t -> constant(5).sum(), constant(1, 2), o)))
        .containsExactly(0, 0, 0, 0);
  }

  @Test
  @Tag("FUNC-11")
  void linearFunctionsAreRefusedIfStrict() {
    ProductOptions strict = ProductOptions.DEFAULT.withStrict(true);
    UnaryOperator<Tensor> linear = t -> t.mul(3).sum();
    Tensor x = constant(1, 2);
    assertThatThrownBy(() -> Functional.hessian(linear, x, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("hessian")
        .hasMessageContaining("jacobian")
        .hasMessageContaining("strict");
    assertThatThrownBy(() -> Functional.vhp(linear, x, x, strict))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vhp")
        .hasMessageContaining("strict");
    assertThatThrownBy(() -> Functional.hvp(linear, x, x, strict))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("hvp")
        .hasMessageContaining("strict");
    assertThat(values(Functional.vhp(linear, x, x).derivative())).containsExactly(0, 0);
    assertThat(values(Functional.hvp(linear, x, x).derivative())).containsExactly(0, 0);
    assertThat(values(Functional.hessian(t -> t.square().sum(), x, STRICT)))
        .containsExactly(2, 0, 0, 2);
  }

  @Test
  @Tag("FUNC-10")
  void strictNeedsEverySecondDerivative() {
    ProductOptions strict = ProductOptions.DEFAULT.withStrict(true);
    // Quadratic in x, linear in y.
    TensorFunction f = in -> List.of(in.get(0).square().add(in.get(1)).sum());
    List<Tensor> in = List.of(constant(1), constant(2));
    assertThatThrownBy(() -> Functional.hessian(f, in, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    assertThatThrownBy(() -> Functional.vhp(f, in, in, strict))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    assertThatThrownBy(() -> Functional.hvp(f, in, in, strict))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    UnaryOperator<Tensor> none = t -> constant(1).sum();
    for (Runnable call :
        List.<Runnable>of(
            () -> Functional.hessian(none, constant(1), STRICT),
            () -> Functional.vhp(none, constant(1), constant(1), strict),
            () -> Functional.hvp(none, constant(1), constant(1), strict))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("does not require grad");
    }
  }

  @Test
  @Tag("FUNC-10")
  void strictWithCreateGraphNeedsThirdDerivatives() {
    ProductOptions strict = ProductOptions.DEFAULT.withStrict(true).withCreateGraph(true);
    // The second derivative of a square still hangs on its argument, as power 0 of it.
    UnaryOperator<Tensor> quadratic = t -> t.mul(t).sum();
    UnaryOperator<Tensor> cubic = t -> t.pow(3).sum();
    Tensor x = leaf(1, 2);
    for (Runnable call :
        List.<Runnable>of(
            () -> Functional.hessian(quadratic, x, STRICT.withCreateGraph(true)),
            () -> Functional.vhp(quadratic, x, constant(1, 1), strict),
            () -> Functional.hvp(quadratic, x, constant(1, 1), strict))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("createGraph");
    }
    assertThat(values(Functional.hessian(cubic, x, STRICT.withCreateGraph(true))))
        .containsExactly(6, 0, 0, 12);
    assertThat(values(Functional.vhp(cubic, x, constant(1, 1), strict).derivative()))
        .containsExactly(6, 12);
    assertThat(values(Functional.hvp(cubic, x, constant(1, 1), strict).derivative()))
        .containsExactly(6, 12);
  }
}
