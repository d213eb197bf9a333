package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.autograd.graph.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All ways of misuse in the table {@link Misuse}: which kind of error each gives, that the message
 * says what and where, and that nothing has changed when it was found before anything ran. The rows
 * themselves have tests of their own.
 */
class MisuseTest {
  private static Stream<Misuse> of(Class<? extends Throwable> kind) {
    return Misuse.ALL.stream().filter(m -> m.kind() == kind);
  }

  private static void check(Stream<Misuse> rows) {
    Map<String, String> wrong = new TreeMap<>();
    rows.forEach(m -> {
      Throwable e = catchThrowable(() -> m.call().accept(new MisuseWorld()));
      if (!m.kind().isInstance(e)) {
        wrong.put(m.row(), "expected " + m.kind().getSimpleName() + ", got " + e);
      }
    });
    assertThat(wrong).isEmpty();
  }

  @BeforeEach
  void silenceWarnings() {
    Warnings.handler(m -> {});
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(null);
  }

  @Test
  @Tag("ERR-01")
  void illegalUseIsAnAutogradException() {
    check(of(AutogradException.class));
    assertThat(of(AutogradException.class).map(Misuse::row).distinct().count()).isGreaterThan(30);
  }

  @Test
  @Tag("ERR-02")
  void valuesThatCanNeverBeValidAreIllegalArguments() {
    check(of(IllegalArgumentException.class));
    assertThat(of(IllegalArgumentException.class).map(Misuse::row))
        .containsExactlyInAnyOrder("GRAD-04", "GRAD-06", "MULTI-06", "CKPT-03", "FUNC-01", "GC-03");
  }

  @Test
  @Tag("ERR-02")
  void wrongTypesAreForbiddenByTheSignatures() throws NoSuchMethodException {
    // BWD-04, ACC-08: gradients are tensors.
    assertThat(Tensor.class.getMethod("backward", Tensor.class)).isNotNull();
    assertThat(Tensor.class.getMethod("setGrad", Tensor.class).getParameterTypes())
        .containsExactly(Tensor.class);
    // HOOK-05, NODE-05: replacements are tensors, and lists of them.
    assertThat(org.autograd.graph.TensorHook.class.getMethod("apply", Tensor.class).getReturnType())
        .isEqualTo(Tensor.class);
    assertThat(
            org.autograd.graph.NodeHook.class
                .getMethod("apply", List.class, List.class)
                .getGenericReturnType()
                .getTypeName())
        .isEqualTo("java.util.List<org.autograd.Tensor>");
    // NODE-12: a node is applied to gradients.
    assertThat(Node.class.getMethod("apply", Tensor[].class, long.class).getReturnType())
        .isEqualTo(Tensor[].class);
    // FN-10: what is saved are tensors.
    assertThat(FunctionCtx.class.getMethod("saveForBackward", Tensor[].class)).isNotNull();
    // FUNC-01: functions take and give tensors.
    assertThat(TensorFunction.class.getMethod("apply", List.class).toGenericString())
        .contains(
            "List<org.autograd.Tensor> org.autograd", "(java.util.List<org.autograd.Tensor>)");
    // POST-04: a post-accumulate hook returns nothing.
    assertThat(
            org.autograd.graph.PostAccumulateGradHook.class
                .getMethod("accept", Tensor.class)
                .getReturnType())
        .isEqualTo(void.class);
  }

  @Test
  @Tag("ERR-03")
  void whatIsMissingIsUnsupported() {
    check(of(UnsupportedOperationException.class));
    assertThat(of(UnsupportedOperationException.class).map(Misuse::row))
        .contains("GRAPH-14", "FN-07", "FUNC-13");
  }

  @Test
  @Tag("ERR-03")
  void violatedPreconditionsAreIllegalStates() {
    check(of(IllegalStateException.class));
    assertThat(of(IllegalStateException.class).map(Misuse::row))
        .contains("GC-06", "GC-11", "GC-17");
  }

  @Test
  @Tag("ERR-04")
  void misuseFoundEarlyChangesNothing() {
    Map<String, List<String>> changed = new TreeMap<>();
    for (Misuse m : Misuse.ALL) {
      if (m.early()) {
        MisuseWorld world = new MisuseWorld();
        List<String> before = world.state();
        catchThrowable(() -> m.call().accept(world));
        List<String> after = world.state();
        if (!after.equals(before)) {
          List<String> difference = new ArrayList<>(after);
          difference.removeAll(before);
          changed.put(m.row(), difference);
        }
      }
    }
    assertThat(changed).isEmpty();
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(InferenceMode.isEnabled()).isFalse();
    assertThat(AnomalyMode.isEnabled()).isFalse();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("ERR-04")
  void graphIsStillUsableAfterMisuse() {
    for (Misuse m : Misuse.ALL) {
      if (m.early()) {
        MisuseWorld world = new MisuseWorld();
        catchThrowable(() -> m.call().accept(world));
        world.leaf.setGrad(null);
        world.loss.backward();
        // loss = sum((2x)^2), so its gradient is 8x.
        assertThat(values(world.leaf.grad())).as(m.row()).containsExactly(8, 16);
      }
    }
  }

  @Test
  @Tag("ERR-05")
  void messagesSayWhatWhereAndTheRemedy() {
    Map<String, String> wrong = new TreeMap<>();
    for (Misuse m : Misuse.ALL) {
      Throwable e = catchThrowable(() -> m.call().accept(new MisuseWorld()));
      String message = e == null ? "" : String.valueOf(e.getMessage());
      for (String word : m.words()) {
        if (!message.contains(word)) {
          wrong.put(m.row(), "no \"" + word + "\" in: " + message);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(new TreeSet<>(Misuse.ALL.stream().flatMap(m -> Stream.of(m.words())).toList()))
        .as("remedies that the checklist names")
        .contains("retainGraph", "allowUnused", "detach()", "clone()", "noGrad()");
  }
}
