package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.check;
import static org.autograd.GradcheckFunctions.doubling;
import static org.autograd.GradcheckFunctions.fast;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradcheckForwardTest {
  private static final GradcheckOptions BOTH = GradcheckOptions.DEFAULT.withCheckForwardAd(true);
  private static final GradcheckOptions FORWARD = BOTH.withCheckBackwardAd(false);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-13")
  void rightTangentsPass(boolean fast) {
    GradcheckOptions options = FORWARD.withFastMode(fast);
    Tensor x = leaf(0.5, -1.5, 2);
    assertThat(check(t -> t.sin().mul(t), x, options)).isTrue();
    assertThat(check(doubling(2, 2), x, options)).isTrue();
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    TensorFunction several =
        in ->
            List.of(
                in.get(0).matmul(in.get(1)),
                in.get(2).mul(2.0),
                in.get(0).detach(),
                in.get(1).sum());
    assertThat(GradCheck.gradcheck(several, List.of(m, x, constant(1)), options)).isTrue();
    assertThat(GradCheck.gradcheck(several, List.of(m, x, leaf(1)), BOTH.withFastMode(fast)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-13")
  void wrongTangentsFailAndTheMessageSaysForwardMode(boolean fast) {
    // Backward is right, so only the check of forward mode can fail.
    UnaryOperator<Tensor> wrong = doubling(2, 3);
    assertThat(check(wrong, leaf(1, 2), GradcheckOptions.DEFAULT.withFastMode(fast))).isTrue();
    for (GradcheckOptions options : List.of(BOTH, FORWARD)) {
      assertThatThrownBy(() -> check(wrong, leaf(1, 2), options.withFastMode(fast)))
          .isInstanceOf(GradcheckException.class)
          .hasMessageContaining("forward mode")
          .hasMessageContaining("output 0")
          .hasMessageContaining("input 0")
          .hasMessageContaining(" 3.0*")
          .hasMessageContaining(" 2.0");
    }
    assertThat(check(wrong, leaf(1), BOTH.withRaiseException(false).withFastMode(fast))).isFalse();
  }

  @Test
  @Tag("GC-13")
  void forwardChecksGiveInputsThatDoNotRequireGrad() {
    List<Boolean> withTangents = new ArrayList<>();
    TensorFunction f =
        in -> {
          for (Tensor t : in) {
            if (ForwardAD.unpackDual(t).tangent() != null) {
              withTangents.add(t.requiresGrad());
            }
          }
          return List.of(in.get(0).mul(in.get(1)));
        };
    assertThat(GradCheck.gradcheck(f, List.of(leaf(1), leaf(2)), BOTH)).isTrue();
    assertThat(withTangents).isNotEmpty().containsOnly(false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-13")
  void ifBothDirectionsFailBackwardIsReported(boolean fast) {
    assertThatThrownBy(() -> check(doubling(4, 3), leaf(1, 2), BOTH.withFastMode(fast)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("reverse mode")
        .hasMessageContaining(" 4.0*");
  }

  @Test
  @Tag("GC-13")
  void columnsBelongToTheRightOutputsAndInputs() {
    // Outputs of other dtypes and without derivatives stand in between.
    TensorFunction wrongSecond =
        in ->
            List.of(
                in.get(0).gt(0.0),
                in.get(0).detach().exp(),
                in.get(1).exp(),
                doubling(2, 3).apply(in.get(1)));
    assertThatThrownBy(
            () -> GradCheck.gradcheck(wrongSecond, List.of(constant(1), leaf(1, 2)), FORWARD))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("output 3 with respect to input 1");
  }

  @Test
  void levelsAreClosedHoweverTheCheckEnds() {
    UnaryOperator<Tensor> broken =
        x -> {
          if (ForwardAD.unpackDual(x).tangent() != null) {
            throw new ArithmeticException("in forward mode");
          }
          return x.mul(2.0);
        };
    assertThatThrownBy(() -> check(broken, leaf(1), FORWARD)).hasMessage("in forward mode");
    assertThatThrownBy(() -> check(doubling(2, 3), leaf(1), FORWARD))
        .isInstanceOf(GradcheckException.class);
    assertThatThrownBy(() -> ForwardAD.exitDualLevel()).hasMessageContaining("no level is open");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-17")
  void gradientFunctionIsCheckedInForwardMode(boolean fast) {
    GradcheckOptions options =
        GradcheckOptions.DEFAULT
            .withCheckFwdOverRev(true)
            .withCheckRevOverRev(false)
            .withFastMode(fast);
    Tensor x = leaf(0.5, -1.5);
    TensorFunction product = in -> List.of(in.get(0).mul(in.get(1)).sin(), in.get(0).exp());
    assertThat(GradCheck.gradgradcheck(product, List.of(x, leaf(3, 4)), options)).isTrue();
    assertThat(
            GradCheck.gradgradcheck(
                product, List.of(x, leaf(3, 4)), options.withCheckRevOverRev(true)))
        .isTrue();
    // The gradient 3x² of x³, with a tangent that is doubled on its way.
    TensorFunction wrong = in -> List.of(doubling(2, 3).apply(in.get(0)).pow(3));
    assertThatThrownBy(() -> GradCheck.gradgradcheck(wrong, List.of(x), options))
        .isInstanceOf(GradcheckException.class)
        .hasMessageStartingWith("gradgradcheck")
        .hasMessageContaining("forward mode");
    assertThat(
            GradCheck.gradgradcheck(
                wrong, List.of(x), options.withCheckFwdOverRev(false).withCheckRevOverRev(true)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-14")
  @Tag("GC-17")
  void gradientsOfSecondOrderInBatchesOfTangents(boolean fast) {
    GradcheckOptions options =
        fast(fast).withCheckFwdOverRev(true).withCheckBatchedForwardGrad(true);
    TensorFunction product = in -> List.of(in.get(0).mul(in.get(1).sin()), in.get(0).pow(3));
    assertThat(GradCheck.gradgradcheck(product, List.of(leaf(1, 2), leaf(3, 4)), options)).isTrue();
    TensorFunction constant = in -> List.of(in.get(0).pow(3).mul(in.get(1)));
    assertThat(GradCheck.gradgradcheck(constant, List.of(leaf(1, 2), constant(3, 4)), options))
        .isTrue();
  }
}
