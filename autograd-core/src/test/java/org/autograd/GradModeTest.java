package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No-grad, enable-grad and set-grad-enabled. */
class GradModeTest {
  private static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @AfterEach
  void everyTestLeavesTheModeOn() {
    boolean on = GradMode.isEnabled();
    GradMode.setGradEnabled(true);
    assertThat(on).isTrue();
  }

  /** What new operations show of the mode. */
  private static boolean records() {
    boolean recorded = leaf(1).mul(2).requiresGrad();
    assertThat(GradMode.isEnabled()).isEqualTo(recorded);
    return recorded;
  }

  @Test
  @Tag("MODE-01")
  void nothingIsRecordedUnderNoGrad() {
    Tensor x = leaf(1);
    Tensor recorded = x.mul(2);
    try (Scope scope = GradMode.noGrad()) {
      for (Tensor t : List.of(x.mul(3), recorded.exp(), x.add(recorded), x.clone(), x.sum())) {
        assertThat(t.requiresGrad()).isFalse();
        assertThat(t.gradFn()).isNull();
        assertThatThrownBy(t::backward).isInstanceOf(AutogradException.class);
      }
    }
    Tensor result = GradMode.noGrad(() -> x.mul(3));
    assertThat(result.requiresGrad()).isFalse();
    assertThatThrownBy(result::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("require");
    assertThat(x.grad()).isNull();
  }

  private static void off(int depth, List<Boolean> seen) {
    try (Scope scope = GradMode.noGrad()) {
      seen.add(records());
      if (depth > 0) {
        on(depth - 1, seen);
        assertThat(records()).isFalse();
      }
    }
  }

  private static void on(int depth, List<Boolean> seen) {
    try (Scope scope = GradMode.enableGrad()) {
      seen.add(records());
      if (depth > 0) {
        off(depth - 1, seen);
        assertThat(records()).isTrue();
      }
    }
  }

  private static boolean offBlock(int depth) {
    return GradMode.noGrad(() -> {
      assertThat(records()).isFalse();
      boolean inner = depth > 0 && onBlock(depth - 1);
      assertThat(records()).isFalse();
      return inner;
    });
  }

  private static boolean onBlock(int depth) {
    return GradMode.enableGrad(() -> {
      assertThat(records()).isTrue();
      boolean inner = depth == 0 || offBlock(depth - 1);
      assertThat(records()).isTrue();
      return inner;
    });
  }

  @Test
  @Tag("MODE-02")
  void leavingAScopeRestoresTheModeFoundBefore() {
    List<Boolean> seen = new ArrayList<>();
    off(10, seen);
    assertThat(seen)
        .containsExactly(false, true, false, true, false, true, false, true, false, true, false);
    assertThat(records()).isTrue();
    seen.clear();
    on(10, seen);
    assertThat(seen).hasSize(11);
    assertThat(records()).isTrue();
    offBlock(10);
    onBlock(10);
    assertThat(records()).isTrue();
    try (Scope a = GradMode.noGrad()) {
      try (Scope b = GradMode.noGrad()) {
        assertThat(records()).isFalse();
      }
      assertThat(records()).isFalse();
      try (Scope b = GradMode.enableGrad()) {
        try (Scope c = GradMode.enableGrad()) {
          assertThat(records()).isTrue();
        }
        assertThat(records()).isTrue();
      }
      assertThat(records()).isFalse();
    }
    assertThat(records()).isTrue();
  }

  private static void throwsAtDepth(int depth) {
    try (Scope scope = depth % 2 == 0 ? GradMode.noGrad() : GradMode.enableGrad()) {
      if (depth == 0) {
        throw new Planned();
      }
      try {
        throwsAtDepth(depth - 1);
      } finally {
        assertThat(records()).isEqualTo(depth % 2 != 0);
      }
    }
  }

  @Test
  @Tag("MODE-02")
  void exceptionRestoresTheModeOnItsWay() {
    assertThatThrownBy(() -> throwsAtDepth(10)).isInstanceOf(Planned.class);
    assertThat(records()).isTrue();
    try (Scope scope = GradMode.noGrad()) {
      assertThatThrownBy(() -> throwsAtDepth(9)).isInstanceOf(Planned.class);
      assertThat(records()).isFalse();
      assertThatThrownBy(() ->
              GradMode.enableGrad(() -> {
                assertThat(records()).isTrue();
                throw new Planned();
              }))
          .isInstanceOf(Planned.class);
      assertThat(records()).isFalse();
    }
    assertThat(records()).isTrue();
  }

  @Test
  @Tag("MODE-03")
  void setGradEnabledTakesEffectWhenCalledAndItsScopeRestores() {
    GradMode.setGradEnabled(false);
    assertThat(records()).isFalse();
    GradMode.setGradEnabled(true);
    assertThat(records()).isTrue();

    Scope scope = GradMode.setGradEnabled(false);
    assertThat(records()).isFalse();
    scope.close();
    assertThat(records()).isTrue();

    try (Scope outer = GradMode.setGradEnabled(false)) {
      assertThat(records()).isFalse();
      GradMode.setGradEnabled(true);
      assertThat(records()).isTrue();
      assertThat(leaf(2).mul(3).gradFn()).isNotNull();
    }
    assertThat(records()).isTrue();

    GradMode.setGradEnabled(false);
    Scope madeWhileOff = GradMode.setGradEnabled(true);
    assertThat(records()).isTrue();
    madeWhileOff.close();
    assertThat(records()).as("the mode found at construction, not the opposite").isFalse();
    Scope off = GradMode.setGradEnabled(false);
    GradMode.setGradEnabled(true);
    off.close();
    assertThat(records()).isFalse();
    GradMode.setGradEnabled(true);
  }

  @Test
  @Tag("MODE-04")
  void guardsWrapFunctions() {
    for (boolean outside : new boolean[] {true, false}) {
      try (Scope scope = GradMode.setGradEnabled(outside)) {
        Supplier<Boolean> body = GradModeTest::records;
        assertThat(GradMode.noGrad(body)).isFalse();
        assertThat(records()).isEqualTo(outside);
        assertThat(GradMode.enableGrad(body)).isTrue();
        assertThat(records()).isEqualTo(outside);
        assertThat(GradMode.setGradEnabled(false, body)).isFalse();
        assertThat(records()).isEqualTo(outside);
        assertThat(GradMode.setGradEnabled(true, body)).isTrue();
        assertThat(records()).isEqualTo(outside);

        List<Boolean> seen = new ArrayList<>();
        Runnable action = () -> seen.add(records());
        GradMode.noGrad(action);
        assertThat(records()).isEqualTo(outside);
        GradMode.enableGrad(action);
        assertThat(records()).isEqualTo(outside);
        GradMode.setGradEnabled(false, action);
        assertThat(records()).isEqualTo(outside);
        GradMode.setGradEnabled(true, action);
        assertThat(records()).isEqualTo(outside);
        assertThat(seen).containsExactly(false, true, false, true);

        GradMode.noGrad((Runnable) () -> GradMode.setGradEnabled(true));
        assertThat(records()).isEqualTo(outside);
        GradMode.enableGrad((Runnable) () -> GradMode.setGradEnabled(false));
        assertThat(records()).isEqualTo(outside);
        Runnable failing =
            () -> {
              throw new Planned();
            };
        for (Runnable wrapped :
            List.<Runnable>of(
                () -> GradMode.noGrad(failing),
                () -> GradMode.enableGrad(failing),
                () -> GradMode.setGradEnabled(!outside, failing))) {
          assertThatThrownBy(wrapped::run).isInstanceOf(Planned.class);
          assertThat(records()).isEqualTo(outside);
        }
      }
    }
  }

  @Test
  @Tag("MODE-06")
  void modeBelongsToTheThread() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    ExecutorService two = Executors.newSingleThreadExecutor();
    try (Scope scope = GradMode.noGrad()) {
      assertThat(one.submit(GradModeTest::records).get()).as("a new thread starts on").isTrue();
      GradMode.enableGrad();
      one.submit(() -> GradMode.setGradEnabled(false)).get();
      assertThat(one.submit(GradModeTest::records).get()).isFalse();
      assertThat(two.submit(GradModeTest::records).get()).isTrue();
      assertThat(records()).isTrue();
      GradMode.setGradEnabled(false);
      one.submit(() -> GradMode.setGradEnabled(true)).get();
      assertThat(one.submit(GradModeTest::records).get()).isTrue();
      assertThat(records()).isFalse();
      boolean[] seen = new boolean[1];
      Thread child = new Thread(() -> seen[0] = records());
      child.start();
      child.join();
      assertThat(seen[0]).as("children do not inherit it").isTrue();
    } finally {
      one.shutdown();
      two.shutdown();
    }
  }
}
