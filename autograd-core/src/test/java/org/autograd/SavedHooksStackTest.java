package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.HookPairs.HALF;
import static org.autograd.HookPairs.SAME;
import static org.autograd.HookPairs.TWICE;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.function.UnaryOperator;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which pair of saved-tensor hooks is in force, and where none may be. */
class SavedHooksStackTest {
  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  @Test
  @Tag("SAVE-14")
  void disabledHooksFailWithTheInnermostMessage() {
    try (Scope outer = Graph.disableSavedTensorsHooks("outer")) {
      assertThatThrownBy(() -> Graph.savedTensorsHooks(SAME, SAME))
          .isInstanceOf(AutogradException.class)
          .hasMessage("outer");
      try (Scope inner = Graph.disableSavedTensorsHooks("inner")) {
        assertThatThrownBy(() -> Graph.saveOnCpu()).hasMessage("inner");
        assertThatThrownBy(() -> Graph.allowMutationOnSavedTensors()).hasMessage("inner");
      }
      assertThatThrownBy(() -> Graph.savedTensorsHooks(SAME, SAME)).hasMessage("outer");
    }
    Graph.savedTensorsHooks(SAME, SAME).close();
  }

  @Test
  @Tag("SAVE-15")
  void disablingUnderHooksIsAnErrorAndChangesNothing() {
    try (Scope scope = Graph.savedTensorsHooks(SAME, SAME)) {
      assertThatThrownBy(() -> Graph.disableSavedTensorsHooks("message"))
          .isInstanceOf(AutogradException.class)
          .hasMessage("message");
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
      assertThatThrownBy(() -> LowLevel.disableSavedTensorsHooks("message")).hasMessage("message");
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
      Graph.savedTensorsHooks(SAME, SAME).close();
    }
  }

  @Test
  @Tag("SAVE-16")
  void topIsTheInnermostPairUnlessATracerRuns() {
    SavedTensorHooks<Tensor> outer = SavedTensorHooks.transform(SAME, SAME);
    SavedTensorHooks<Tensor> inner = SavedTensorHooks.transform(TWICE, HALF);
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    LowLevel.pushSavedTensorsHooks(outer);
    LowLevel.pushSavedTensorsHooks(inner);
    assertThat(LowLevel.topSavedTensorsHooks(false)).containsSame(inner);
    assertThat(LowLevel.setSavedTensorsHooksTracing(true)).isFalse();
    assertThat(LowLevel.setSavedTensorsHooksTracing(true)).isTrue();
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    assertThat(LowLevel.topSavedTensorsHooks(true)).containsSame(inner);
    Tensor a = leaf(2);
    Tensor unhooked = a.exp();
    assertThat(LowLevel.setSavedTensorsHooksTracing(false)).isTrue();
    LowLevel.popSavedTensorsHooks();
    assertThat(LowLevel.topSavedTensorsHooks(false)).containsSame(outer);
    LowLevel.popSavedTensorsHooks();
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    assertThatThrownBy(LowLevel::popSavedTensorsHooks).isInstanceOf(AutogradException.class);
    unhooked.gradFn().saved().raw("result").registerHooks(SAME, SAME);
  }

  @Test
  @Tag("SAVE-16")
  void disablingAtLowLevelLastsUntilEnabled() {
    LowLevel.disableSavedTensorsHooks("no hooks here");
    try {
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isFalse();
      assertThat(LowLevel.savedTensorsHooksDisabledMessage()).contains("no hooks here");
      assertThatThrownBy(
              () -> LowLevel.pushSavedTensorsHooks(SavedTensorHooks.transform(SAME, SAME)))
          .hasMessage("no hooks here");
    } finally {
      LowLevel.enableSavedTensorsHooks();
    }
    assertThat(LowLevel.savedTensorsHooksDisabledMessage()).isEmpty();
  }

  @Test
  @Tag("SAVE-07")
  void onlyTheInnermostPairIsUsed() {
    UnaryOperator<Tensor> three = t -> t.mul(3);
    UnaryOperator<Tensor> five = t -> t.mul(5);
    Tensor a = leaf(1, 2);
    Tensor b = leaf(1, 2);
    Tensor y;
    Tensor z;
    try (Scope outer = Graph.savedTensorsHooks(three, three)) {
      try (Scope inner = Graph.savedTensorsHooks(five, five)) {
        y = a.mul(a);
      }
      z = b.mul(b);
    }
    y.sum().backward();
    z.sum().backward();
    assertThat(values(a.grad())).containsExactly(50, 100);
    assertThat(values(b.grad())).containsExactly(18, 36);
  }
}
