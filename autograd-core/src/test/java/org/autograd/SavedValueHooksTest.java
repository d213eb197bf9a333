package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.HookPairs.SAME;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hooks on one saved value. */
class SavedValueHooksTest {
  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  @Test
  @Tag("SAVE-08")
  void aPairCanBeSetOnOneSavedValueOnce() {
    Tensor a = leaf(2);
    Tensor y = a.mul(a);
    List<Tensor> packed = new ArrayList<>();
    y.gradFn()
        .saved()
        .raw("self")
        .registerHooks(
            t -> {
              packed.add(t);
              return t;
            },
            SAME);
    assertThat(packed).hasSize(1);
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("one");
    var other = y.gradFn().saved().raw("other");
    y.backward();
    assertThatThrownBy(() -> other.registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("freed");
    assertThat(values(a.grad())).containsExactly(4);
  }

  @Test
  @Tag("SAVE-08")
  void aPairOnANullValueIsAnError() {
    Tensor y = leaf(2).mul(constant(3));
    assertThat(y.gradFn().saved().raw("self").isPresent()).isFalse();
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("nothing is saved");
  }

  @Test
  @Tag("SAVE-08")
  void aPairOnAValueChangedSinceIsAnError() {
    Tensor a = leaf(2);
    Tensor h = a.mul(3);
    Tensor y = h.mul(h);
    h.add_(1);
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(InplaceModificationException.class);
  }
}
