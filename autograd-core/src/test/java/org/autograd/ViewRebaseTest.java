package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In-place changes of bases and views, and the histories that follow from them. */
class ViewRebaseTest {
  private static Tensor root() {
    return leaf(1, 2, 3, 4).view(2, 2).detach().requiresGrad_();
  }

  @Test
  @Tag("VIEW-01")
  void baseViewsAndDetachedAliasesShareOneVersionCounter() {
    Tensor x = constant(1, 2, 3);
    assertThat(x.version()).isZero();
    Tensor view = x.narrow(0, 0, 2);
    Tensor detached = x.detach();
    Tensor clone = x.clone();
    view.add_(1);
    assertThat(List.of(x.version(), view.version(), detached.version(), clone.version()))
        .containsExactly(1, 1, 1, 0);
    GradMode.noGrad(() -> detached.mul_(2));
    assertThat(List.of(x.version(), view.version(), detached.version(), clone.version()))
        .containsExactly(2, 2, 2, 0);
    x.copy_(clone).zero_();
    assertThat(view.version()).isEqualTo(4);
  }

  @Test
  @Tag("VIEW-02")
  void resizeCountsOnlyIfTheShapeChanges() {
    Tensor x = constant(1, 2, 3, 4);
    x.resize_(4);
    assertThat(x.version()).isZero();
    x.resize_(2, 2);
    assertThat(x.version()).isEqualTo(1);
    assertThat(x.sizes()).containsExactly(2, 2);
    assertThat(values(x)).containsExactly(1, 2, 3, 4);
    x.resize_(3, 2);
    assertThat(x.version()).isEqualTo(2);
    assertThat(values(x)).containsExactly(1, 2, 3, 4, 0, 0);
    assertThatThrownBy(() -> leaf(1, 2).resize_(1))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("resize_");
  }

