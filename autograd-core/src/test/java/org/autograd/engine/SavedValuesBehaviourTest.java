package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.List;
import org.autograd.AutogradException;
import org.autograd.CustomFunction;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.SavedValue;
import org.autograd.graph.SavedValues;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class SavedValuesBehaviourTest {
  @Test
  @Tag("SAVE-01")
  void bothOperandsOfASquareAreTheSameTensor() {
    Tensor a = leaf(2, 3);
    SavedValues saved = a.mul(a).gradFn().saved();
    assertThat(saved.names()).containsExactlyInAnyOrder("self", "other");
    assertThat(saved.get("self")).isSameAs(a);
    assertThat(saved.get("other")).isSameAs(a);
  }

  @Test
  @Tag("SAVE-01")
  void savedResultIsAnotherObjectOnTheSameMemory() {
    Tensor a = leaf(0, 1);
    Tensor y = a.exp();
    Tensor result = y.gradFn().saved().get("result");
    assertThat(result).isNotSameAs(y);
    assertThat(values(result)).isEqualTo(values(y));
    assertThat(result.detach().doubleArray()).isSameAs(y.detach().doubleArray());
    assertThat(result.gradFn()).isSameAs(y.gradFn());
    assertThat(result.outputNr()).isEqualTo(y.outputNr());
    assertThat(result.version()).isEqualTo(y.version());
  }

  @Test
  @Tag("SAVE-02")
  void freedValuesAreAnErrorWhileAttributesStayReadable() {
    Tensor a = leaf(1, 2, 3, 4).reshape(2, 2).detach().requiresGrad_();
    Tensor y = a.softmax(1);
    SavedValues saved = y.gradFn().saved();
    y.sum().backward();
    assertThat(saved.tensorNames()).isNotEmpty();
    for (String name : saved.tensorNames()) {
      assertThatThrownBy(() -> saved.get(name))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining(y.gradFn().name())
          .hasMessageContaining("retainGraph");
      assertThat(saved.raw(name).bytes()).isZero();
    }
    assertThat(saved.attribute("dim")).isEqualTo(1);
    assertThat(saved.attribute("dim", Integer.class)).isEqualTo(1);
  }

  @Test
  @Tag("SAVE-02")
  void absentValuesReadAsNull() {
    Tensor a = leaf(2);
    SavedValues saved = a.mul(constant(3)).gradFn().saved();
    assertThat(saved.get("self")).isNull();
    assertThat(values(saved.get("other"))).containsExactly(3);
    assertThat(saved.raw("self").isPresent()).isFalse();
    assertThat(saved.raw("other").isPresent()).isTrue();
    assertThat(saved.raw("other").bytes()).isEqualTo(8);
  }

  @Test
  void attributesAreCopies() {
    Tensor a = leaf(1, 2, 3, 4, 5, 6).reshape(2, 3).detach().requiresGrad_();
    SavedValues saved = a.sum(new int[] {1}, false).gradFn().saved();
    assertThat(saved.attribute("selfSizes", long[].class)).containsExactly(2, 3);
    saved.attribute("selfSizes", long[].class)[0] = 7;
    assertThat(saved.attribute("selfSizes", long[].class)).containsExactly(2, 3);
    assertThat(saved.attribute("dim", int[].class)).containsExactly(1);
  }

  @Test
  void wrongNamesAndTypesAreNamed() {
    Tensor a = leaf(1);
    SavedValues saved = a.mul(a).gradFn().saved();
    assertThatThrownBy(() -> saved.get("weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MulBackward0")
        .hasMessageContaining("self");
    assertThatThrownBy(() -> saved.attribute("self")).isInstanceOf(IllegalArgumentException.class);
    SavedValues sum = a.sum(new int[] {0}, false).gradFn().saved();
    assertThatThrownBy(() -> sum.attribute("dim", String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("int[]");
  }

  @Test
  void severalTensorsUnderOneNameAreReadAsAList() {
    Tensor t = leaf(1, 2, 3, 4);
    Tensor index = Tensor.of(0L, 2L);
    SavedValues saved = t.get(org.autograd.Index.of(index)).gradFn().saved();
    String name =
        saved.tensorNames().stream().filter(n -> !n.equals("self")).findFirst().orElseThrow();
    List<Tensor> list = saved.list(name);
    assertThat(list).hasSize(1);
    assertThat(list.get(0).toLongArray()).containsExactly(0, 2);
    List<SavedValue> raw = saved.rawList(name);
    assertThat(raw.get(0).bytes()).isEqualTo(16);
  }

  @Test
  void staleValueIsAnErrorWhenRead() {
    Tensor a = leaf(2);
    Tensor b = a.mul(1);
    SavedValues saved = b.mul(b).gradFn().saved();
    b.add_(1);
    assertThatThrownBy(() -> saved.get("self")).isInstanceOf(InplaceModificationException.class);
    assertThat(saved.raw("self").isPresent()).isTrue();
  }

  @Test
  void whatACustomFunctionSavedIsReadAsAList() {
    CustomFunction<Tensor, Tensor> square =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, x) -> {
              ctx.saveForBackward(x, null);
              return x.mul(x);
            })
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(ctx.saved(0)).mul(2)});
    Tensor x = leaf(3);
    Tensor y = square.apply(x);
    SavedValues saved = y.gradFn().saved();
    assertThat(saved.tensorNames()).containsExactly("savedTensors");
    assertThat(saved.list("savedTensors")).containsExactly(x, null);
    y.backward();
    assertThatThrownBy(() -> saved.list("savedTensors")).isInstanceOf(AutogradException.class);
  }
}
