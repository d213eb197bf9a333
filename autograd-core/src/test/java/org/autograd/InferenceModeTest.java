package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Inference mode, and tensors made in it among others. */
class InferenceModeTest {
  private static void expect(Consumer<Tensor> action, Tensor t, String message) {
    assertThatThrownBy(() -> action.accept(t))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining(message);
  }

  @Test
  @Tag("INF-01")
  void modeNestsAndRestores() {
    assertThat(InferenceMode.isEnabled()).isFalse();
    try (Scope on = InferenceMode.enter()) {
      assertThat(InferenceMode.isEnabled()).isTrue();
      try (Scope off = InferenceMode.enter(false)) {
        assertThat(InferenceMode.isEnabled()).isFalse();
        assertThat(leaf(1).mul(2).requiresGrad()).isTrue();
      }
      assertThat(InferenceMode.isEnabled()).isTrue();
    }
    assertThat(InferenceMode.isEnabled()).isFalse();
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat((boolean) InferenceMode.run(InferenceMode::isEnabled)).isTrue();
    InferenceMode.run(() -> assertThat(InferenceMode.isEnabled()).isTrue());
  }

  @Test
  @Tag("INF-02")
  void tensorsMadeInsideAreInferenceTensors() {
    try (Scope mode = InferenceMode.enter()) {
      Tensor x = Tensor.ones(TensorOptions.of(DType.FLOAT64).withRequiresGrad(true), 2);
      assertThat(x.isInference()).isTrue();
      assertThat(x.requiresGrad()).isTrue();
      Tensor y = x.mul(2);
      assertThat(y.isInference()).isTrue();
      assertThat(y.requiresGrad()).isFalse();
      assertThat(constant(1).isInference()).isTrue();
      expect(Tensor::version, x, "version counter");
      expect(Tensor::version, y, "version counter");
    }
    assertThat(constant(1).isInference()).isFalse();
  }

  @Test
  @Tag("INF-03")
  void inferenceTensorIsChangedInPlaceOnlyInside() {
    Tensor x = InferenceMode.run(() -> constant(1, 2));
    InferenceMode.run(() -> x.mul_(2));
    assertThat(x.isInference()).isTrue();
    assertThat(values(x)).containsExactly(2, 4);
    expect(t -> t.mul_(2), x, "clone()");
    expect(t -> GradMode.noGrad(() -> t.mul_(2)), x, "inference");
    expect(t -> t.resize_(1), x, "inference");
    assertThat(values(x)).containsExactly(2, 4);
  }

  @Test
  @Tag("INF-03")
  void resultIsWrittenToAnInferenceTensorOnlyInside() {
    Tensor out = InferenceMode.run(() -> constant(7, 8));
    String message =
        "a float64 tensor of shape [2] was made in inference mode and can be changed in place only"
            + " there. clone() it to get a normal tensor.";
    Consumer<Tensor> tanh = t -> constant(0, 0).tanhOut(t);
    expect(tanh, out, "tanhOut: " + message);
    expect(t -> GradMode.noGrad(() -> tanh.accept(t)), out, "tanhOut: " + message);
    expect(t -> leaf(1, 2).mulOut(constant(1, 2), t), out, "mulOut: " + message);
    expect(t -> constant(1, 2).sumOut(new int[] {0}, false, t.select(0, 0)), out, "sumOut: ");
    assertThatThrownBy(() -> tanh.accept(out)).isInstanceOf(InplaceModificationException.class);
    try (Scope scope = Graph.allowMutationOnSavedTensors()) {
      expect(tanh, out, "tanhOut: " + message);
    }
    assertThat(values(out)).containsExactly(7, 8);

    InferenceMode.run(() -> tanh.accept(out));
    assertThat(out.isInference()).isTrue();
    assertThat(values(out)).containsExactly(0, 0);
  }

  @Test
  @Tag("INF-04")
  void requiresGradCannotBeSwitchedOnOutside() {
    Tensor x = InferenceMode.run(() -> constant(1));
    expect(Tensor::requiresGrad_, x, "inference");
    assertThat(x.requiresGrad_(false).requiresGrad()).isFalse();
  }

  @Test
  @Tag("INF-05")
  void outsideAnOperatorGivesANormalTensorAndAViewAnInferenceTensor() {
    Tensor x = InferenceMode.run(() -> Tensor.ones(TensorOptions.of(DType.FLOAT64), 2));
    Tensor y = x.mul(2);
    assertThat(y.isInference()).isFalse();
    assertThat(y.requiresGrad()).isFalse();
    assertThat(y.version()).isZero();
    Tensor view = x.view(2, 1);
    assertThat(view.isInference()).isTrue();
    assertThat(view.isView()).isFalse();
    assertThat(x.detach().isInference()).isTrue();
  }

  @Test
  @Tag("INF-06")
  void mixingWorksUnlessTheInferenceTensorMustBeSaved() {
    Tensor inference =
        InferenceMode.run(
            () -> Tensor.ones(TensorOptions.of(DType.FLOAT64).withRequiresGrad(true), 2));
    Tensor x = leaf(3, 4);
    inference.add(x).sum().backward();
    assertThat(values(x.grad())).containsExactly(1, 1);
    assertThat(values(inference.grad())).containsExactly(1, 1);
    expect(t -> t.mul(x), inference, "saved for backward");
  }

