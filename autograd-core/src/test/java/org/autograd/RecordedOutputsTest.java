package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Outputs that cannot carry a gradient, carry zeros, or have no derivative; and how values leave a
 * tensor.
 */
class RecordedOutputsTest {
  @Test
  @Tag("GRAPH-11")
  void outputsOfIntegerOrBoolKindNeverRequireGrad() {
    Tensor x = leaf(3, 1, 2);
    Tensor y = leaf(2, 1, 5);
    for (Tensor operand : List.of(x, x.mul(2))) {
      List<Tensor> outputs =
          List.of(
              operand.eq(y),
              operand.ne(y),
              operand.lt(y),
              operand.le(y),
              operand.gt(y),
              operand.ge(y),
              operand.eq(1),
              operand.ne(1.5),
              operand.lt(1),
              operand.le(1),
              operand.gt(1.5),
              operand.ge(1),
              operand.logicalAnd(y),
              operand.logicalOr(y),
              operand.logicalXor(y),
              operand.logicalNot(),
              operand.isnan(),
              operand.isinf(),
              operand.isfinite(),
              operand.any(),
              operand.all(),
              operand.any(0),
              operand.all(0),
              operand.argmax(),
              operand.argmin(),
              operand.argmax(0),
              operand.argmin(0, true),
              operand.argsort(),
              operand.argsort(0, true),
              operand.nonzero(),
              operand.to(DType.INT64),
              operand.to(DType.BOOL),
              operand.sort().indices(),
              operand.sort(0, true).indices(),
              operand.max(0).indices(),
              operand.max(0, true).indices(),
              operand.min(0).indices());
      for (Tensor t : outputs) {
        assertThat(t.dtype().isDifferentiable()).isFalse();
        assertThat(t.requiresGrad()).isFalse();
        assertThat(t.gradFn()).isNull();
        assertThat(t.isLeaf()).isTrue();
      }
      for (ValuesAndIndices both :
          List.of(operand.sort(), operand.sort(0, true), operand.max(0), operand.min(0))) {
        assertThat(both.values().requiresGrad()).isTrue();
        assertThat(both.values().gradFn()).isNotNull();
      }
    }
    // 3, 1, 2 sorted is 1, 2, 3: weights 10, 20, 30 go back to where they came from.
    x.sort().values().mul(constant(10, 20, 30)).sum().backward();
    assertThat(values(x.grad())).containsExactly(30, 10, 20);
    y.max(0).values().mul(7).backward();
    assertThat(values(y.grad())).containsExactly(0, 0, 7);
  }

  @Test
  @Tag("GRAPH-12")
  void piecewiseConstantOperationsDeliverZeros() {
    List<UnaryOperator<Tensor>> ops =
        List.of(
            Tensor::floor,
            Tensor::ceil,
            Tensor::round,
            Tensor::trunc,
            Tensor::sign,
            t -> t.clone().floor_(),
            t -> t.clone().ceil_(),
            t -> t.clone().round_(),
            t -> t.clone().trunc_(),
            t -> t.clone().sign_());
    for (UnaryOperator<Tensor> op : ops) {
      Tensor x = leaf(1.5, 2.5, -0.5);
      Tensor y = op.apply(x);
      assertThat(y.requiresGrad()).isTrue();
      assertThat(y.gradFn()).isNotNull();
      y.sum().backward();
      assertThat(values(x.grad())).containsExactly(0, 0, 0);
      Tensor z = leaf(1.5, 2.5);
      assertThat(values(Autograd.grad(op.apply(z).sum(), z))).containsExactly(0, 0);
    }
  }

  @Test
  @Tag("GRAPH-14")
  void operationWithoutDerivativeFailsInBackwardOnly() {
    Tensor logProbabilities = Tensor.of(new double[] {-1, -2, -3, -4}, 2, 2);
    Tensor target = Tensor.of(0L, 1L);
    Tensor weight = leaf(1, 3);
    Tensor loss = logProbabilities.nllLoss(target, weight, Reduction.SUM);
    assertThat(values(loss)).containsExactly(1 * 1 + 3 * 4);
    assertThat(loss.requiresGrad()).isTrue();
    assertThat(loss.gradFn()).isNotNull();
    assertThatThrownBy(loss::backward)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("nllLoss");
    assertThat(weight.grad()).isNull();

    Tensor x = logProbabilities.clone().requiresGrad_();
    Tensor unweighted = x.nllLoss(target, weight.detach(), Reduction.SUM);
    unweighted.backward();
    assertThat(values(x.grad())).containsExactly(-1, 0, 0, -3);
    Tensor y = leaf(5);
    Tensor both = logProbabilities.nllLoss(target, weight, Reduction.SUM).add(y.mul(2));
    assertThat(values(Autograd.grad(both, y))).as("not through it").containsExactly(2);
  }

  /** A form that writes to its last argument. */
  @FunctionalInterface
  private interface OutForm {
    Tensor apply(Tensor a, Tensor b, Tensor out);
  }

