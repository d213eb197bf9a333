package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;
import static org.autograd.engine.Anomalies.quietly;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.CollectedWarnings;
import org.autograd.CustomFunction;
import org.autograd.GradOptions;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is told of the node in which a pass failed. */
@ExtendWith(UnderScheduler.class)
class AnomalyReportBehaviourTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @Test
  @Tag("ANOM-05")
  void errorComesWithTheForwardCallOfItsNode() {
    RuntimeException error = new RuntimeException("mine");
    Tensor x = leaf(1);
    try (Scope scope = quietly()) {
      Tensor y = failing(x, error);
      assertThat(catchThrowable(() -> y.mul(2).backward())).isSameAs(error);
    }
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0))
        .contains("HandMade")
        .contains("AnomalyReportBehaviourTest.failing(AnomalyReportBehaviourTest.java:")
        .contains("AnomalyReportBehaviourTest.errorComesWithTheForwardCallOfItsNode")
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
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0))
        .contains("HandMade")
        .contains("AnomalyReportBehaviourTest.failing");
  }

  @Test
  @Tag("ANOM-05")
  void withoutTheModeInForwardTheWarningSaysSo() {
    RuntimeException error = new RuntimeException("mine");
    Tensor y = failing(leaf(1), error);
    try (Scope scope = quietly()) {
      assertThat(catchThrowable(y::backward)).isSameAs(error);
    }
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0))
        .contains("HandMade")
        .contains("No forward information is available");
  }

  @Test
  @Tag("ANOM-05")
  void withoutTheModeNothingIsReported() {
    RuntimeException error = new RuntimeException("mine");
    Tensor y = failing(leaf(1), error);
    assertThat(catchThrowable(y::backward)).isSameAs(error);
    assertThat(warnings.messages()).isEmpty();
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
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0))
        .contains("MulBackward0")
        .contains("AnomalyReportBehaviourTest.squared");
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
                + " .*AnomalyReportBehaviourTest\\.squared\\(AnomalyReportBehaviourTest\\.java:\\d+\\).*")
        .hasMessageMatching(
            "(?s).*changed by add_ at"
                + " .*AnomalyReportBehaviourTest\\.shifted\\(AnomalyReportBehaviourTest\\.java:\\d+\\).*");
  }

  private static void shifted(Tensor y) {
    y.add_(1);
  }

  @Test
  void staleValueErrorOfACustomFunctionNamesItAndItsLine() {
    CustomFunction<Tensor, Tensor> square =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, t) -> {
              ctx.saveForBackward(t);
              return t.mul(t);
            })
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(ctx.saved(0)).mul(2)});
    Tensor z;
    try (Scope scope = quietly()) {
      Tensor y = leaf(1, 2).mul(1);
      z = applied(square, y);
      shifted(y);
    }
    assertThatThrownBy(() -> z.sum().backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("version 1; expected version 0")
        .hasMessageMatching("(?s).*saved by Square at .*AnomalyReportBehaviourTest\\.applied\\(.*")
        .hasMessageMatching("(?s).*changed by add_ at .*AnomalyReportBehaviourTest\\.shifted\\(.*");
  }

  private static Tensor applied(CustomFunction<Tensor, Tensor> f, Tensor t) {
    return f.apply(t);
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
        .contains("AnomalyReportBehaviourTest.failing");
  }

  @Test
  void siteIsTheUsersLineAndBelongsToTheNode() {
    try (Scope scope = quietly()) {
      Tensor y = squared(leaf(2));
      Node node = y.gradFn();
      assertThat(node.creationSite().line()).contains("AnomalyReportBehaviourTest.squared(");
      assertThat(node.creationSite().frames().get(0).getMethodName()).isEqualTo("squared");
      assertThat(node.creationSite().parent()).isNull();
      node.metadata().put("mine", 1);
      assertThat(node.metadata()).containsOnlyKeys("mine");
    }
  }

  /** Doubles; the gradient of its gradient is NaN. */
  private static Tensor outer(Tensor x) {
    CustomFunction<Tensor, Tensor> inner =
        CustomFunction.<Tensor, Tensor>named("Inner")
            .forward((ctx, g) -> g.mul(2))
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(Double.NaN)});
    return CustomFunction.<Tensor, Tensor>named("Outer")
        .forward((ctx, t) -> t.mul(2))
        .backward((ctx, grads) -> new Tensor[] {inner.apply(grads[0])})
        .apply(x);
  }

  @Test
  @Tag("ANOM-06")
  void doubleBackwardOfAFunctionIsReportedUpToTheRoot() {
    Tensor x = leaf(3);
    Tensor g = leaf(1);
    try (Scope scope = quietly()) {
      Tensor y = outer(x);
      Tensor gx =
          Autograd.grad(
                  List.of(y), List.of(x), List.of(g), GradOptions.DEFAULT.withCreateGraph(true))
              .get(0);
      assertThat(values(gx)).containsExactly(2);
      assertThat(gx.gradFn().creationSite().parent().name()).isEqualTo("OuterBackward");
      assertThatThrownBy(() -> gx.sum().backward())
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("InnerBackward")
          .hasMessageContaining("NaN values in its result 0");
    }
    assertThat(warnings.messages()).hasSize(2);
    assertThat(warnings.messages().get(0)).startsWith("Error detected in InnerBackward.");
    assertThat(warnings.messages().get(1))
        .contains("OuterBackward")
        .contains("induced")
        .contains("AnomalyReportBehaviourTest.outer")
        .contains("doubleBackwardOfAFunctionIsReportedUpToTheRoot");
  }
}
