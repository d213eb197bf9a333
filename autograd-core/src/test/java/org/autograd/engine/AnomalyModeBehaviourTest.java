package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;

import org.autograd.AnomalyMode;
import org.autograd.AnomalyOptions;
import org.autograd.CollectedWarnings;
import org.autograd.Scope;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How anomaly detection is switched on and off. */
@ExtendWith(UnderScheduler.class)
class AnomalyModeBehaviourTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  private static void expect(boolean enabled, boolean checkNan) {
    assertThat(AnomalyMode.isEnabled()).isEqualTo(enabled);
    assertThat(AnomalyMode.isCheckNanEnabled()).isEqualTo(checkNan);
  }

  @Test
  @Tag("ANOM-01")
  void scopesRestoreTheFormerPair() {
    expect(false, true);
    try (Scope outer = AnomalyMode.detectAnomaly(false)) {
      expect(true, false);
      try (Scope inner = AnomalyMode.detectAnomaly()) {
        expect(true, true);
      }
      expect(true, false);
      try (Scope inner = AnomalyMode.setDetectAnomaly(false)) {
        expect(false, true);
      }
      expect(true, false);
    }
    expect(false, true);
  }

  @Test
  @Tag("ANOM-01")
  void theSwitchActsWhenMerelyCalledAndIsScopedToo() {
    Scope first = AnomalyMode.setDetectAnomaly(true, AnomalyOptions.DEFAULT.withCheckNan(false));
    try {
      expect(true, false);
      try (Scope second = AnomalyMode.setDetectAnomaly(false)) {
        expect(false, true);
        AnomalyMode.setDetectAnomaly(true);
        expect(true, true);
      }
      expect(true, false);
    } finally {
      first.close();
    }
    expect(false, true);
  }

  @Test
  @Tag("ANOM-01")
  void pairIsRestoredWhenTheBlockFails() {
    RuntimeException error = new RuntimeException("mine");
    Runnable failing =
        () -> {
          expect(true, true);
          throw error;
        };
    assertThatThrownBy(() -> AnomalyMode.detectAnomaly(failing)).isSameAs(error);
    expect(false, true);
    assertThat(AnomalyMode.<Boolean>detectAnomaly(AnomalyMode::isEnabled)).isTrue();
    expect(false, true);
  }

  @Test
  void switchReachesOtherThreadsAndAScopeDoesNot() throws InterruptedException {
    boolean[] seen = new boolean[2];
    try (Scope scope = AnomalyMode.detectAnomaly()) {
      Thread t = new Thread(() -> seen[0] = AnomalyMode.isEnabled());
      t.start();
      t.join();
    }
    try (Scope scope = AnomalyMode.setDetectAnomaly(true)) {
      Thread t = new Thread(() -> seen[1] = leaf(1).mul(2).gradFn().creationSite() != null);
      t.start();
      t.join();
    }
    assertThat(seen).containsExactly(false, true);
  }

  @Test
  @Tag("ANOM-02")
  void openingWarnsOnceThatItIsSlow() {
    AnomalyMode.detectAnomaly().close();
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("slower");
    AnomalyMode.setDetectAnomaly(true).close();
    assertThat(warnings.messages()).hasSize(1);
  }
}
