package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.autograd.AnomalyMode;
import org.autograd.AnomalyOptions;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class AnomalyBehaviourTest {
  private static final double NAN = Double.NaN;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @BeforeEach
  void collectWarnings() {
    Warnings.handler(warnings::add);
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(null);
  }

  private static Scope quietly(AnomalyOptions options) {
    var handler = Warnings.handler();
    Warnings.handler(m -> {});
    Scope scope = AnomalyMode.detectAnomaly(options);
    Warnings.handler(handler);
    return scope;
  }

  private static Scope quietly() {
    return quietly(AnomalyOptions.DEFAULT);
  }

  private static void expect(boolean enabled, boolean checkNan) {
    assertThat(AnomalyMode.isEnabled()).isEqualTo(enabled);
    assertThat(AnomalyMode.isCheckNanEnabled()).isEqualTo(checkNan);
  }

  /** Two operands, a backward that gives NaN for the second. */
  private static Tensor nanForTheSecond(Tensor a, Tensor b) {
    return recorded(
        GradMode.noGrad(() -> a.add(b)), grads -> new Tensor[] {grads[0], grads[0].mul(NAN)}, a, b);
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
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("slower");
    AnomalyMode.setDetectAnomaly(true).close();
    assertThat(warnings).hasSize(1);
  }

  @Test
  @Tag("ANOM-03")
  void nanInAResultIsAnErrorThatNamesNodeAndIndex() {
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    Tensor out = nanForTheSecond(a, b);
    try (Scope scope = quietly()) {
      assertThatThrownBy(() -> out.sum().backward())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("HandMade")
          .hasMessageContaining("NaN values in its result 1");
    }
    assertThat(a.grad()).isNull();
    assertThat(b.grad()).isNull();
  }

  @Test
  void errorDescribesWhatWentIntoTheNode() {
    Tensor x = leaf(4, 0);
    Tensor y = x.sqrt().mul(constant(1, 0));
    try (Scope scope = quietly()) {
      // The derivative of the root at 0 is 1/0, and 0 * inf is NaN.
      assertThatThrownBy(() -> y.backward(constant(2, 0)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("SqrtBackward0")
          .hasMessageContaining("result 0")
          .hasMessageContaining("1 of 2 elements")
          .hasMessageContaining("gradient 0: float64 tensor of shape [2], values in [0.0, 2.0]")
          .hasMessageContaining("saved result: float64 tensor of shape [2], values in [0.0, 2.0]");
    }
  }

  @Test
  void infinityIsAnErrorIfAskedFor() {
    Tensor x = leaf(4, 0);
    Tensor y = x.sqrt().sum();
    BackwardOptions keep = BackwardOptions.DEFAULT.withRetainGraph(true);
    try (Scope scope = quietly()) {
      y.backward(keep);
    }
    assertThat(values(x.grad())).containsExactly(0.25, Double.POSITIVE_INFINITY);
    try (Scope scope = quietly(AnomalyOptions.DEFAULT.withCheckInf(true))) {
      assertThat(AnomalyMode.isCheckInfEnabled()).isTrue();
      assertThatThrownBy(() -> y.backward(keep))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("SqrtBackward0")
          .hasMessageContaining("infinite values in its result 0")
          .hasMessageContaining("1 of 2 elements");
    }
    assertThat(AnomalyMode.isCheckInfEnabled()).isFalse();
  }

  @Test
  @Tag("ANOM-04")
  void nanPassesWithoutTheCheckAndScopesNest() {
    Tensor a = leaf(1);
    Tensor b = leaf(2);
    Tensor out = nanForTheSecond(a, b).sum();
    BackwardOptions keep = BackwardOptions.DEFAULT.withRetainGraph(true);
    try (Scope outer = quietly(AnomalyOptions.DEFAULT.withCheckNan(false))) {
      out.backward(keep);
      assertThat(values(b.grad())).containsExactly(NAN);
      try (Scope inner = quietly()) {
        assertThatThrownBy(() -> out.backward(keep)).isInstanceOf(AutogradException.class);
      }
      out.backward(keep);
    }
    assertThat(values(a.grad())).containsExactly(2);
  }

  @Test
  @Tag("ANOM-05")
  void errorComesWithTheForwardCallOfItsNode() {
    RuntimeException error = new RuntimeException("mine");
    Tensor x = leaf(1);
    try (Scope scope = quietly()) {
      Tensor y = failing(x, error);
      assertThat(catchThrowable(() -> y.mul(2).backward())).isSameAs(error);
    }
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0))
        .contains("HandMade")
        .contains("AnomalyBehaviourTest.failing(AnomalyBehaviourTest.java:")
        .contains("AnomalyBehaviourTest.errorComesWithTheForwardCallOfItsNode")
        .doesNotContain("org.autograd.graph.Node")
        .doesNotContain("org.autograd.record");
  }

  private static Tensor failing(Tensor x, RuntimeException error) {
    return tap(
        x,
        () -> {
          throw error;
        });
  }

  @Test
  @Tag("ANOM-05")
  void forwardInTheModeIsEnoughForTheReport() {
    RuntimeException error = new RuntimeException("mine");
    Tensor y;
    try (Scope scope = quietly()) {
      y = failing(leaf(1), error);
    }
    assertThat(catchThrowable(y::backward)).isSameAs(error);
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("HandMade").contains("AnomalyBehaviourTest.failing");
  }

  @Test
  @Tag("ANOM-05")
  void withoutTheModeInForwardTheWarningSaysSo() {
    RuntimeException error = new RuntimeException("mine");
    Tensor y = failing(leaf(1), error);
    try (Scope scope = quietly()) {
      assertThat(catchThrowable(y::backward)).isSameAs(error);
    }
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0))
        .contains("HandMade")
        .contains("No forward information is available");
  }

  @Test
  @Tag("ANOM-05")
  void withoutTheModeNothingIsReported() {
    RuntimeException error = new RuntimeException("mine");
    Tensor y = failing(leaf(1), error);
    assertThat(catchThrowable(y::backward)).isSameAs(error);
    assertThat(warnings).isEmpty();
    assertThat(y.gradFn().creationSite()).isNull();
  }

  @Test
  @Tag("ANOM-05")
  void staleValueIsReportedWithTheForwardCallOfTheNodeThatNeedsIt() {
    Tensor x = leaf(1, 2);
    try (Scope scope = quietly()) {
      Tensor y = x.mul(1);
      Tensor z = squared(y);
      y.add_(1);
      assertThatThrownBy(() -> z.sum().backward()).isInstanceOf(InplaceModificationException.class);
    }
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("MulBackward0").contains("AnomalyBehaviourTest.squared");
  }

  private static Tensor squared(Tensor y) {
    return y.mul(y);
  }

  @Test
  void staleValueErrorNamesBothOperatorsAndBothLines() {
    Tensor x = leaf(1, 2);
    Tensor z;
    try (Scope scope = quietly()) {
      Tensor y = x.mul(1);
      z = squared(y);
      shifted(y);
    }
    assertThatThrownBy(() -> z.sum().backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("version 1; expected version 0")
        .hasMessageMatching(
            "(?s).*saved by mul at"
                + " .*AnomalyBehaviourTest\\.squared\\(AnomalyBehaviourTest\\.java:\\d+\\).*")
        .hasMessageMatching(
            "(?s).*changed by add_ at"
                + " .*AnomalyBehaviourTest\\.shifted\\(AnomalyBehaviourTest\\.java:\\d+\\).*");
  }

  private static void shifted(Tensor y) {
    y.add_(1);
  }

  @Test
  void staleValueErrorNamesBothOperatorsWithoutTheModeToo() {
    Tensor y = leaf(1, 2).mul(1);
    Tensor z = y.exp();
    z.mul_(3);
    assertThatThrownBy(() -> z.sum().backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("saved by exp and last changed by mul_")
        .hasMessageContaining("AnomalyMode");
  }

  /**
   * Named nodes: the first doubles and is differentiated by the second, whose backward gives NaN.
   */
  static final class OuterBackward extends Node {
    OuterBackward(Edge next) {
      super(ThreadState.current(), next);
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      Tensor g = grads[0];
      Tensor result = GradMode.noGrad(() -> g.mul(2));
      Record.history(result, new InnerBackward(Meta.gradientEdge(g)));
      return new Tensor[] {result};
    }
  }

  static final class InnerBackward extends Node {
    InnerBackward(Edge next) {
      super(ThreadState.current(), next);
    }

    @Override
    public Tensor[] apply(Tensor[] grads, long needed) {
      return new Tensor[] {grads[0].mul(NAN)};
    }
  }

  @Test
  @Tag("ANOM-06")
  void doubleBackwardIsReportedUpToTheRoot() {
    Tensor x = leaf(3);
    Tensor g = leaf(1);
    try (Scope scope = quietly()) {
      Tensor y = x.detach().mul(2);
      Record.history(y, new OuterBackward(Meta.gradientEdge(x)));
      Tensor gx =
          Autograd.grad(
                  List.of(y), List.of(x), List.of(g), GradOptions.DEFAULT.withCreateGraph(true))
              .get(0);
      assertThat(gx.gradFn().creationSite().parent()).isInstanceOf(OuterBackward.class);
      assertThatThrownBy(() -> gx.sum().backward())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("InnerBackward")
          .hasMessageContaining("NaN");
    }
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).startsWith("Error detected in InnerBackward.");
    assertThat(warnings.get(1))
        .contains("OuterBackward")
        .contains("induced")
        .contains("doubleBackwardIsReportedUpToTheRoot");
  }

  @Test
  @Tag("ANOM-07")
  void undeliverableWarningGoesToTheErrorStream() {
    RuntimeException error = new RuntimeException("mine");
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Tensor y;
    try (Scope scope = quietly()) {
      y = failing(leaf(1), error);
      Warnings.handler(m -> {
        throw new IllegalStateException("warnings are errors here");
      });
      System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
      assertThat(catchThrowable(y::backward)).isSameAs(error);
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("HandMade")
        .contains("AnomalyBehaviourTest.failing");
  }

  @Test
  void siteIsTheUsersLineAndBelongsToTheNode() {
    try (Scope scope = quietly()) {
      Tensor y = squared(leaf(2));
      Node node = y.gradFn();
      assertThat(node.creationSite().line()).contains("AnomalyBehaviourTest.squared(");
      assertThat(node.creationSite().frames().get(0).getMethodName()).isEqualTo("squared");
      assertThat(node.creationSite().parent()).isNull();
      node.metadata().put("mine", 1);
      assertThat(node.metadata()).containsOnlyKeys("mine");
    }
  }
}
