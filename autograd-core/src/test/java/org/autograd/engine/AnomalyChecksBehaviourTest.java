package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.values;
import static org.autograd.engine.Anomalies.quietly;

import org.autograd.AnomalyMode;
import org.autograd.AnomalyOptions;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.CollectedWarnings;
import org.autograd.CustomFunction2;
import org.autograd.FunctionCtx;
import org.autograd.GradMode;
import org.autograd.Graph;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What anomaly detection finds in results of nodes. */
@ExtendWith(UnderScheduler.class)
class AnomalyChecksBehaviourTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  private static final double NAN = Double.NaN;

  /** Two operands, a backward that gives NaN for the second. */
  private static Tensor nanForTheSecond(Tensor a, Tensor b) {
    return recorded(
        GradMode.noGrad(() -> a.add(b)), grads -> new Tensor[] {grads[0], grads[0].mul(NAN)}, a, b);
  }

  static final class Shared extends CustomFunction2<Tensor, Tensor, Tensor> {
    @Override
    protected Tensor forward(FunctionCtx ctx, Tensor a, Tensor b) {
      return a.add(b);
    }

    @Override
    protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
      return new Tensor[] {grads[0], grads[0].mul(NAN)};
    }
  }

  @Test
  @Tag("ANOM-03")
  void nanInAResultOfACustomBackwardIsAnErrorThatNamesFunctionAndIndex() {
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    Tensor out = new Shared().apply(a, b).sum();
    BackwardOptions keep = BackwardOptions.DEFAULT.withRetainGraph(true);
    try (Scope scope = quietly()) {
      assertThatThrownBy(() -> out.backward(keep))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("SharedBackward")
          .hasMessageContaining("NaN values in its result 1");
    }
    assertThat(a.grad()).isNull();
    assertThat(b.grad()).isNull();
    out.backward();
    assertThat(values(a.grad())).containsExactly(1, 1);
    assertThat(values(b.grad())).containsExactly(NAN, NAN);
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
  void errorDescribesTheOperationThatChangedAView() {
    Tensor x = leaf(0, 4);
    Tensor y = x.mul(1);
    y.narrow(0, 0, 1).sqrt_();
    try (Scope scope = quietly()) {
      assertThatThrownBy(() -> y.backward(constant(0, 3)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("CopySlices")
          .hasMessageContaining("gradient 0: float64 tensor of shape [2], values in [0.0, 3.0]")
          .hasMessageContaining(
              "applied to the part of a view: SqrtBackward0\n  saved result: float64")
          .hasMessageContaining("of shape [1], values in [0.0, 0.0]");
    }
  }

  @Test
  void errorTellsWhichSavedValuesAreHidden() {
    Tensor x = leaf(4, 0);
    Tensor packed =
        Graph.savedTensorsHooks(Tensor::toDoubleArray, values -> Tensor.of(values), () -> x.sqrt());
    Tensor onHost = Graph.saveOnCpu(false, () -> x.sqrt());
    try (Scope scope = quietly()) {
      assertThatThrownBy(() -> packed.backward(constant(2, 0)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("\n  saved result: packed by hooks");
      assertThatThrownBy(() -> onHost.backward(constant(2, 0)))
          .isInstanceOf(AutogradException.class)
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
}
