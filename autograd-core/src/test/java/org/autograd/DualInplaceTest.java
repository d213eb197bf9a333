package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tensors with tangents, and in-place operators. */
class DualInplaceTest {
  private ForwardAD.Level level;

  @BeforeEach
  void enter() {
    level = ForwardAD.dualLevel();
  }

  @AfterEach
  void exit() {
    level.close();
  }

  @Test
  @Tag("FWD-10")
  void tangentsAreUpdatedInPlace() {
    Tensor x = constant(1, 2);
    Tensor t = constant(1, 1);
    Tensor dual = makeDual(x, t);
    assertThat(dual.mul_(3)).isSameAs(dual);
    assertThat(unpackDual(dual).tangent()).isSameAs(t);
    assertThat(values(t)).containsExactly(3, 3);
    assertThat(values(x)).containsExactly(3, 6);
    assertThat(tangent(x)).isNull();
    assertThat(tangent(x.mul(2))).isNull();
    dual.zero_();
    assertThat(tangent(dual)).containsExactly(0, 0);
    assertThat(unpackDual(dual).tangent()).isSameAs(t);
  }

  @Test
  @Tag("FWD-10")
  void aPrimalWithViewsStaysPlain() {
    Tensor x = constant(1, 2);
    Tensor before = x.get(Index.slice(0, 1));
    Tensor dual = makeDual(x, constant(5, 7));
    dual.mul_(makeDual(constant(2, 2), constant(1, 1)));
    // 5 * 2 + 1 * 1, 7 * 2 + 2 * 1
    assertThat(tangent(dual)).containsExactly(11, 16);
    assertThat(tangent(before)).isNull();
    assertThat(tangent(x.get(Index.slice(0, 1)))).isNull();
    assertThat(values(before)).containsExactly(2);
  }

  @Test
  @Tag("FWD-10")
  void formulasReadWhatOperandsWereBefore() {
    Tensor x = makeDual(constant(3), constant(1));
    x.mul_(x);
    assertThat(tangent(x)).containsExactly(6);
    x.pow_(2);
    // (x^2)^2 = x^4, 4 x^3 at 3
    assertThat(tangent(x)).containsExactly(108);

    Tensor root = makeDual(constant(4), constant(1));
    root.sqrt_();
    assertThat(tangent(root)).containsExactly(0.25);

    Tensor y = makeDual(constant(2, 5), constant(1, 3));
    y.mul_(y.view(2));
    assertThat(tangent(y)).containsExactly(4, 30);
    y.div_(y);
    assertThat(tangent(y)).containsExactly(0, 0);

    Tensor whole = makeDual(constant(2, 3, 4, 5).view(2, 2), constant(1, 10, 100, 1000).view(2, 2));
    Tensor row = whole.get(0);
    row.mul_(row.view(2));
    assertThat(tangent(whole)).containsExactly(4, 60, 100, 1000);
    row.mul_(whole.get(1));
    // d(x0^2 x2) = 4 * 4 + 4 * 100, d(x1^2 x3) = 60 * 5 + 9 * 1000
    assertThat(tangent(whole)).containsExactly(416, 9300, 100, 1000);
  }

  @Test
  @Tag("FWD-10")
  void anInplaceErrorLeavesTheTangentAlone() {
    Tensor x = makeDual(constant(1, 2), constant(1, 1));
    assertThatThrownBy(() -> x.mul_(constant(1, 2, 3))).isInstanceOf(AutogradException.class);
    assertThat(values(x)).containsExactly(1, 2);
    assertThat(tangent(x)).containsExactly(1, 1);

    // The tangent itself may be what cannot be changed: nothing is then.
    Tensor t = leaf(1, 1);
    Tensor y = makeDual(constant(1, 2), t);
    assertThatThrownBy(() -> y.mul_(3)).isInstanceOf(InplaceModificationException.class);
    assertThat(values(y)).containsExactly(1, 2);
    assertThat(tangent(y)).containsExactly(1, 1);
    assertThat(values(GradMode.noGrad(() -> y.mul_(3)))).containsExactly(3, 6);
    assertThat(values(t)).containsExactly(3, 3);
  }

  @Test
  @Tag("FWD-11")
  void tangentsOfViewsAreViews() {
    Tensor dual = makeDual(constant(1, 2), constant(1, 1));
    dual.get(Index.slice(0, 1)).mul_(2);
    assertThat(tangent(dual)).containsExactly(2, 1);
    assertThat(values(dual)).containsExactly(2, 2);
    Tensor view = dual.view(2, 1);
    dual.mul_(10);
    assertThat(tangent(view)).containsExactly(20, 10);
    view.t().mul_(2);
    assertThat(tangent(dual)).containsExactly(40, 20);
  }

