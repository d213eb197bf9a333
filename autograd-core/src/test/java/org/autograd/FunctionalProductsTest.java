package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FunctionalProductsTest {
  private static final ProductOptions STRICT = ProductOptions.DEFAULT.withStrict(true);

  /** 2x + 3y. */
  private static final TensorFunction PLANE = in -> List.of(in.get(0).mul(2).add(in.get(1).mul(3)));

  /** x^3 + sum(x). */
  private static Tensor cubes(Tensor x) {
    return x.pow(3).add(x.sum());
  }

  @Test
  @Tag("FUNC-05")
  void vjpOfAPlane() {
    var r = Functional.vjp(PLANE, List.of(constant(1, 2), constant(3, 4)), List.of(constant(1, 1)));
    assertThat(values(r.value().get(0))).containsExactly(11, 16);
    assertThat(values(r.derivative().get(0))).containsExactly(2, 2);
    assertThat(values(r.derivative().get(1))).containsExactly(3, 3);
  }

  @Test
  @Tag("FUNC-05")
  void vectorOfVjpMustMatchTheOutput() {
    Tensor x = constant(1, 2);
    for (Tensor bad : List.of(constant(1), constant(1, 2, 3), constant(1, 2).unsqueeze(0))) {
      assertThatThrownBy(() -> Functional.vjp(t -> t.mul(2), x, bad))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("vjp: v 0")
          .hasMessageContaining(bad.shape().toString())
          .hasMessageContaining("[2]");
    }
    assertThatThrownBy(() -> Functional.vjp(PLANE, List.of(x, x), List.of(x, x)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("2 tensors in v for 1");
    // The function goes from [2] to []: an input's shape does not do.
    assertThatThrownBy(() -> Functional.vjp(t -> t.sum(), x, x))
        .isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("FUNC-05")
  void vectorOfVjpMayBeLeftOutForOneElement() {
    Tensor x = constant(1, 2);
    assertThat(values(Functional.vjp(t -> t.square().sum(), x).derivative())).containsExactly(2, 4);
    assertThat(values(Functional.vjp(t -> t.square().sum().reshape(1, 1), x).derivative()))
        .containsExactly(2, 4);
    assertThatThrownBy(() -> Functional.vjp(t -> t.square(), x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("left out")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() -> Functional.vjp(in -> List.of(x.sum(), x.sum()), List.of(x), null))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("left out");
  }

  @Test
  @Tag("FUNC-06")
  void jvpOfAPlane() {
    Tensor one = constant(1);
    var r = Functional.jvp(PLANE, List.of(constant(1), constant(3)), List.of(one, one));
    assertThat(values(r.value().get(0))).containsExactly(11);
    assertThat(values(r.derivative().get(0))).containsExactly(5);
  }

  @Test
  @Tag("FUNC-06")
  void vectorOfJvpMustMatchTheInput() {
    Tensor x = constant(1, 2);
    List<Tensor> ran = new ArrayList<>();
    UnaryOperator<Tensor> f =
        t -> {
          ran.add(t);
          return t.sum();
        };
    for (Tensor bad : List.of(constant(1), constant(1, 2).unsqueeze(1))) {
      assertThatThrownBy(() -> Functional.jvp(f, x, bad))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("jvp: v 0")
          .hasMessageContaining("input 0")
          .hasMessageContaining(bad.shape().toString());
    }
    assertThatThrownBy(() -> Functional.jvp(PLANE, List.of(x, x), List.of(x)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("1 tensors in v for 2");
    assertThatThrownBy(() -> Functional.jvp(f, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("left out");
    assertThatThrownBy(() -> Functional.jvp(PLANE, List.of(constant(1), constant(1)), null))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("left out");
    assertThat(ran).as("runs before v was checked").isEmpty();
    assertThat(values(Functional.jvp(t -> t.mul(constant(3, 4)), constant(5)).derivative()))
        .containsExactly(3, 4);
  }

  @Test
  @Tag("FUNC-06")
  void vectorsOfAnotherFloatDtypeAreConverted() {
    Tensor x = constant(2, 3);
    var r = Functional.jvp(t -> t.square(), x, Tensor.of(1f, 10f));
    assertThat(r.derivative().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(values(r.derivative())).containsExactly(4, 60);
  }

  @Test
  @Tag("FUNC-07")
  void productsEqualThoseWithTheJacobian() {
    double[] x = {2, -1, 0.5};
    double[] v = {1, 3, -2};
    // J_ij = 3 x_i^2 [i = j] + 1
    double[] jv = new double[3];
    double[] vj = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double entry = (i == j ? 3 * x[i] * x[i] : 0) + 1;
        jv[i] += entry * v[j];
        vj[j] += entry * v[i];
      }
    }
    assertThat(
            values(
                Functional.jvp(FunctionalProductsTest::cubes, constant(x), constant(v))
                    .derivative()))
        .containsExactly(jv, within(1e-12));
    assertThat(
            values(
                Functional.vjp(FunctionalProductsTest::cubes, constant(x), constant(v))
                    .derivative()))
        .containsExactly(vj, within(1e-12));
  }

  @Test
  @Tag("FUNC-07")
  void productsEqualThoseWithTheHessian() {
    // f = sum(x^2 y) + x_0 x_1: H_xx = diag(2 y) + off-diagonal ones, H_xy = diag(2 x), H_yy = 0.
    TensorFunction f =
        in -> {
          Tensor x = in.get(0);
          return List.of(x.square().mul(in.get(1)).sum().add(x.get(0).mul(x.get(1))));
        };
    List<Tensor> at = List.of(constant(2, 3), constant(5, 7));
    List<Tensor> v = List.of(constant(1, 10), constant(100, 1000));
    double[] x = {1 * 10 + 10 + 4 * 100, 14 * 10 + 1 + 6 * 1000};
    double[] y = {4, 60};
    for (var r : List.of(Functional.vhp(f, at, v), Functional.hvp(f, at, v))) {
      assertThat(r.value().item()).isEqualTo(4 * 5 + 9 * 7 + 6);
      assertThat(values(r.derivative().get(0))).containsExactly(x);
      assertThat(values(r.derivative().get(1))).containsExactly(y);
    }
    Tensor[] full = {
      Tensors.cat(Functional.hessian(f, at).get(0), 1),
      Tensors.cat(Functional.hessian(f, at).get(1), 1)
    };
    Tensor h = Tensors.cat(List.of(full), 0);
    double[] product = values(h.mv(Tensors.cat(v, 0)));
    assertThat(product).containsExactly(x[0], x[1], y[0], y[1]);
  }

  @Test
  @Tag("FUNC-07")
  void hessianProductsCheckTheirVectorAndResult() {
    Tensor x = constant(1, 2);
    UnaryOperator<Tensor> f = t -> t.pow(3).sum();
    assertThatThrownBy(() -> Functional.vhp(f, x, constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vhp: v 0")
        .hasMessageContaining("[1]");
    assertThatThrownBy(() -> Functional.hvp(f, x, constant(1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("hvp: v 0");
    assertThatThrownBy(() -> Functional.vhp(f, x)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Functional.hvp(f, x)).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> Functional.vhp(t -> t.pow(3), x, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("single element");
    assertThatThrownBy(() -> Functional.hvp(t -> t.pow(3), x, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("single element");
    assertThatThrownBy(
            () -> Functional.hvp(in -> List.of(x.sum(), x.sum()), List.of(x), List.of(x)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("single tensor");
    assertThat(values(Functional.vhp(f, constant(4)).derivative())).containsExactly(24);
    assertThat(values(Functional.hvp(f, constant(4)).derivative())).containsExactly(24);
  }

  @Test
  @Tag("FUNC-10")
  void missingDependenceIsZerosUnlessStrict() {
    Tensor x = constant(1, 2);
    TensorFunction first = in -> List.of(in.get(0).square());
    List<Tensor> at = List.of(x, constant(3));
    List<Tensor> ones = List.of(constant(1, 1));
    List<Tensor> vjp = Functional.vjp(first, at, ones).derivative();
    assertThat(values(vjp.get(0))).containsExactly(2, 4);
    assertThat(values(vjp.get(1))).containsExactly(0);
    assertThatThrownBy(() -> Functional.vjp(first, at, ones, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    List<Tensor> v = List.of(constant(1, 1), constant(1));
    assertThat(values(Functional.jvp(first, at, v).derivative().get(0))).containsExactly(2, 4);
    assertThatThrownBy(() -> Functional.jvp(first, at, v, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1");
    UnaryOperator<Tensor> none = t -> constant(5, 6);
    assertThat(values(Functional.vjp(none, x, constant(1, 1)).derivative())).containsExactly(0, 0);
    assertThat(values(Functional.jvp(none, x, constant(1, 1)).derivative())).containsExactly(0, 0);
    assertThatThrownBy(() -> Functional.vjp(none, x, constant(1, 1), STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 0");
    assertThatThrownBy(() -> Functional.jvp(none, x, constant(1, 1), STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 0");
  }

  @Test
  @Tag("FUNC-10")
  void strictWithCreateGraphNeedsAJacobianThatDependsOnTheInput() {
    ProductOptions o = STRICT.withCreateGraph(true);
    Tensor x = leaf(1, 2);
    Tensor v = constant(1, 1);
    assertThatThrownBy(() -> Functional.vjp(t -> t.mul(2), x, v, o))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("createGraph");
    assertThatThrownBy(() -> Functional.jvp(t -> t.mul(2), x, v, o))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("createGraph");
    assertThat(values(Functional.vjp(t -> t.square(), x, v, o).derivative())).containsExactly(2, 4);
    assertThat(values(Functional.jvp(t -> t.square(), x, v, o).derivative())).containsExactly(2, 4);
    assertThat(values(Functional.jvp(t -> t.mul(2), x, v, STRICT).derivative()))
        .containsExactly(2, 2);
  }

  @Test
  void jvpRunsTheFunctionOnceInForwardMode() {
    List<Boolean> dual = new ArrayList<>();
    UnaryOperator<Tensor> f =
        t -> {
          dual.add(ForwardAD.unpackDual(t).tangent() != null);
          return t.square().sum();
        };
    Functional.jvp(f, constant(1, 2), constant(1, 1));
    Functional.hvp(f, constant(1, 2), constant(1, 1));
    Functional.vhp(f, constant(1, 2), constant(1, 1));
    Functional.vjp(f, constant(1, 2));
    assertThat(dual).containsExactly(true, true, false, false);
  }

  @Test
  void forwardModeIsSwitchedOnInside() {
    try (Scope scope = ForwardAD.setForwardGradEnabled(false)) {
      assertThat(values(Functional.jvp(t -> t.square(), constant(3)).derivative()))
          .containsExactly(6);
      assertThat(values(Functional.hvp(t -> t.pow(3), constant(3)).derivative()))
          .containsExactly(18);
      assertThat(values(Functional.jacfwd(t -> t.square()).apply(constant(3)))).containsExactly(6);
      assertThat(ForwardAD.isForwardGradEnabled()).isFalse();
    }
  }

  @Test
  @Tag("FUNC-10")
  void everyOutputOfAStrictJvpDependsOnAnInput() {
    Tensor w = leaf(5);
    TensorFunction f = in -> List.of(in.get(0).square(), w.mul(2));
    List<Tensor> x = List.of(constant(3));
    assertThat(values(Functional.jvp(f, x, x).derivative().get(1))).containsExactly(0);
    assertThatThrownBy(() -> Functional.jvp(f, x, x, STRICT))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 1")
        .hasMessageContaining("independent");
  }
}
