package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.GradcheckFunctions.rightSquare;
import static org.autograd.GradcheckFunctions.square;
import static org.autograd.GradcheckFunctions.wrongSquare;
import static org.autograd.TestTensors.leaf;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GradcheckFastTest {
  private static final GradcheckOptions FAST =
      GradcheckOptions.DEFAULT.withRaiseException(false).withFastMode(true);

  private static boolean check(UnaryOperator<Tensor> f, Tensor x) {
    return GradCheck.gradcheck(TensorFunction.of(f), List.of(x), FAST);
  }

  @Test
  @Tag("GC-15")
  void acceptsAndRejectsWhatSlowModeDoes() {
    Tensor x = leaf(1, 2, -3);
    List<UnaryOperator<Tensor>> right =
        List.of(rightSquare(), Tensor::exp, t -> t.sum(), t -> t.mul(t).sum(), t -> t);
    List<UnaryOperator<Tensor>> wrong =
        List.of(
            wrongSquare(),
            square((t, g) -> g.mul(t)),
            square((t, g) -> g.mul(t).mul(Tensor.of(2.0, 2.0, 2.1))),
            square((t, g) -> Tensor.zerosLike(t)));
    for (boolean fast : List.of(false, true)) {
      GradcheckOptions options = FAST.withFastMode(fast);
      for (UnaryOperator<Tensor> f : right) {
        assertThat(GradCheck.gradcheck(TensorFunction.of(f), List.of(x), options)).isTrue();
      }
      for (UnaryOperator<Tensor> f : wrong) {
        assertThat(GradCheck.gradcheck(TensorFunction.of(f), List.of(x), options)).isFalse();
      }
    }
  }

  @Test
  @Tag("GC-15")
  void runsTheFunctionAFixedNumberOfTimes() {
    int[] calls = {0};
    UnaryOperator<Tensor> counted =
        x -> {
          calls[0]++;
          return x.mul(x);
        };
    assertThat(check(counted, Tensor.ones(DType.FLOAT64, 5).requiresGrad_())).isTrue();
    int small = calls[0];
    calls[0] = 0;
    assertThat(check(counted, Tensor.ones(DType.FLOAT64, 500).requiresGrad_())).isTrue();
    assertThat(calls[0]).isEqualTo(small);
    calls[0] = 0;
    GradCheck.gradcheck(counted, Tensor.ones(DType.FLOAT64, 500).requiresGrad_());
    // In full, each element is moved to both sides.
    assertThat(calls[0]).isGreaterThanOrEqualTo(1000);
  }

  @Test
  @Tag("GC-15")
  void eachPairOfOutputAndInputIsCompared() {
    Tensor a = leaf(1, 2);
    Tensor b = leaf(3, 4);
    for (int wrong = 0; wrong < 2; wrong++) {
      int which = wrong;
      TensorFunction f =
          in -> List.of(in.get(0).mul(2.0), wrongSquare().apply(in.get(which)).sum());
      assertThat(GradCheck.that(f, List.of(a, b)).with(FAST).failsGradcheck())
          .hasMessageContaining("output 1 with respect to input " + which);
    }
  }

  @Test
  void vectorsHaveLengthOneNoNegativeElementsAndAreAlwaysTheSame() {
    Tensor like = Tensor.zeros(DType.FLOAT64, 3, 4);
    double[] v = GradcheckVectors.unit(like, GradcheckVectors.generator());
    assertThat(v).hasSize(12);
    assertThat(Arrays.stream(v).map(e -> e * e).sum()).isCloseTo(1, within(1e-12));
    assertThat(Arrays.stream(v).min().getAsDouble()).isNotNegative();
    assertThat(GradcheckVectors.unit(like, GradcheckVectors.generator())).isEqualTo(v);
  }

  @Test
  void absoluteToleranceGrowsWithTheSumsOfTheVectors() {
    // An error of 0.9 atol in every entry is allowed in full mode, so in fast mode too.
    long n = 50;
    UnaryOperator<Tensor> near =
        x ->
            TestTensors.recorded(
                Tensor.ones(DType.FLOAT64, n),
                grads -> {
                  Tensor g = grads[0];
                  return new Tensor[] {g == null ? null : g.sum().mul(0.9e-5).expand(n).clone()};
                },
                x);
    Tensor x = Tensor.ones(DType.FLOAT64, n).requiresGrad_();
    for (boolean fast : List.of(false, true)) {
      GradcheckOptions options = FAST.withFastMode(fast);
      assertThat(GradCheck.gradcheck(TensorFunction.of(near), List.of(x), options)).isTrue();
      assertThat(GradCheck.gradcheck(TensorFunction.of(near), List.of(x), options.withAtol(0.8e-5)))
          .isFalse();
    }
  }
}