  @Test
  @Tag("FWD-11")
  void viewsOfDualsWithGaps() {
    Tensor every = makeDual(constant(1, 2, 3, 4).get(Index.slice(0, 4, 2)), constant(5, 6));
    every.get(Index.slice(1, 2)).mul_(2);
    assertThat(tangent(every)).containsExactly(5, 12);
    Tensor apart =
        ForwardAD.setForwardGradEnabled(false) instanceof Scope off ? closing(off, every) : null;
    assertThat(tangent(apart.mul(1))).containsExactly(12);
  }

  private static Tensor closing(Scope off, Tensor every) {
    try (off) {
      return every.get(Index.slice(1, 2));
    }
  }

  @Test
  @Tag("FWD-12")
  void writingADualMakesATensorDual() {
    Tensor x = constant(1, 2, 3);
    Tensor before = x.get(Index.slice(1, 3));
    Tensor apart = x.get(Index.slice(0, 1));
    x.get(Index.slice(0, 2)).copy_(makeDual(constant(7, 8), constant(5, 6)));
    assertThat(values(x)).containsExactly(7, 8, 3);
    assertThat(tangent(x)).containsExactly(5, 6, 0);
    assertThat(tangent(before)).containsExactly(6, 0);
    assertThat(tangent(apart)).containsExactly(5);
    assertThat(tangent(before.mul(2))).containsExactly(12, 0);
    assertThat(tangent(x.get(Index.slice(2, 3)))).containsExactly(0);

    Tensor whole = constant(1, 2);
    Tensor view = whole.view(2, 1);
    whole.add_(makeDual(constant(0), constant(4)));
    assertThat(tangent(whole)).containsExactly(4, 4);
    assertThat(tangent(view)).containsExactly(4, 4);
  }

  @Test
  @Tag("FWD-12")
  void writingIntoATransposedOrSpreadTensor() {
    Tensor x = constant(1, 2, 3, 4, 5, 6).view(2, 3).t();
    x.get(1).copy_(makeDual(constant(0, 0), constant(8, 9)));
    assertThat(tangent(x)).containsExactly(0, 0, 8, 9, 0, 0);

    Tensor spread = constant(1, 2, 3, 4);
    spread.asStrided_(new long[] {2}, new long[] {2}, 1);
    spread.get(Index.slice(1, 2)).copy_(makeDual(constant(0), constant(5)));
    assertThat(values(spread)).containsExactly(2, 0);
    assertThat(tangent(spread)).containsExactly(0, 5);
  }

  @Test
  @Tag("FWD-12")
  void writingThroughADetachedAliasDoesNotMakeTheSourceDual() {
    Tensor x = constant(1, 2);
    Tensor alias = x.detach();
    alias.mul_(makeDual(constant(2, 2), constant(1, 1)));
    assertThat(values(x)).containsExactly(2, 4);
    assertThat(tangent(alias)).containsExactly(1, 2);
    assertThat(tangent(x)).isNull();
    assertThat(tangent(x.get(Index.slice(0, 1)))).isNull();
  }

  @Test
  @Tag("FWD-12")
  void copyBroadcastsTangents() {
    Tensor x = Tensor.zeros(TensorOptions.of(DType.FLOAT64), 2, 2);
    x.copy_(makeDual(constant(1, 2), constant(3, 4)));
    assertThat(tangent(x)).containsExactly(3, 4, 3, 4);
    x.copy_(makeDual(Tensor.of(9.0).reshape(new long[0]), Tensor.of(7.0).reshape(new long[0])));
    assertThat(tangent(x)).containsExactly(7, 7, 7, 7);
    x.copy_(constant(1, 1));
    assertThat(tangent(x)).containsExactly(0, 0, 0, 0);
    Tensor whole = Tensor.of(1, 2);
    whole.copy_(makeDual(constant(1, 2), constant(3, 4)));
    assertThat(tangent(whole)).isNull();
    Tensor single = Tensor.of(0f, 0f);
    single.copy_(makeDual(constant(1, 2), constant(3, 4)));
    assertThat(unpackDual(single).tangent().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tangent(single)).containsExactly(3, 4);
  }

  @Test
  void writingByIndex() {
    Tensor x = constant(1, 2, 3);
    x.set(makeDual(constant(7, 8), constant(5, 6)), Index.slice(1, 3));
    assertThat(tangent(x)).containsExactly(0, 5, 6);
    x.set(4.0, Index.at(1));
    assertThat(tangent(x)).containsExactly(0, 0, 6);
    x.set(makeDual(constant(1), constant(9)), Index.of(Tensor.of(0L)));
    assertThat(tangent(x)).containsExactly(9, 0, 6);
  }