  @Test
  @Tag("GRAPH-15")
  void outputArgumentsAreRefusedWhereGradientsWouldBeLost() {
    Map<OutForm, double[]> forms = new LinkedHashMap<>();
    forms.put((a, b, out) -> a.mulOut(b, out), new double[] {1, 4, 9, 16});
    forms.put((a, b, out) -> a.addOut(b, out), new double[] {2, 4, 6, 8});
    forms.put((a, b, out) -> a.mmOut(b, out), new double[] {7, 10, 15, 22});
    forms.put((a, b, out) -> b.addmmOut(a, b, out), new double[] {8, 12, 18, 26});
    forms.put((a, b, out) -> a.add(b).negOut(out), new double[] {-2, -4, -6, -8});
    forms.put(
        (a, b, out) -> Tensors.catOut(List.of(a, b), 0, out),
        new double[] {1, 2, 3, 4, 1, 2, 3, 4});
    forms.forEach((form, expected) -> {
      for (int which = 0; which < 3; which++) {
        Tensor[] t = {matrix(), matrix(), untouched(expected.length)};
        t[which].requiresGrad_();
        assertThatThrownBy(() -> form.apply(t[0], t[1], t[2]))
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("requires grad");
        assertThat(values(t[2])).containsOnly(-99);
        assertThat(t[2].version()).isZero();

        Tensor result = GradMode.noGrad(() -> form.apply(t[0], t[1], t[2]));
        assertThat(result).isSameAs(t[2]);
        assertThat(result.gradFn()).isNull();
        assertThat(values(result)).containsExactly(expected);
      }
      Tensor out = untouched(expected.length);
      assertThat(form.apply(matrix(), matrix(), out)).isSameAs(out);
      assertThat(out.requiresGrad()).isFalse();
      assertThat(values(out)).containsExactly(expected);
    });
    Tensor out = constant(0, 0);
    Tensor product = GradMode.noGrad(() -> leaf(2, 3).mulOut(leaf(5, 7), out));
    assertThat(values(product)).containsExactly(10, 21);
  }

  private static Tensor untouched(int elements) {
    return Tensor.ones(DType.FLOAT64, elements / 2, 2).mul(-99);
  }

  private static Tensor matrix() {
    return Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
  }

  @Test
  @Tag("GRAPH-16")
  void oneElementCanBeReadButTheArrayNeedsDetach() {
    Tensor x = leaf(1.5, 2.5);
    Tensor y = x.mul(2);
    assertThat(x.select(0, 1).item()).isEqualTo(2.5);
    assertThat(y.sum().item()).isEqualTo(8);
    assertThat(leaf(7).item()).isEqualTo(7);
    assertThat(leaf(7).itemLong()).isEqualTo(7);

    Tensor f = Tensor.of(1f, 2f).requiresGrad_();
    for (Tensor t : List.of(x, y)) {
      assertThatThrownBy(t::doubleArray)
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("detach()");
    }
    assertThatThrownBy(f::floatArray)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("detach()");

    assertThat(x.detach().doubleArray()).containsExactly(1.5, 2.5);
    try (Scope scope = GradMode.noGrad()) {
      assertThat(x.doubleArray()).containsExactly(1.5, 2.5);
      assertThat(y.doubleArray()).containsExactly(3, 5);
      assertThat(f.floatArray()).containsExactly(1, 2);
      assertThat(x.doubleArray()).isSameAs(x.detach().doubleArray());
    }
    assertThat(constant(4, 5).doubleArray()).containsExactly(4, 5);
  }

  @Test
  @Tag("GRAPH-17")
  void leafIsCopiedWithItsFlagAndGradAndANonLeafIsNot() {
    Tensor x = leaf(1, 2);
    x.setGrad(constant(7, 8));
    Tensor copy = x.deepCopy();
    assertThat(copy).isNotSameAs(x);
    assertThat(copy.isLeaf()).isTrue();
    assertThat(copy.requiresGrad()).isTrue();
    assertThat(values(copy)).containsExactly(1, 2);
    assertThat(values(copy.grad())).containsExactly(7, 8);
    GradMode.noGrad(() -> copy.fill_(100));
    copy.grad().fill_(200);
    assertThat(values(x)).containsExactly(1, 2);
    assertThat(values(x.grad())).containsExactly(7, 8);
    x.grad().fill_(300);
    assertThat(values(copy.grad())).containsExactly(200, 200);
    copy.mul(3).sum().backward();
    assertThat(values(copy.grad())).containsExactly(203, 203);
    assertThat(values(x.grad())).containsExactly(300, 300);

    Tensor plain = constant(1).deepCopy();
    assertThat(plain.requiresGrad()).isFalse();
    assertThat(plain.grad()).isNull();
    Tensor fresh = leaf(1).deepCopy();
    assertThat(fresh.requiresGrad()).isTrue();
    assertThat(fresh.grad()).isNull();
    Tensor counts = Tensor.of(1L, 2L).deepCopy();
    assertThat(counts.requiresGrad()).isFalse();

    Tensor y = x.mul(2);
    assertThatThrownBy(y::deepCopy)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("lea")
        .hasMessageContaining("detach()");
  }
}
