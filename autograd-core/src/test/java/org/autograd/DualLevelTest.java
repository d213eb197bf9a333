package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.ForwardAD.makeDual;
import static org.autograd.ForwardAD.unpackDual;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DualLevelTest {
  private static boolean isOpen() {
    try {
      makeDual(constant(1), constant(1));
      return true;
    } catch (AutogradException e) {
      return false;
    }
  }

  @Test
  @Tag("LVL-01")
  void enteringReturnsTheIndex() {
    int first = ForwardAD.enterDualLevel();
    assertThat(first).isZero();
    assertThat(tangent(makeDual(constant(1), constant(3)))).containsExactly(3);
    ForwardAD.exitDualLevel(first);
    assertThat(isOpen()).isFalse();
    assertThat(ForwardAD.enterDualLevel()).isZero();
    ForwardAD.exitDualLevel();
    assertThat(isOpen()).isFalse();
  }

  @Test
  @Tag("LVL-01")
  void theScopedFormWrapsABlock() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      assertThat(level.index()).isZero();
      assertThat(isOpen()).isTrue();
    }
    assertThat(isOpen()).isFalse();
    double[] seen = ForwardAD.dualLevel(() -> tangent(makeDual(constant(1), constant(3)).mul(2)));
    assertThat(seen).containsExactly(6);
    assertThat(isOpen()).isFalse();
    ForwardAD.dualLevel(() -> assertThat(isOpen()).isTrue());
    assertThat(isOpen()).isFalse();
  }

  @Test
  @Tag("LVL-02")
  void levelsNestAndCountUpwards() {
    try (ForwardAD.Level first = ForwardAD.dualLevel();
        ForwardAD.Level second = ForwardAD.dualLevel();
        ForwardAD.Level third = ForwardAD.dualLevel()) {
      assertThat(first.index()).isZero();
      assertThat(second.index()).isEqualTo(1);
      assertThat(third.index()).isEqualTo(2);
    }
    assertThat(isOpen()).isFalse();
  }

  @Test
  @Tag("LVL-03")
  void onlyTheInnermostLevelCanBeClosed() {
    assertThatThrownBy(ForwardAD::exitDualLevel).isInstanceOf(AutogradException.class);
    assertThatThrownBy(() -> ForwardAD.exitDualLevel(0)).isInstanceOf(AutogradException.class);
    int level = ForwardAD.enterDualLevel();
    Tensor dual = makeDual(constant(1), constant(3));
    for (int other : new int[] {1, -1, 7}) {
      assertThatThrownBy(() -> ForwardAD.exitDualLevel(other))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining(String.valueOf(other));
    }
    assertThat(tangent(dual.mul(2))).containsExactly(6);
    int inner = ForwardAD.enterDualLevel();
    assertThatThrownBy(() -> ForwardAD.exitDualLevel(level)).isInstanceOf(AutogradException.class);
    assertThat(tangent(makeDual(dual, constant(5)))).containsExactly(5);
    ForwardAD.exitDualLevel(inner);
    assertThat(tangent(dual.mul(2))).containsExactly(6);
    ForwardAD.exitDualLevel(level);
  }

  @Test
  @Tag("LVL-03")
  void scopesClosedOutOfOrderStayUsable() {
    ForwardAD.Level outer = ForwardAD.dualLevel();
    ForwardAD.Level inner = ForwardAD.dualLevel();
    assertThatThrownBy(outer::close).isInstanceOf(AutogradException.class);
    assertThat(tangent(makeDual(constant(1), constant(5)))).containsExactly(5);
    inner.close();
    inner.close();
    assertThat(tangent(makeDual(constant(1), constant(6)))).containsExactly(6);
    outer.close();
    outer.close();
    assertThat(isOpen()).isFalse();
  }

  @Test
  @Tag("LVL-04")
  void theScopedFormClosesOnAnException() {
    assertThatThrownBy(
            () -> {
              try (ForwardAD.Level level = ForwardAD.dualLevel()) {
                throw new IllegalStateException("stop");
              }
            })
        .hasMessage("stop");
    assertThat(isOpen()).isFalse();
    Runnable failing =
        () -> {
          throw new IllegalStateException("stop");
        };
    assertThatThrownBy(() -> ForwardAD.dualLevel(failing)).hasMessage("stop");
    assertThat(isOpen()).isFalse();
  }

  private static <T> T inAnotherThread(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Test
  void aLevelIsNotSeenInAnotherThread() {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor dual = makeDual(constant(1, 2), constant(3, 4));
      assertThat(inAnotherThread(DualLevelTest::isOpen)).isFalse();
      Tensor doubled = inAnotherThread(() -> dual.mul(2));
      assertThat(tangent(doubled)).isNull();
      assertThat(inAnotherThread(() -> tangent(dual)) == null).isTrue();
      // A level of the other thread's own has its own tangents.
      double[] other =
          inAnotherThread(
              () -> ForwardAD.dualLevel(() -> tangent(makeDual(dual, constant(7, 8)).mul(2))));
      assertThat(other).containsExactly(14, 16);
      assertThat(tangent(dual.mul(2))).containsExactly(6, 8);
      assertThatThrownBy(() ->
              inAnotherThread(() -> {
                level.close();
                return null;
              }))
          .hasCauseInstanceOf(AutogradException.class);
      assertThat(isOpen()).isTrue();
    }
  }

  @Test
  @Tag("LVL-04")
  void theScopedFormAlsoClosesLevelsThatWereLeftOpenInside() {
    Runnable failing =
        () -> {
          ForwardAD.enterDualLevel();
          ForwardAD.enterDualLevel();
          throw new IllegalStateException("stop");
        };
    assertThatThrownBy(() -> ForwardAD.dualLevel(failing)).hasMessage("stop");
    assertThat(isOpen()).isFalse();
    assertThatThrownBy(() -> ForwardAD.dualLevel((Runnable) ForwardAD::enterDualLevel))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("innermost");
    assertThat(isOpen()).isFalse();
    assertThatThrownBy(() ->
            Functional.jvp(
                x -> {
                  ForwardAD.enterDualLevel();
                  throw new IllegalStateException("stop");
                },
                constant(1),
                constant(1)))
        .hasMessage("stop");
    assertThat(isOpen()).isFalse();
  }

  @Test
  @Tag("LVL-02")
  void aTangentWithATangentFurtherInsideIsRefused() {
    try (ForwardAD.Level outer = ForwardAD.dualLevel();
        ForwardAD.Level inner = ForwardAD.dualLevel()) {
      Tensor t = makeDual(constant(1), constant(5));
      assertThatThrownBy(() -> makeDual(constant(2), t, outer.index()))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("tangent at level 1");
      // The other way round is a second derivative: d/dx of x·t.
      Tensor u = makeDual(constant(1), constant(5), outer.index());
      Tensor y = makeDual(constant(2), u, inner.index()).pow(3);
      Tensor mixed = ForwardAD.unpackDual(unpackDual(y).tangent(), outer.index()).tangent();
      assertThat(values(mixed)).containsExactly(60);
    }
  }
}