  @Test
  void viewOperatorsInPlaceTakeTangentsAlong() {
    Tensor t = constant(1, 2, 3, 4, 5, 6).view(2, 3);
    Tensor dual = makeDual(constant(0, 0, 0, 0, 0, 0).view(2, 3), t);
    dual.transpose_(0, 1);
    assertThat(tangent(dual)).containsExactly(1, 4, 2, 5, 3, 6);
    dual.get(0).mul_(10);
    assertThat(tangent(dual)).containsExactly(10, 40, 2, 5, 3, 6);
    assertThat(values(t)).containsExactly(10, 2, 3, 40, 5, 6);
    dual.t_();
    assertThat(tangent(dual)).containsExactly(10, 2, 3, 40, 5, 6);
    dual.unsqueeze_(0);
    assertThat(unpackDual(dual).tangent().sizes()).containsExactly(1, 2, 3);
    dual.squeeze_();
    assertThat(unpackDual(dual).tangent().sizes()).containsExactly(2, 3);
    dual.unsqueeze_(1).squeeze_(1);
    assertThat(tangent(dual.mul(2))).containsExactly(20, 4, 6, 80, 10, 12);
    try (Scope off = ForwardAD.setForwardGradEnabled(false)) {
      dual.t_();
    }
    assertThat(tangent(dual)).containsExactly(10, 40, 2, 5, 3, 6);
    InferenceMode.run(() -> dual.t_());
    assertThat(tangent(dual.mul(1))).containsExactly(10, 2, 3, 40, 5, 6);
  }

  @Test
  void aViewThatIsReshapedInPlaceStaysAPartOfItsBase() {
    Tensor dual = makeDual(constant(1, 2, 3, 4), constant(1, 2, 3, 4));
    Tensor view = dual.view(2, 2);
    view.t_();
    assertThat(tangent(view)).containsExactly(1, 3, 2, 4);
    view.get(0).mul_(10);
    assertThat(tangent(dual)).containsExactly(10, 2, 30, 4);
    Tensor plain = constant(1, 2, 3, 4);
    Tensor part = plain.view(2, 2);
    part.t_();
    plain.copy_(dual);
    assertThat(tangent(part)).containsExactly(10, 30, 2, 4);
  }

  @Test
  void tangentsOfSavedValuesKeepTheirLayout() {
    Tensor x = leaf(1, 2, 3, 4, 5, 6);
    Tensor result = makeDual(x, constant(1, 1, 1, 1, 1, 2)).view(2, 3).exp();
    Tensor sum = result.mul(1).sum();
    sum.backward();
    // The gradient exp(x) has the tangent exp(x) t.
    assertThat(tangent(x.grad())[5]).isEqualTo(2 * Math.exp(6));
  }

  @Test
  void stridedViewsOfADualWhoseTangentLiesElsewhere() {
    Tensor dual = makeDual(constant(0, 1, 2, 3, 4).get(Index.slice(1, 4)), constant(5, 6, 7));
    assertThat(tangent(dual.asStrided(new long[] {2}, new long[] {1}))).containsExactly(5, 6);
    Tensor view = dual.asStrided(new long[] {2}, new long[] {1}, 2L);
    assertThat(values(view)).containsExactly(2, 3);
    assertThat(tangent(view)).containsExactly(6, 7);
    view.mul_(2);
    assertThat(tangent(dual)).containsExactly(5, 12, 14);
    // What lies outside of the dual has no tangent.
    Tensor wide = dual.asStrided(new long[] {5}, new long[] {1}, 0L);
    assertThat(tangent(wide)).containsExactly(0, 5, 12, 14, 0);
    Tensor moved = dual.mul(1);
    moved.asStrided_(new long[] {2}, new long[] {2}, 0);
    assertThat(tangent(moved)).containsExactly(5, 14);
    dual.asStrided_(new long[] {2}, new long[] {1}, 1);
    assertThat(tangent(dual)).containsExactly(5, 12);
  }

  @Test
  void resizeRefusesADual() {
    Tensor result = makeDual(constant(1, 2), constant(1, 1)).mul(2);
    assertThatThrownBy(() -> result.resize_(3))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("tangent");
    assertThat(result.sizes()).containsExactly(2);
    level.close();
    result.resize_(3);
    assertThat(values(result)).containsExactly(2, 4, 0);
    level = ForwardAD.dualLevel();
  }

  @Test
  void replacedDataKeepsATangentThatFits() {
    Tensor result = makeDual(constant(1, 2, 3, 4), constant(1, 2, 3, 4)).view(2, 2).mul(1);
    result.setData(constant(5, 6, 7, 8).view(2, 2).t());
    assertThat(tangent(result)).containsExactly(1, 2, 3, 4);
    assertThat(tangent(result.mul(result))).containsExactly(10, 28, 36, 64);
    result.get(0).mul_(2);
    assertThat(tangent(result)).containsExactly(2, 4, 3, 4);
    result.setData(constant(1, 2, 3));
    assertThat(tangent(result)).isNull();
    assertThat(tangent(result.mul(2))).isNull();
  }

  @Test
  void swallowedTangentsAreNotShared() {
    Tensor x = makeDual(constant(1, 2), constant(3, 4));
    Tensor same = x.add(0);
    Tensor copy = x.clone();
    x.mul_(2);
    assertThat(tangent(same)).containsExactly(3, 4);
    assertThat(tangent(copy)).containsExactly(3, 4);
    Tensor one = x.reshape(2).contiguous();
    one.mul_(2);
    assertThat(tangent(x)).containsExactly(12, 16);
  }
}
