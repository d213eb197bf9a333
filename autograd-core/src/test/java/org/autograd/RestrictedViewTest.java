package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Views that may not be changed in place while gradients are recorded, because of how they came to
 * be.
 */
class RestrictedViewTest {
  private static Tensor matrix() {
    return leaf(1, 2, 3, 4).reshape(2, 2).clone();
  }

  private static Map<String, Function<Tensor, List<Tensor>>> severalViews() {
    Map<String, Function<Tensor, List<Tensor>>> ops = new LinkedHashMap<>();
    ops.put("Unbind", x -> x.unbind(0));
    ops.put("Split", x -> x.split(1, 0));
    ops.put("SplitWithSizes", x -> x.splitWithSizes(new long[] {1, 1}, 0));
    ops.put("chunk", x -> x.chunk(2, 0));
    return ops;
  }

  @Test
  @Tag("VIEW-16")
  void outputsOfOperatorsWithSeveralViewsMustNotBeChanged() {
    severalViews()
        .forEach((name, op) -> {
          Tensor x = matrix();
          Tensor output = op.apply(x).get(1);
          for (Tensor t : List.of(output, output.narrow(-1, 0, 1), op.apply(x.view(2, 2)).get(0))) {
            assertThatThrownBy(() -> t.mul_(2))
                .as(name)
                .isInstanceOf(InplaceModificationException.class)
                .hasMessageContaining("several views");
          }
          assertThat(values(x)).containsExactly(1, 2, 3, 4);
        });
    Tensor x = matrix();
    for (List<Tensor> parts :
        List.of(
            x.unsafeChunk(2, 0),
            x.unsafeSplit(1, 0),
            x.unsafeSplitWithSizes(new long[] {1, 1}, 0))) {
      parts.get(0).mul_(3);
      Tensor g = Autograd.grad(parts.get(0).sum(), x, GradOptions.DEFAULT.withRetainGraph(true));
      assertThat(values(g)).containsExactly(3, 3, 0, 0);
    }
    assertThat(values(x)).containsExactly(1, 2, 3, 4);
  }

  @Test
  @Tag("VIEW-17")
  void theyMayBeChangedIfNoGradIsInvolved() {
    severalViews()
        .forEach((name, op) -> {
          Tensor x = constant(1, 2, 3, 4).reshape(2, 2).clone();
          op.apply(x).get(0).mul_(2);
          assertThat(values(x)).as(name).containsExactly(2, 4, 3, 4);
          Tensor grad = leaf(1);
          assertThatThrownBy(() -> op.apply(x).get(0).copy_(grad))
              .as(name)
              .isInstanceOf(InplaceModificationException.class);
          assertThat(values(x)).containsExactly(2, 4, 3, 4);
        });
  }

