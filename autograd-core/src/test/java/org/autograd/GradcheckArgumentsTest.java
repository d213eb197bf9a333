package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.QUIET;
import static org.autograd.GradcheckFunctions.check;
import static org.autograd.GradcheckFunctions.fast;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradcheckArgumentsTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @Test
  void valuesOfOptionsAreChecked() {
    GradcheckOptions d = GradcheckOptions.DEFAULT;
    assertThatThrownBy(() -> d.withEps(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> d.withEps(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> d.withAtol(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("atol");
    assertThatThrownBy(() -> d.withRtol(-1)).hasMessageContaining("rtol");
    assertThatThrownBy(() -> d.withNondetTol(Double.NaN)).hasMessageContaining("nondetTol");
  }

  @Test
  @Tag("GC-03")
  void withoutAnInputThatRequiresGradThereIsNothingToCheck() {
    for (GradcheckOptions options : List.of(GradcheckOptions.DEFAULT, QUIET)) {
      assertThatThrownBy(() -> check(x -> x.mul(2.0), constant(1), options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("requiresGrad_()");
    }
    assertThatThrownBy(() -> GradCheck.gradcheck(in -> in, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GradCheck.gradcheck(in -> in, Arrays.asList(leaf(1), null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 1");
    for (TensorFunction f :
        List.<TensorFunction>of(in -> null, in -> Arrays.asList(in.get(0), null))) {
      assertThatThrownBy(() -> GradCheck.gradcheck(f, List.of(leaf(1)), QUIET))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("null");
    }
  }

  @Test
  @Tag("GC-04")
  void lessThanDoublePrecisionIsAWarning() {
    Tensor x = Tensor.of(1f, 2f).requiresGrad_();
    TensorFunction sum = in -> List.of(in.get(0).sum().add(in.get(1).sum()));
    List<Tensor> inputs = List.of(leaf(1), x, Tensor.of(3f));
    // At float32 an eps of 2^-5 moves these numbers exactly.
    GradcheckOptions coarse = GradcheckOptions.DEFAULT.withEps(0.03125);
    assertThat(GradCheck.gradcheck(sum, inputs, coarse)).isTrue();
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("input 1", "float32", "float64");
  }

  @Test
  @Tag("GC-05")
  void inputsWhoseElementsShareMemoryAreRefused() {
    Tensor x = Tensor.ones(DType.FLOAT64, 1, 2).expand(3, 2).detach().requiresGrad_();
    for (GradcheckOptions options : List.of(GradcheckOptions.DEFAULT, QUIET)) {
      assertThatThrownBy(
              () -> GradCheck.gradcheck(in -> List.of(in.get(1)), List.of(leaf(1), x), options))
          .isInstanceOf(AutogradException.class)
          .isNotInstanceOf(GradcheckException.class)
          .hasMessageContaining("input 1")
          .hasMessageContaining("stride 0")
          .hasMessageContaining("clone()");
    }
    // A dimension of size 1 is no trouble, whatever its stride; nor are inputs not checked.
    Tensor single = Tensor.ones(DType.FLOAT64, 2).asStrided(new long[] {1, 2}, 0, 1);
    assertThat(GradCheck.gradcheck((a, b) -> a.mul(b), single.requiresGrad_(), x.detach()))
        .isTrue();
  }

  @Test
  @Tag("GC-06")
  void somethingMustBeChecked() {
    GradcheckOptions none = GradcheckOptions.DEFAULT.withCheckBackwardAd(false);
    int[] calls = {0};
    UnaryOperator<Tensor> counted =
        x -> {
          calls[0]++;
          return x;
        };
    for (GradcheckOptions options :
        List.of(
            none,
            none.withRaiseException(false),
            none.withCheckForwardAd(true).withCheckBatchedGrad(true),
            GradcheckOptions.DEFAULT.withCheckBatchedForwardGrad(true))) {
      assertThatThrownBy(() -> check(counted, leaf(1), options))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(calls[0]).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-11")
  void shapeAndDtypeMustNotDependOnTheValues(boolean fast) {
    UnaryOperator<Tensor> shape = x -> x.item() > 1 ? Tensors.cat(List.of(x, x), 0) : x.mul(1.0);
    UnaryOperator<Tensor> dtype = x -> x.item() > 1 ? x.to(DType.FLOAT32) : x.mul(1.0);
    TensorFunction number = in -> in.get(0).item() > 1 ? List.of(in.get(0), in.get(0)) : in;
    for (GradcheckOptions options : List.of(fast(fast), QUIET.withFastMode(fast))) {
      assertThatThrownBy(() -> check(shape, leaf(1), options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("output 0")
          .hasMessageContaining("[1]")
          .hasMessageContaining("[2]");
      assertThatThrownBy(() -> check(dtype, leaf(1), options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("float32");
      assertThatThrownBy(() -> GradCheck.gradcheck(number, List.of(leaf(1)), options))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void inferenceModeAndNullsAreNamed() {
    Tensor x = leaf(1, 2);
    assertThatThrownBy(() -> InferenceMode.run(() -> GradCheck.gradcheck(t -> t.sin(), x)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("inference mode");
    assertThatThrownBy(() -> GradCheck.gradcheck(TensorFunction.of((Tensor t) -> t), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("null");
    assertThat(GradCheck.gradcheck(t -> t.mul(t.detach()), x, QUIET)).isFalse();
    assertThat(GradCheck.gradgradcheck(t -> t.square(), x, QUIET)).isTrue();
  }
}
