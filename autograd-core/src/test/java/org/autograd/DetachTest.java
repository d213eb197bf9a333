package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.autograd.graph.Node;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Detaching, the requires-grad flag, and the data property. */
class DetachTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static boolean sameMemory(Tensor a, Tensor b) {
    return Raw.storage(a).memory() == Raw.storage(b).memory();
  }

  @Test
  @Tag("DET-01")
  void detachGivesAnAliasWithoutHistory() {
    Tensor x = leaf(5);
    Tensor source = x.mul(2);
    Node node = source.gradFn();
    Tensor y = source.detach();
    assertThat(y).isNotSameAs(source);
    assertThat(sameMemory(y, source)).isTrue();
    assertThat(y.gradFn()).isNull();
    assertThat(y.requiresGrad()).isFalse();
    assertThat(y.isLeaf()).isTrue();
    assertThat(source.gradFn()).isSameAs(node);
    assertThat(source.requiresGrad()).isTrue();
    Tensor z = x.add(y);
    assertThat(values(z)).containsExactly(15);
    z.backward();
    assertThat(values(x.grad())).containsExactly(1);
    source.backward();
    assertThat(values(x.grad())).containsExactly(3);

    Tensor ofLeaf = x.detach();
    assertThat(ofLeaf).isNotSameAs(x);
    assertThat(ofLeaf.requiresGrad()).isFalse();
    assertThat(x.requiresGrad()).isTrue();
    ofLeaf.fill_(7);
    assertThat(values(x)).containsExactly(7);
    Tensor c = constant(1, 2);
    assertThat(c.detach()).isNotSameAs(c);
    assertThat(sameMemory(c.detach(), c)).isTrue();
    Tensor window = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).t().detach();
    assertThat(values(window)).containsExactly(1, 3, 2, 4);
    assertThat(window.strides()).containsExactly(1, 2);
  }

  @Test
  @Tag("DET-02")
  void changeOfEitherIsNoticedByTheOther() {
    Tensor x = leaf(1, 2);
    Tensor y = x.pow(2);
    Tensor d = x.detach();
    d.zero_();
    assertThat(x.version()).isEqualTo(1);
    assertThat(d.version()).isEqualTo(1);
    assertThatThrownBy(() -> y.sum().backward()).isInstanceOf(AutogradException.class);
    assertThat(x.grad()).isNull();

    Tensor source = leaf(1, 2);
    Tensor alias = source.detach().requiresGrad_();
    Tensor z = alias.mul(alias);
    GradMode.noGrad(() -> source.add_(1));
    assertThat(alias.version()).isEqualTo(1);
    assertThatThrownBy(() -> z.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("in place");

    Tensor result = leaf(1, 2).exp();
    result.detach().add_(1);
    assertThatThrownBy(() -> result.sum().backward()).isInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("DET-03")
  void detachInPlaceMakesALeafAndOlderGraphsKeepTheirEdges() {
    Tensor x = leaf(3);
    Tensor y = leaf(4);
    Tensor a = x.mul(2);
    y.add(a).backward(KEEP);
    assertThat(values(x.grad())).containsExactly(2);
    assertThat(values(y.grad())).containsExactly(1);
    Tensor older = a.mul(5);
    assertThat(a.detach_()).isSameAs(a);
    assertThat(a.isLeaf()).isTrue();
    assertThat(a.gradFn()).isNull();
    assertThat(a.requiresGrad()).isFalse();
    assertThat(a.outputNr()).isZero();
    assertThat(values(a)).containsExactly(6);
    y.add(a).backward();
    assertThat(values(x.grad())).containsExactly(2);
    assertThat(values(y.grad())).containsExactly(2);
    older.backward();
    assertThat(values(x.grad())).containsExactly(12);

    Tensor leaf = leaf(1);
    leaf.detach_();
    assertThat(leaf.requiresGrad()).isFalse();
    assertThat(leaf.isLeaf()).isTrue();
    Tensor retained = x.mul(2);
    retained.retainGrad();
    retained.detach_();
    assertThat(retained.retainsGrad()).isFalse();
    assertThat(retained.requiresGrad()).isFalse();
  }

  @Test
  @Tag("DET-04")
  void viewCannotBeDetachedInPlace() {
    Tensor x = leaf(1, 2);
    for (Tensor base : List.of(x, x.mul(2))) {
      for (Tensor view : List.of(base.reshape(2, 1), base.slice(0, 0, 1), base.unbind(0).get(1))) {
        assertThat(view.isView()).isTrue();
        Node node = view.gradFn();
        assertThatThrownBy(view::detach_)
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("view")
            .hasMessageContaining("detach()");
        assertThat(view.gradFn()).isSameAs(node);
        assertThat(view.requiresGrad()).isTrue();
      }
    }
  }

  @Test
  @Tag("DET-05")
  void detachingABaseInPlaceLeavesItsViewsAttached() {
    Tensor x = leaf(1, 2, 3);
    for (Tensor base : List.of(x.mul(2), x)) {
      Tensor view = base.narrow(0, 1, 2);
      Node node = view.gradFn();
      assertThat(view.base()).isSameAs(base);
      base.detach_();
      assertThat(base.requiresGrad()).isFalse();
      assertThat(base.gradFn()).isNull();
      assertThat(view.gradFn()).isNotNull().isSameAs(node);
      assertThat(view.requiresGrad()).isTrue();
      assertThat(view.isLeaf()).isFalse();
      assertThat(view.base()).isSameAs(base);
    }
    Tensor y = leaf(1, 2, 3);
    Tensor base = y.mul(2);
    Tensor view = base.narrow(0, 1, 2);
    base.detach_();
    view.sum().backward();
    assertThat(values(y.grad())).containsExactly(0, 2, 2);
  }

  @Test
  @Tag("DET-06")
  void savedOperandThatWasDetachedInPlaceIsAnErrorAndASavedResultIsNot() {
    Tensor x = leaf(0.5);
    Tensor a = x.clone();
    Tensor b = a.sin();
    a.detach_();
    assertThatThrownBy(b::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("detach");
    assertThat(x.grad()).isNull();

    Tensor a2 = x.clone();
    Tensor b2 = a2.exp();
    a2.detach_();
    b2.backward();
    assertThat(values(x.grad())).containsExactly(Math.exp(0.5));

    x.setGrad(null);
    Tensor b3 = x.exp();
    Tensor sum = b3.sum();
    b3.detach_();
    sum.backward();
    assertThat(values(x.grad())).containsExactly(Math.exp(0.5));
  }

  @Test
  @Tag("DET-07")
  void requiresGradInPlaceReturnsItsTensorAndSwitchesALeafBothWays() {
    Tensor t = constant(1, 2);
    assertThat(t.requiresGrad_()).isSameAs(t);
    assertThat(t.requiresGrad()).isTrue();
    assertThat(t.requiresGrad_(false)).isSameAs(t);
    assertThat(t.requiresGrad()).isFalse();
    assertThat(t.mul(2).requiresGrad()).isFalse();
    assertThat(t.requiresGrad_(true)).isSameAs(t);
    assertThat(t.requiresGrad()).isTrue();
    assertThat(t.requiresGrad_(true).requiresGrad()).isTrue();
    t.mul(2).sum().backward();
    assertThat(values(t.grad())).containsExactly(2, 2);
    Tensor made = leaf(1).mul(2);
    assertThat(made.requiresGrad_()).isSameAs(made);
  }

  @Test
  @Tag("DET-08")
  void flagOfANonLeafCannotBeSwitchedOff() {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    Node node = y.gradFn();
    assertThatThrownBy(() -> y.requiresGrad_(false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("detach()");
    assertThat(y.requiresGrad()).isTrue();
    y.requiresGrad_(true);
    y.requiresGrad_();
    assertThat(y.gradFn()).isSameAs(node);
    assertThat(y.isLeaf()).isFalse();
    y.backward();
    assertThat(values(x.grad())).containsExactly(2);
  }

  @Test
  @Tag("DET-09")
  void dataIsAnAliasWithACounterOfItsOwn() {
    Tensor x = leaf(1, 2);
    GradMode.noGrad(() -> x.add_(1).add_(1));
    assertThat(x.version()).isEqualTo(2);
    Tensor y = x.mul(x);
    Tensor data = x.data();
    assertThat(data).isNotSameAs(x);
    assertThat(data.version()).isZero();
    assertThat(data.requiresGrad()).isFalse();
    assertThat(data.gradFn()).isNull();
    assertThat(sameMemory(data, x)).isTrue();
    data.fill_(10);
    assertThat(data.version()).isEqualTo(1);
    assertThat(x.version()).isEqualTo(2);
    assertThat(values(x)).containsExactly(10, 10);
    y.sum().backward();
    assertThat(values(x.grad())).as("of the changed values").containsExactly(20, 20);
    Tensor made = x.mul(2).data();
    assertThat(made.isLeaf()).isTrue();
    assertThat(made.requiresGrad()).isFalse();
  }

  @Test
  @Tag("DET-09")
  void assigningDataReplacesContentsButNotIdentityAndCounter() {
    Tensor x = leaf(1, 2);
    GradMode.noGrad(() -> x.add_(1).add_(1));
    Tensor y = x.mul(x);
    Tensor other = constant(7, 8, 9);
    for (int i = 0; i < 5; i++) {
      other.add_(0);
    }
    x.setData(other);
    assertThat(values(x)).containsExactly(7, 8, 9);
    assertThat(x.sizes()).containsExactly(3);
    assertThat(x.version()).isEqualTo(2);
    assertThat(x.requiresGrad()).isTrue();
    assertThat(x.isLeaf()).isTrue();
    x.mul(3).sum().backward();
    assertThat(values(x.grad())).containsExactly(3, 3, 3);
    GradMode.noGrad(() -> x.add_(1));
    assertThat(x.version()).isEqualTo(3);
    assertThat(other.version()).isEqualTo(5);
    assertThatThrownBy(() -> y.sum().backward())
        .as("x changed in place since it was saved")
        .isInstanceOf(InplaceModificationException.class);

    Tensor z = leaf(1, 2);
    for (DType dtype : List.of(DType.BOOL, DType.UINT8, DType.INT32, DType.INT64)) {
      assertThatThrownBy(() -> z.setData(Tensor.ones(dtype, 2)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("floating point")
          .hasMessageContaining(dtype.toString());
    }
    assertThat(values(z)).containsExactly(1, 2);
    assertThat(z.dtype()).isEqualTo(DType.FLOAT64);
    z.setData(Tensor.of(5f));
    assertThat(z.dtype()).isEqualTo(DType.FLOAT32);
    Tensor plain = constant(1);
    plain.setData(Tensor.of(4L, 5L));
    assertThat(plain.dtype()).isEqualTo(DType.INT64);
    assertThat(values(plain)).containsExactly(4, 5);
  }

  @Test
  @Tag("DET-10")
  void tensorChangedInPlaceCanBecomeALeaf() {
    Tensor a = constant(1, 2, 3);
    a.add_(5);
    a.requiresGrad_(true);
    a.sum().backward();
    assertThat(values(a.grad())).containsExactly(1, 1, 1);

    Tensor b = Tensor.zeros(DType.FLOAT64, 2, 2);
    b.select(0, 1).add_(5);
    b.reshape(4).mul_(2);
    b.t().unbind(0).get(0).add_(1);
    assertThat(values(b)).containsExactly(1, 0, 11, 10);
    b.requiresGrad_(true);
    assertThat(b.isLeaf()).isTrue();
    b.sum().backward();
    assertThat(values(b.grad())).containsExactly(1, 1, 1, 1);
    b.setGrad(null);
    b.mul(b).sum().backward();
    assertThat(values(b.grad())).containsExactly(2, 0, 22, 20);
  }
}