  @Test
  @Tag("VIEW-18")
  void creationMetaFollowsFromTheModeAndTheViewed() {
    Tensor x = matrix();
    Tensor plain = x.view(4);
    Tensor several = x.unbind(0).get(0);
    Tensor noGrad = GradMode.noGrad(() -> x.view(4));
    Tensor inference = InferenceMode.run(() -> x.view(4));
    assertThat(LowLevel.creationMeta(plain)).isEqualTo(CreationMeta.DEFAULT);
    assertThat(LowLevel.creationMeta(several)).isEqualTo(CreationMeta.MULTI_OUTPUT_NODE);
    assertThat(LowLevel.creationMeta(noGrad)).isEqualTo(CreationMeta.NO_GRAD_MODE);
    assertThat(LowLevel.creationMeta(inference)).isEqualTo(CreationMeta.INFERENCE_MODE);

    assertThat(LowLevel.creationMeta(several.view(2))).isEqualTo(CreationMeta.MULTI_OUTPUT_NODE);
    assertThat(LowLevel.creationMeta(noGrad.view(2, 2))).isEqualTo(CreationMeta.NO_GRAD_MODE);
    assertThat(LowLevel.creationMeta(noGrad.view(2, 2).unbind(0).get(0)))
        .isEqualTo(CreationMeta.MULTI_OUTPUT_NODE);
    assertThat(LowLevel.creationMeta(GradMode.noGrad(() -> several.view(2))))
        .isEqualTo(CreationMeta.NO_GRAD_MODE);
    assertThat(LowLevel.creationMeta(inference.view(2, 2))).isEqualTo(CreationMeta.INFERENCE_MODE);
    assertThat(LowLevel.creationMeta(inference.view(2, 2).unbind(0).get(0)))
        .isEqualTo(CreationMeta.INFERENCE_MODE);
    assertThat(LowLevel.creationMeta(GradMode.noGrad(() -> inference.view(2, 2))))
        .isEqualTo(CreationMeta.INFERENCE_MODE);

    LowLevel.setCreationMeta(plain, CreationMeta.IN_CUSTOM_FUNCTION);
    assertThat(LowLevel.creationMeta(plain)).isEqualTo(CreationMeta.IN_CUSTOM_FUNCTION);
    assertThatThrownBy(() -> plain.mul_(2))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("custom function");
    LowLevel.setCreationMeta(plain, CreationMeta.DEFAULT);
    plain.mul_(2);
    assertThatThrownBy(() -> LowLevel.creationMeta(x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("not a view");
  }

  @Test
  @Tag("VIEW-19")
  void viewMadeUnderNoGradMustNotBeChangedWithGradModeOn() {
    Tensor x = matrix();
    Tensor view = GradMode.noGrad(() -> x.view(4));
    assertThatThrownBy(() -> view.mul_(2))
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("noGrad");
    Tensor y = matrix();
    try (Scope scope = GradMode.noGrad()) {
      y.view(4).mul_(2);
    }
    assertThat(values(y)).containsExactly(2, 4, 6, 8);
    assertThat(y.gradFn().name()).isEqualTo("CloneBackward0");
  }

  @Test
  @Tag("VIEW-20")
  void viewMadeUnderNoGradRequiresGradButLeadsNowhere() {
    Tensor x = leaf(1, 2);
    Tensor view = GradMode.noGrad(() -> x.view(2));
    assertThat(view.requiresGrad()).isTrue();
    assertThat(view.gradFn()).isNull();
    assertThat(view.isLeaf()).isTrue();
    view.mul(3).sum().backward();
    assertThat(x.grad()).isNull();
    assertThat(view.grad()).isNull();
  }

  @Test
  @Tag("VIEW-21")
  void errorAppearsWhenTheHistoryOfARestrictedViewIsRefreshed() {
    Tensor x = matrix();
    Tensor several = x.unbind(0).get(0);
    x.mul_(2);
    assertThatThrownBy(several::gradFn)
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("several views");
    assertThatThrownBy(() -> several.mul(2)).isInstanceOf(InplaceModificationException.class);

    Tensor y = matrix();
    Tensor hidden = GradMode.noGrad(() -> y.view(4));
    y.view(4).mul_(2);
    assertThatThrownBy(hidden::gradFn)
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("noGrad");
  }

  private static Map<String, UnaryOperator<Tensor>> viewChanging() {
    Map<String, UnaryOperator<Tensor>> ops = new LinkedHashMap<>();
    ops.put("transpose_", t -> t.transpose_(0, 1));
    ops.put("t_", Tensor::t_);
    ops.put("squeeze_", Tensor::squeeze_);
    ops.put("squeeze_ of one", t -> t.squeeze_(0));
    ops.put("unsqueeze_", t -> t.unsqueeze_(0));
    ops.put("asStrided_", t -> t.asStrided_(new long[] {1}, new long[] {1}, t.storageOffset()));
    return ops;
  }

  private static void custom(Tensor view) {
    LowLevel.setCreationMeta(view, CreationMeta.IN_CUSTOM_FUNCTION);
  }

  @Test
  @Tag("VIEW-22")
  void viewChangingOperatorsFollowTheSameTable() {
    Function<Tensor, Tensor> noGrad = x -> GradMode.noGrad(() -> x.narrow(0, 0, 1));
    Function<Tensor, Tensor> several = x -> x.split(1, 0).get(0);
    Function<Tensor, Tensor> inCustom =
        x -> {
          Tensor view = x.narrow(0, 0, 1);
          custom(view);
          return view;
        };
    viewChanging()
        .forEach((name, op) -> {
          for (Function<Tensor, Tensor> make : List.of(noGrad, several, inCustom)) {
            Tensor view = make.apply(matrix());
            assertThatThrownBy(() -> op.apply(view))
                .as(name)
                .isInstanceOf(InplaceModificationException.class);
            assertThat(view.sizes()).containsExactly(1, 2);
            Tensor later = make.apply(matrix());
            GradMode.noGrad(() -> op.apply(later));
            assertThatThrownBy(() -> later.mul_(2))
                .as(name)
                .isInstanceOf(InplaceModificationException.class);
            Tensor free = make.apply(constant(1, 2, 3, 4).reshape(2, 2).clone());
            assertThatCode(() -> op.apply(free).mul_(2)).as(name).doesNotThrowAnyException();
          }
        });
  }

  @Test
  void viewChangingOperatorsKeepHistories() {
    Tensor x = leaf(1, 2, 3, 4).reshape(2, 2).detach().requiresGrad_();
    Tensor y = x.mul(1);
    y.transpose_(0, 1);
    assertThat(y.sizes()).containsExactly(2, 2);
    y.mul(constant(1, 10, 100, 1000).reshape(2, 2)).sum().backward();
    assertThat(values(x.grad())).containsExactly(1, 100, 10, 1000);

    x.setGrad(null);
    Tensor base = x.mul(1);
    Tensor view = base.narrow(0, 0, 1);
    view.t_();
    assertThat(view.sizes()).containsExactly(2, 1);
    view.mul_(constant(3, 5).reshape(2, 1));
    base.sum().backward();
    assertThat(values(x.grad())).containsExactly(3, 5, 1, 1);
    assertThatThrownBy(() -> x.t_())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("leaf");
  }

  @Test
  @Tag("VIEW-23")
  void viewOfAViewThatWasMadeUnderNoGradIsRestrictedToo() {
    for (boolean inference : new boolean[] {false, true}) {
      Tensor x = constant(1, 2);
      Tensor y = inference ? InferenceMode.run(() -> x.view(2)) : GradMode.noGrad(() -> x.view(2));
      y.requiresGrad_();
      Tensor z = y.view(2);
      assertThatThrownBy(() -> z.mul_(2))
          .isInstanceOf(InplaceModificationException.class)
          .hasMessageContaining("the view it is a view of")
          .hasMessageContaining(inference ? "inference mode" : "noGrad");
    }
  }
}
