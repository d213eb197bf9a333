package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.QUIET;
import static org.autograd.GradcheckFunctions.check;
import static org.autograd.GradcheckFunctions.fast;
import static org.autograd.GradcheckFunctions.jitter;
import static org.autograd.GradcheckFunctions.rightSquare;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradcheckBackwardTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-07")
  void withoutDifferentiableOutputsTheNumericalGradientMustBeZero(boolean fast) {
    assertThat(check(x -> constant(1, 2), leaf(1, 2), fast(fast))).isTrue();
    assertThat(check(x -> x.detach().ge(0.5), leaf(1, 2), fast(fast))).isTrue();
    assertThat(GradCheck.gradcheck(in -> List.of(), List.of(leaf(1)), fast(fast))).isTrue();
    assertThatThrownBy(() -> check(x -> x.detach().mul(2.0), leaf(1, 2), fast(fast)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("expected to be zero")
        .hasMessageContaining("output 0")
        .hasMessageContaining("input 0");
    assertThat(check(x -> x.detach().mul(2.0), leaf(1), QUIET.withFastMode(fast))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-08")
  void backwardMustGiveTheSameTwice(boolean fast) {
    Tensor x = leaf(1, 2, 3, 4);
    assertThatThrownBy(() -> check(jitter(1e-6), x, fast(fast)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("not deterministic")
        .hasMessageContaining("nondetTol");
    assertThat(check(jitter(1e-6), x, fast(fast).withNondetTol(1e-5))).isTrue();
    assertThat(check(jitter(0), x, fast(fast))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-09")
  void gradientOfZerosMustBeZero(boolean fast) {
    UnaryOperator<Tensor> shifting =
        x -> {
          Tensor y = x.clone();
          y.registerHook(g -> g.add(1e-2));
          return y;
        };
    assertThatThrownBy(() -> check(shifting, leaf(1), fast(fast).withAtol(0.1)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("does not multiply by the output gradient")
        .hasMessageContaining("input 0");
  }

  @Test
  @Tag("GC-09")
  void gradientsFitTheirInputs() {
    // The engine sees to dtype and shape before gradcheck can: what does not fit is refused, and
    // what a backward gives in another dtype arrives converted.
    UnaryOperator<Tensor> wrongShape = square((x, g) -> Tensor.ones(DType.FLOAT64, 3));
    assertThatThrownBy(() -> GradCheck.gradcheck(wrongShape, leaf(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[3]")
        .hasMessageContaining("[2]");
    UnaryOperator<Tensor> wrongDtype = square((x, g) -> g.mul(x).mul(2.0).to(DType.FLOAT32));
    assertThat(GradCheck.gradcheck(wrongDtype, leaf(1, 2))).isTrue();
    assertThat(
            GradCheck.gradcheck(t -> t.t().exp(), Tensor.ones(DType.FLOAT64, 2, 3).requiresGrad_()))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-10")
  void backwardMustAcceptMissingGradients(boolean fast) {
    UnaryOperator<Tensor> refusing =
        x -> {
          Tensor y = x.clone();
          y.registerHook(g -> {
            if (g == null) {
              throw new IllegalStateException("no gradient");
            }
            return null;
          });
          return y;
        };
    assertThatThrownBy(() -> check(refusing, leaf(1), fast(fast)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("missing")
        .hasMessageContaining("no gradient")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("checkUndefinedGrad");
    assertThat(check(refusing, leaf(1), fast(fast).withCheckUndefinedGrad(false))).isTrue();

    UnaryOperator<Tensor> inventing =
        x -> {
          Tensor y = x.clone();
          y.registerHook(g -> g);
          return TestTensors.recorded(
              x.detach().clone(),
              grads -> new Tensor[] {grads[0] == null ? constant(5) : grads[0]},
              x);
        };
    warnings.messages().clear();
    assertThatThrownBy(() -> check(inventing, leaf(1), fast(fast)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("null or zero");
    assertThat(warnings.messages()).hasSize(1);
    assertThat(check(inventing, leaf(1), fast(fast).withCheckUndefinedGrad(false))).isTrue();
  }

  @Test
  @Tag("GC-10")
  void gradientsAreMissingAllAtOnceAndOneAtATime() {
    List<String> seen = new ArrayList<>();
    CustomFunction<Tensor, Tensor[]> two =
        CustomFunction.<Tensor, Tensor[]>named("Two")
            .forward((ctx, x) -> {
              ctx.setMaterializeGrads(false);
              return new Tensor[] {x.mul(2.0), x.mul(3.0)};
            })
            .backward((ctx, grads) -> {
              if (grads[0] == null || grads[1] == null) {
                seen.add(describe(grads[0]) + " " + describe(grads[1]));
              }
              Tensor a = grads[0] == null ? null : grads[0].mul(2.0);
              Tensor b = grads[1] == null ? null : grads[1].mul(3.0);
              return CustomFunction.gradients(a == null ? b : b == null ? a : a.add(b));
            });
    TensorFunction f = in -> List.of(two.apply(in.get(0)));
    assertThat(GradCheck.gradcheck(f, List.of(leaf(1)))).isTrue();
    assertThat(seen).contains("null null", "null [0.0]", "[0.0] null");
  }

  private static String describe(Tensor t) {
    return t == null ? "null" : Arrays.toString(values(t));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("GC-12")
  void gradientsOfAnotherDtypeFailIfAskedFor(boolean fast) {
    UnaryOperator<Tensor> imprecise = square((x, g) -> g.mul(x).mul(2.0).to(DType.FLOAT32));
    assertThat(check(imprecise, leaf(1, 2), fast(fast))).isTrue();
    assertThatThrownBy(() -> check(imprecise, leaf(1, 2), fast(fast).withCheckGradDtypes(true)))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("SquareBackward")
        .hasMessageContaining("float32")
        .hasMessageContaining("float64");
    assertThat(check(rightSquare(), leaf(1, 2), fast(fast).withCheckGradDtypes(true))).isTrue();
  }
}
