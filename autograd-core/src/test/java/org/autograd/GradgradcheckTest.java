package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.jitter;
import static org.autograd.GradcheckFunctions.square;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradgradcheckTest {
  private static final GradcheckOptions QUIET = GradcheckOptions.DEFAULT.withRaiseException(false);

  /** x² whose first derivative is right, and whose second one is not: detached, it is 0. */
  private static UnaryOperator<Tensor> wrongSecond() {
    return square((x, g) -> g.mul(x.detach()).mul(2.0));
  }

  private static boolean check(UnaryOperator<Tensor> f, Tensor x, GradcheckOptions options) {
    return GradCheck.gradgradcheck(TensorFunction.of(f), List.of(x), options);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-17")
  void secondDerivativesAreCheckedForInputsAndOutputGradients(boolean fast) {
    GradcheckOptions options = GradcheckOptions.DEFAULT.withFastMode(fast);
    Tensor x = leaf(1, 2, -0.5);
    assertThat(check(Tensor::exp, x, options)).isTrue();
    assertThat(GradCheck.gradgradcheck((a, b) -> a.mul(b).sin(), x, leaf(3, 4, 5))).isTrue();
    assertThat(GradCheck.gradcheck(wrongSecond(), x)).isTrue();
    assertThatThrownBy(() -> check(wrongSecond(), x, options))
        .isInstanceOf(GradcheckException.class)
        .hasMessageStartingWith("gradgradcheck")
        .hasMessageContaining("output 0 (the gradient of input 0)")
        .hasMessageContaining("input 0");
    assertThat(check(wrongSecond(), x, QUIET.withFastMode(fast))).isFalse();

    // The derivative with respect to the output gradient is wrong: g is detached.
    UnaryOperator<Tensor> deaf = square((t, g) -> g.detach().mul(t).mul(2.0));
    assertThatThrownBy(() -> check(deaf, x, options))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("input 1 (the gradient of output 0)");
  }

  @Test
  @Tag("GC-17")
  void outputGradientsAreRandomUnlessGiven() {
    List<double[]> seen = new ArrayList<>();
    UnaryOperator<Tensor> f =
        square((x, g) -> {
          seen.add(values(g));
          return g.mul(x).mul(2.0);
        });
    Tensor x = Tensor.ones(DType.FLOAT64, 50).requiresGrad_();
    assertThat(check(f, x, GradcheckOptions.DEFAULT)).isTrue();
    double[] random = seen.get(0);
    assertThat(Arrays.stream(random).allMatch(v -> v >= -1 && v <= 1)).isTrue();
    assertThat(Arrays.stream(random).distinct().count()).isGreaterThan(40);
    assertThat(Arrays.stream(random).min().getAsDouble()).isLessThan(-0.5);
    assertThat(Arrays.stream(random).max().getAsDouble()).isGreaterThan(0.5);
    seen.clear();
    assertThat(check(f, x, GradcheckOptions.DEFAULT)).isTrue();
    assertThat(seen.get(0)).isEqualTo(random);

    seen.clear();
    TensorFunction one = TensorFunction.of(f);
    List<Tensor> given = List.of(leaf(7, 8));
    assertThat(GradCheck.gradgradcheck(one, List.of(leaf(1, 2)), given, GradcheckOptions.DEFAULT))
        .isTrue();
    assertThat(seen.get(0)).containsExactly(7, 8);

    // Those that do not require grad are not checked.
    UnaryOperator<Tensor> deaf = square((t, g) -> g.detach().mul(t).mul(2.0));
    assertThat(
            GradCheck.gradgradcheck(
                TensorFunction.of(deaf), List.of(leaf(1, 2)), List.of(constant(7, 8)), QUIET))
        .isTrue();
    assertThat(GradCheck.gradgradcheck(TensorFunction.of(deaf), List.of(leaf(1, 2)), given, QUIET))
        .isFalse();
  }

  @Test
  @Tag("GC-17")
  void oneDirectionMustBeOn() {
    GradcheckOptions none = QUIET.withCheckRevOverRev(false);
    assertThatThrownBy(() -> check(Tensor::exp, leaf(1), none))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkFwdOverRev")
        .hasMessageContaining("checkRevOverRev");
    // What gradcheck is told of directions does not count.
    assertThatThrownBy(() -> check(Tensor::exp, leaf(1), none.withCheckForwardAd(true)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Tag("GC-17")
  void sameOptionsApply() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> check(jitter(1e-12), x, GradcheckOptions.DEFAULT))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("not deterministic");
    assertThat(check(jitter(1e-12), x, QUIET.withNondetTol(1e-5))).isTrue();
    assertThat(check(Tensor::exp, x, QUIET.withEps(0.5))).isFalse();
    assertThat(check(wrongSecond(), x, QUIET.withAtol(10))).isTrue();
    assertThatThrownBy(() -> check(Tensor::exp, constant(1), QUIET))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("GC-17")
  void outputGradientsNeedNotBeContiguous() {
    List<Boolean> contiguous = new ArrayList<>();
    UnaryOperator<Tensor> f =
        square((x, g) -> {
          contiguous.add(g.isContiguous());
          return g.mul(x).mul(2.0);
        });
    Tensor x = Tensor.ones(DType.FLOAT64, 2, 3).requiresGrad_();
    assertThat(check(f, x, GradcheckOptions.DEFAULT.withGenNonContigGradOutputs(true))).isTrue();
    assertThat(contiguous.get(0)).isFalse();
    contiguous.clear();
    assertThat(check(f, x, GradcheckOptions.DEFAULT)).isTrue();
    assertThat(contiguous.get(0)).isTrue();
  }

  @Test
  void onlyOutputsThatRequireGradTakePart() {
    TensorFunction f = in -> List.of(in.get(0).detach(), in.get(0).exp(), in.get(0).gt(1.0));
    assertThat(GradCheck.gradgradcheck(f, List.of(leaf(1.5, 2), leaf(3)))).isTrue();
    assertThatThrownBy(() ->
            GradCheck.gradgradcheck(
                f, List.of(leaf(1)), List.of(leaf(1), leaf(1)), GradcheckOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 gradients for 1 outputs");
  }
}
