package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.QUIET;
import static org.autograd.GradcheckFunctions.check;
import static org.autograd.GradcheckFunctions.fast;
import static org.autograd.GradcheckFunctions.rightSquare;
import static org.autograd.GradcheckFunctions.square;
import static org.autograd.GradcheckFunctions.wrongSquare;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradcheckTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @Test
  @Tag("GC-01")
  void defaultsAreThoseOfTheField() {
    GradcheckOptions d = GradcheckOptions.DEFAULT;
    assertThat(d.eps()).isEqualTo(1e-6);
    assertThat(d.atol()).isEqualTo(1e-5);
    assertThat(d.rtol()).isEqualTo(1e-3);
    assertThat(d.nondetTol()).isZero();
    assertThat(d.switches())
        .containsExactlyInAnyOrder(
            GradcheckOptions.Switch.RAISE_EXCEPTION,
            GradcheckOptions.Switch.CHECK_UNDEFINED_GRAD,
            GradcheckOptions.Switch.CHECK_BACKWARD_AD,
            GradcheckOptions.Switch.CHECK_REV_OVER_REV);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-01")
  void rightGradientsPass(boolean fast) {
    Tensor x = leaf(0.5, -1.5, 2);
    Tensor y = leaf(3, 0.25, -2);
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    assertThat(GradCheck.gradcheck(t -> t.sin().mul(t), x)).isTrue();
    assertThat(GradCheck.gradcheck((a, b) -> a.mul(b).exp(), x, y)).isTrue();
    TensorFunction several =
        in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).sum(), in.get(1).exp());
    assertThat(GradCheck.gradcheck(several, List.of(m, x), fast(fast))).isTrue();
    assertThat(warnings.messages()).isEmpty();
  }

  @Test
  @Tag("GC-01")
  void messageNamesOutputAndInputAndShowsBothJacobians() {
    Tensor x = leaf(1, 2);
    Tensor y = leaf(4, 8);
    // Output 1 is y² with the gradient 3y: the Jacobian is diag(8, 16), and diag(12, 24) is given.
    TensorFunction f = in -> List.of(in.get(0).mul(in.get(1)), wrongSquare().apply(in.get(1)));
    assertThatThrownBy(() -> GradCheck.gradcheck(f, List.of(x, y)))
        .isInstanceOf(GradcheckException.class)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("output 1")
        .hasMessageContaining("input 1")
        .hasMessageContaining("reverse mode")
        .hasMessageContaining("analytical")
        .hasMessageContaining("numerical")
        .hasMessageContaining("24.0**")
        .hasMessageContaining("12.0*")
        .hasMessageContaining(" 8.0 ")
        .hasMessageContaining(" 16.0");
  }

  @Test
  @Tag("GC-01")
  void toleranceIsAbsolutePlusRelative() {
    // The gradient 2x(1 + d) of x² at x = 1 is off by 2d; allowed are 1e-5 + 1e-3 * 2.
    UnaryOperator<Tensor> inside = square((x, g) -> g.mul(x).mul(2 + 2.0e-3));
    UnaryOperator<Tensor> outside = square((x, g) -> g.mul(x).mul(2 + 2.03e-3));
    assertThat(GradCheck.gradcheck(inside, leaf(1))).isTrue();
    assertThat(check(outside, leaf(1), QUIET)).isFalse();
    assertThat(check(outside, leaf(1), QUIET.withAtol(1e-4))).isTrue();
    assertThat(check(inside, leaf(1), QUIET.withRtol(9e-4))).isFalse();
    // Near 0 only the absolute tolerance counts.
    UnaryOperator<Tensor> shifted = square((x, g) -> g.mul(x.mul(2.0).add(1.2e-5)));
    assertThat(check(shifted, leaf(0), QUIET)).isFalse();
    assertThat(check(shifted, leaf(0), QUIET.withAtol(2e-5))).isTrue();
  }

  @Test
  @Tag("GC-01")
  void epsIsHowFarElementsAreMoved() {
    // ((x + h)³ - (x - h)³) / 2h = 3x² + h².
    List<Double> seen = new ArrayList<>();
    UnaryOperator<Tensor> cube =
        x -> {
          seen.add(x.item());
          return x.pow(3);
        };
    assertThat(check(cube, leaf(2), GradcheckOptions.DEFAULT)).isTrue();
    assertThat(seen).contains(2 - 1e-6, 2 + 1e-6);
    assertThat(check(cube, leaf(2), QUIET.withEps(0.25))).isFalse();
    assertThat(check(cube, leaf(2), QUIET.withEps(0.25).withAtol(0.0626).withRtol(0))).isTrue();
    assertThat(check(cube, leaf(2), QUIET.withEps(0.25).withAtol(0.0624).withRtol(0))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-01")
  void unusedInputsAndOutputsThatAreNotDifferentiableAreFine(boolean fast) {
    TensorFunction f =
        in -> List.of(in.get(0).mul(2.0), in.get(0).detach().exp(), in.get(0).gt(1.0));
    List<Tensor> inputs = List.of(leaf(1.5, 3), leaf(4), constant(1, 2), Tensor.of(1L, 2L));
    assertThat(GradCheck.gradcheck(f, inputs, fast(fast))).isTrue();
  }

  @Test
  void inputsOfAnyLayoutAreCheckedAndLeftAsTheyWere() {
    Tensor base = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor transposed = base.t().requiresGrad_();
    Tensor scalar = scalarLeaf(-0.0);
    Tensor empty = Tensor.zeros(DType.FLOAT64, 0, 3).requiresGrad_();
    TensorFunction f = in -> List.of(in.get(0).mul(in.get(0)), in.get(1).exp(), in.get(2).mul(2.0));
    List<Tensor> inputs = List.of(transposed, scalar, empty);
    assertThat(GradCheck.gradcheck(f, inputs)).isTrue();
    assertThat(GradCheck.gradcheck(f, inputs, fast(true))).isTrue();
    assertThat(values(transposed)).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Double.doubleToRawLongBits(scalar.item()))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(base.version()).isZero();
    assertThat(transposed.grad()).isNull();
  }

  @Test
  void inputsAreLeftAsTheyWereWhenTheFunctionFails() {
    Tensor x = leaf(1, 2);
    int[] calls = {0};
    UnaryOperator<Tensor> f =
        t -> {
          if (++calls[0] == 3) {
            throw new IllegalStateException("no more");
          }
          return t.mul(t);
        };
    assertThatThrownBy(() -> GradCheck.gradcheck(f, x)).hasMessage("no more");
    assertThat(values(x)).containsExactly(1, 2);
  }

  @Test
  void anInputGivenTwiceHasTheFullDerivativeBothTimes() {
    Tensor x = leaf(2, 3);
    for (boolean fast : List.of(false, true)) {
      GradCheck.that((a, b) -> a.mul(b), x, x)
          .with(o -> o.withFastMode(fast).withCheckForwardAd(true))
          .passesGradcheck()
          .with(o -> o.withCheckFwdOverRev(true))
          .passesGradgradcheck();
    }
  }

  @Test
  void intermediateTensorsCanBeInputs() {
    Tensor h = leaf(2, 3).exp();
    assertThat(GradCheck.gradcheck(t -> t.mul(t), h)).isTrue();
  }

  @Test
  void recordsAlsoWhereRecordingIsOff() {
    Tensor x = leaf(2, 3);
    assertThat(GradMode.<Boolean>noGrad(() -> GradCheck.gradcheck(t -> t.mul(t), x))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-02")
  void withoutRaisingAFailedCheckIsFalseAndOtherErrorsSurface(boolean fast) {
    GradcheckOptions quiet = QUIET.withFastMode(fast);
    assertThat(check(wrongSquare(), leaf(1, 2), quiet)).isFalse();
    assertThat(check(rightSquare(), leaf(1, 2), quiet)).isTrue();
    UnaryOperator<Tensor> broken =
        x -> {
          throw new ArithmeticException("of the function");
        };
    assertThatThrownBy(() -> check(broken, leaf(1), quiet))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("of the function");
    UnaryOperator<Tensor> brokenBackward =
        square((x, g) -> {
          throw new ArithmeticException("of backward");
        });
    assertThatThrownBy(() -> check(brokenBackward, leaf(1), quiet))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("of backward");
    assertThatThrownBy(() -> check(x -> x.mul(2.0), constant(1), quiet))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> check(x -> x, leaf(1), quiet.withCheckBackwardAd(false)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Tag("GC-18")
  void maskedChangesNothingForDenseTensors() {
    for (boolean fast : List.of(false, true)) {
      GradcheckOptions masked = QUIET.withMasked(true).withFastMode(fast);
      assertThat(check(rightSquare(), leaf(1, 2), masked)).isTrue();
      assertThat(check(wrongSquare(), leaf(1, 2), masked)).isFalse();
    }
  }
}