  @Test
  @Tag("INF-07")
  void normalTensorChangedInsideStaysNormalAndIsNoticed() {
    Tensor x = leaf(2);
    Tensor a = x.mul(1);
    Tensor y = a.mul(a);
    InferenceMode.run(() -> a.add_(1));
    assertThat(a.isInference()).isFalse();
    assertThat(a.requiresGrad()).isTrue();
    assertThat(a.version()).isEqualTo(1);
    expect(Tensor::backward, y, "changed in place");
  }

  @Test
  @Tag("INF-08")
  void viewTakenInsideIsANormalViewThatMustNotBeChangedOutside() {
    Tensor a = leaf(1, 2).mul(1);
    Tensor view = InferenceMode.run(() -> a.view(2, 1));
    assertThat(view.isInference()).isFalse();
    assertThat(view.isView()).isTrue();
    assertThat(view.requiresGrad()).isTrue();
    assertThatCode(() -> view.mul(a.view(2, 1)).sum().backward()).doesNotThrowAnyException();
    expect(t -> t.mul_(2), view, "inference mode");

    Tensor c = constant(1, 2);
    Tensor free = InferenceMode.run(() -> c.view(2, 1));
    assertThat(free.requiresGrad()).isFalse();
    free.mul_(2);
    assertThat(values(c)).containsExactly(2, 4);

    a.add_(1);
    expect(Tensor::gradFn, view, "inference mode");
    c.add_(1);
    assertThat(free.gradFn()).isNull();
  }

  @Test
  @Tag("INF-09")
  void cloneOutsideIsANormalTensor() {
    Tensor x = InferenceMode.run(() -> constant(2));
    Tensor clone = x.clone();
    assertThat(clone.isInference()).isFalse();
    Tensor w = leaf(3);
    clone.mul(w).backward();
    assertThat(values(w.grad())).containsExactly(2);
    assertThat(clone.requiresGrad_().requiresGrad()).isTrue();
  }

  private static Tensor requiring() {
    return InferenceMode.run(() -> constant(1, 2).requiresGrad_());
  }

  @Test
  @Tag("INF-05")
  void operatorsOnInferenceTensorsAloneAreNotRecorded() {
    Tensor x = requiring();
    for (Tensor view : List.of(x.view(2, 1), x.expand(3, 2), x.unbind(0).get(0), x.detach())) {
      assertThat(view.isInference()).isTrue();
      assertThat(view.isView()).isFalse();
      assertThat(view.requiresGrad()).isFalse();
      assertThat(view.isLeaf()).isTrue();
    }
    for (Tensor result :
        List.of(x.sin(), x.mul(x), x.sum(), x.clone(), Tensors.stack(List.of(x, x), 0))) {
      assertThat(result.isInference()).isFalse();
      assertThat(result.requiresGrad()).isFalse();
      assertThat(result.isLeaf()).isTrue();
    }
    assertThat(x.requiresGrad()).isTrue();
    assertThat(x.add(constant(1, 1)).requiresGrad()).isTrue();
  }

  @Test
  void changesOfInferenceTensorsAreNotCounted() {
    Tensor x = requiring();
    Graph.incrementVersion(x);
    InferenceMode.run(() -> Graph.incrementVersion(x));
    expect(Tensor::version, x, "version counter");
    Tensor normal = constant(1);
    Graph.incrementVersion(x, normal);
    assertThat(normal.version()).isEqualTo(1);
  }

  @Test
  void inferenceTensorsAreResizedInsideOnly() {
    Tensor x = InferenceMode.run(() -> constant(1, 2, 3));
    InferenceMode.run(() -> x.resize_(2));
    assertThat(values(x)).containsExactly(1, 2);
    InferenceMode.run(() -> x.resize_(2, 2));
    assertThat(values(x)).startsWith(1, 2).hasSize(4);
    assertThat(x.isInference()).isTrue();
    InferenceMode.run(() -> x.add_(1));
    assertThat(values(x)).startsWith(2, 3);
    Tensor view = InferenceMode.run(() -> x.view(4));
    InferenceMode.run(() -> view.resize_(3));
    assertThat(values(view)).startsWith(2, 3).hasSize(3);
    expect(t -> t.resize_(1), x, "inference mode");
    Tensor leaf = requiring();
    InferenceMode.run(() -> leaf.resize_(1));
    assertThat(values(leaf)).containsExactly(1);
    assertThat(leaf.requiresGrad()).isTrue();
    expect(t -> t.resize_(2), leaf, "requires grad");
    Tensor outside = leaf(1, 2);
    InferenceMode.run(() -> outside.resize_(1));
    outside.mul(3).sum().backward();
    assertThat(values(outside.grad())).containsExactly(3);
    Tensor normal = constant(1, 2, 3);
    InferenceMode.run(() -> normal.resize_(2));
    assertThat(normal.isInference()).isFalse();
    assertThat(normal.version()).isEqualTo(1);
    assertThat(values(normal)).containsExactly(1, 2);
  }
}