  @Test
  @Tag("VIEW-03")
  void incrementVersionRaisesTheCounterWithoutChangingData() {
    Tensor x = leaf(2);
    Tensor y = x.mul(x);
    Graph.incrementVersion(x);
    Graph.incrementVersion(x, x);
    assertThat(x.version()).isEqualTo(3);
    assertThat(values(x)).containsExactly(2);
    assertThatThrownBy(y::backward).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  @Tag("VIEW-04")
  void versionsCanBeSetAndPreserved() {
    Tensor x = leaf(2);
    Tensor a = constant(1);
    LowLevel.unsafeSetVersionCounter(List.of(x, a), 7, 9);
    assertThat(List.of(x.version(), a.version())).containsExactly(7, 9);
    Tensor y = x.mul(x);
    try (Scope preserved = Graph.unsafePreserveVersionCounter(x);
        Scope noGrad = GradMode.noGrad()) {
      x.mul_(3);
      assertThat(x.version()).isEqualTo(8);
    }
    assertThat(x.version()).isEqualTo(7);
    y.backward();
    assertThat(values(x.grad())).containsExactly(12);
    assertThatThrownBy(() -> LowLevel.unsafeSetVersionCounter(List.of(x), 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("VIEW-05")
  void staleSavedValueIsAnErrorThatSaysWhatItIs() {
    Tensor x = leaf(1, 2, 3);
    Tensor a = x.mul(2);
    Tensor y = a.mul(a);
    a.add_(1);
    assertThatThrownBy(() -> y.sum().backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("float64")
        .hasMessageContaining("[3]")
        .hasMessageContaining("output 0 of AddBackward0")
        .hasMessageContaining("version 1")
        .hasMessageContaining("version 0");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("VIEW-06")
  void changeOfAnOperandMattersOnlyIfItWasSaved() {
    Tensor x = leaf(2);
    Tensor y = leaf(3);
    Tensor z = x.mul(y);
    Tensor q = z.add(y);
    Tensor w = z.mul(y);
    z.add_(2);
    q.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(values(x.grad())).containsExactly(3);
    assertThat(values(y.grad())).containsExactly(3);
    assertThatThrownBy(w::backward).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  @Tag("VIEW-07")
  void lastResultAfterAnInplaceOperationIsDifferentiable() {
    Tensor x = leaf(2);
    Tensor y = leaf(4);
    Tensor m = x.div(2);
    Tensor z = m.add(y.div(8));
    Tensor q = z.mul(y);
    double before = z.item();
    Tensor w = z.exp_();
    assertThatThrownBy(q::backward).isInstanceOf(InplaceModificationException.class);
    w.backward();
    assertThat(x.grad().item()).isEqualTo(Math.exp(before) / 2);
  }

  @Test
  @Tag("VIEW-08")
  void savedResultNoticesItsChangeAndSavedOperandDoesNotMindTheResults() {
    Tensor x = leaf(0.5);
    Tensor result = x.exp();
    result.add_(1);
    assertThatThrownBy(result::backward).isInstanceOf(InplaceModificationException.class);

    Tensor y = leaf(0.5);
    Tensor sine = y.sin();
    sine.add_(1);
    sine.backward();
    assertThat(y.grad().item()).isEqualTo(Math.cos(0.5));
  }

  @Test
  @Tag("VIEW-09")
  void leafThatRequiresGradAndItsViewsCannotBeChanged() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> x.add_(1))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("is a leaf that requires grad");
    Tensor view = x.narrow(0, 0, 1);
    assertThatThrownBy(() -> view.add_(1))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("view of a leaf");
    assertThat(values(x)).containsExactly(1, 2);
    assertThat(x.version()).isZero();
  }

  @Test
  @Tag("VIEW-10")
  void operandThatRequiresGradGivesAConstantTargetAHistory() {
    Tensor a = constant(1);
    Tensor b = leaf(2);
    a.add_(b);
    assertThat(a.requiresGrad()).isTrue();
    assertThat(a.gradFn().name()).isEqualTo("AddBackward0");
    a.backward();
    assertThat(values(b.grad())).containsExactly(1);
  }

  @Test
  @Tag("VIEW-11")
  void writesIntoSlicesAreRecorded() {
    Tensor x = Tensor.zeros(DType.FLOAT64, 2);
    Tensor y = TestTensors.scalarLeaf(3);
    Tensor z = TestTensors.scalarLeaf(4);
    x.set(y, Index.at(0));
    x.set(z.mul(2), Index.at(1));
    assertThat(x.requiresGrad()).isTrue();
    x.sum().backward();
    assertThat(y.grad().item()).isEqualTo(1);
    assertThat(z.grad().item()).isEqualTo(2);

    Tensor source = leaf(1, 2, 3);
    Tensor target = source.add(2);
    target.set(7, Index.at(1));
    target.sum().backward();
    assertThat(values(source.grad())).containsExactly(1, 0, 1);
  }

  @Test
  @Tag("ACC-11")
  void gradientOfABroadcastWriteIsSummedBack() {
    Tensor x = leaf(1, 2, 3, 4);
    Tensor y = Tensor.zeros(DType.FLOAT64, 2, 3, 4);
    y.set(x, Index.at(1));
    y.sum().backward();
    assertThat(x.grad().sizes()).containsExactly(4);
    assertThat(values(x.grad())).containsExactly(3, 3, 3, 3);
  }

  @Test
  @Tag("VIEW-12")
  void changingAViewChangesTheBasesGraph() {
    Tensor root = root();
    Tensor x = root.clone();
    x.get(0).mul_(2);
    x.sum().backward();
    assertThat(values(root.grad())).containsExactly(2, 2, 1, 1);

    Tensor other = root();
    Tensor y = other.clone();
    y.get(0).get(1).mul_(2);
    y.sum().backward();
    assertThat(values(other.grad())).containsExactly(1, 2, 1, 1);
  }

  @Test
  @Tag("VIEW-13")
  void siblingViewsSeeTheChange() {
    Tensor root = root();
    Tensor x = root.clone();
    Tensor v1 = x.get(0);
    Tensor v2 = x.get(0);
    v1.mul_(2);
    v2.sum().backward();
    assertThat(values(root.grad())).containsExactly(2, 2, 0, 0);
  }

  @Test
  @Tag("VIEW-14")
  void changingTheBaseChangesEarlierViews() {
    Tensor x = Tensor.ones(DType.FLOAT64, 5);
    Tensor v = x.get(1);
    assertThat(v.requiresGrad()).isFalse();
    Tensor r = leaf(1, 1, 1, 1, 1);
    x.add_(r);
    assertThat(v.requiresGrad()).isTrue();
    assertThat(values(Autograd.grad(v, r))).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  @Tag("VIEW-15")
  void viewOfAConstantWrittenWithAGradMakesTheBaseRequireGrad() {
    Tensor a = constant(2, 5);
    Tensor b = leaf(3);
    Tensor res = a.narrow(0, 1, 1).mul_(b);
    assertThat(a.requiresGrad()).isTrue();
    res.sum().backward();
    assertThat(values(b.grad())).containsExactly(5);
    assertThat(a.gradFn().name()).isEqualTo("CopySlices");
  }

  @Test
  @Tag("VIEW-25")
  void baseIsAlwaysTheRoot() {
    Tensor x = constant(1, 2, 3, 4);
    Tensor view = x.view(2, 2);
    assertThat(view.get(0).transpose(0, 0).base()).isSameAs(x);
    assertThat(view.base()).isSameAs(x);
    assertThat(x.detach().base()).isNull();
    assertThat(view.detach().isView()).isFalse();
  }

  @Test
  @Tag("RG-05")
  void retainedGradsOfViewsSurviveAChangeOfOneOfThem() {
    Tensor base = leaf(1).clone();
    Tensor view = base.narrow(0, 0, 1);
    Tensor view2 = base.narrow(0, 0, 1);
    view.retainGrad();
    view2.retainGrad();
    view.mul_(2);
    view.add(view2).sum().backward();
    assertThat(values(view.grad())).containsExactly(1);
    assertThat(values(view2.grad())).containsExactly(1);

    Tensor root = leaf(3);
    Tensor kept = root.clone();
    kept.retainGrad();
    kept.narrow(0, 0, 1).mul_(2);
    kept.mul_(5);
    kept.mul(7).sum().backward();
    assertThat(values(kept.grad())).containsExactly(7);
    assertThat(values(root.grad())).containsExactly(70);
  }

  @Test
  void operandOverTheChangedMemoryIsSavedAsACopy() {
    Tensor x = leaf(3, 5);
    Tensor y = x.mul(1);
    y.mul_(y);
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(6, 10);

    x.setGrad(null);
    Tensor z = x.mul(1);
    z.mul_(z.view(2));
    z.sum().backward();
    assertThat(values(x.grad())).containsExactly(6, 10);
  }

  @Test
  void doubleBackwardThroughAChangedView() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(1);
    Tensor row = y.narrow(0, 0, 1);
    row.mul_(x.narrow(0, 1, 1));
    Tensor loss = y.mul(y).sum();
    GradOptions create = GradOptions.DEFAULT.withCreateGraph(true);
    Tensor g = Autograd.grad(loss, x, create);
    // loss = (x0 x1)^2 + x1^2: gradient (2 x0 x1^2, 2 x0^2 x1 + 2 x1)
    assertThat(values(g)).containsExactly(36, 30);
    Tensor gg = Autograd.grad(g.sum(), x);
    // of their sum: (2 x1^2 + 4 x0 x1, 4 x0 x1 + 2 x0^2 + 2)
    assertThat(values(gg)).containsExactly(42, 34);
  }
}
