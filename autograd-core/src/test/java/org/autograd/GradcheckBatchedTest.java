package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.GradcheckFunctions.check;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GradcheckBatchedTest {
  private static final GradcheckOptions TANGENTS =
      GradcheckOptions.DEFAULT
          .withCheckForwardAd(true)
          .withCheckBackwardAd(false)
          .withCheckBatchedForwardGrad(true);

  @Test
  @Tag("GC-14")
  void batchedTangentsThatAgreeWithALoopPass() {
    assertThat(check(x -> x.sin().mul(x).sum(), leaf(0.5, -1.5, 2), TANGENTS)).isTrue();
    TensorFunction several =
        in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).detach(), in.get(0).gt(1.0));
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    assertThat(GradCheck.gradcheck(several, List.of(m, leaf(1, 2, 3), constant(1)), TANGENTS))
        .isTrue();
  }

  /** 2x for one tangent; for a batch of tangents another factor. */
  private static UnaryOperator<Tensor> otherInBatches() {
    return x -> {
      UnpackedDual parts = ForwardAD.unpackDual(x);
      Tensor y = parts.primal().mul(2.0);
      if (parts.tangent() == null) {
        return y;
      }
      return ForwardAD.makeDual(y, parts.tangent().mul(isBatched(parts.tangent()) ? 3.0 : 2.0));
    };
  }

  /** Reading an element is refused inside a mapped function. */
  private static boolean isBatched(Tensor t) {
    try {
      t.sum().item();
      return false;
    } catch (RuntimeException e) {
      return true;
    }
  }

  @Test
  @Tag("GC-14")
  void batchedTangentsThatDifferFail() {
    assertThat(check(otherInBatches(), leaf(1, 2), TANGENTS.withCheckBatchedForwardGrad(false)))
        .isTrue();
    assertThatThrownBy(() -> check(otherInBatches(), leaf(1, 2), TANGENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched tangents for input 0");
  }

  @Test
  @Tag("GC-14")
  void batchedTangentsThatCannotBeComputedFail() {
    UnaryOperator<Tensor> reading =
        x -> {
          Tensor tangent = ForwardAD.unpackDual(x).tangent();
          if (tangent != null) {
            tangent.sum().item();
          }
          return x.mul(2.0);
        };
    assertThat(check(reading, leaf(1, 2), TANGENTS.withCheckBatchedForwardGrad(false))).isTrue();
    assertThatThrownBy(() -> check(reading, leaf(1, 2), TANGENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched tangents for input 0")
        .hasCauseInstanceOf(RuntimeException.class);
  }

  private static final GradcheckOptions GRADIENTS =
      GradcheckOptions.DEFAULT.withCheckBatchedGrad(true);

  @Test
  @Tag("GC-14")
  void batchedGradientsThatAgreeWithALoopPass() {
    assertThat(check(x -> x.sin().mul(x).sum(), leaf(0.5, -1.5, 2), GRADIENTS)).isTrue();
    TensorFunction several =
        in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).detach(), in.get(1).exp());
    Tensor m = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad_();
    assertThat(GradCheck.gradcheck(several, List.of(m, leaf(1, 2, 3), constant(1)), GRADIENTS))
        .isTrue();
    assertThat(GradCheck.gradgradcheck(several, List.of(m, leaf(1, 2, 3), constant(1)), GRADIENTS))
        .isTrue();
  }

  /** The identity with the gradient 1, but for a batch of gradients another one. */
  private static UnaryOperator<Tensor> otherGradientInBatches() {
    return x ->
        TestTensors.recorded(
            x.detach().clone(),
            grads -> {
              Tensor g = grads[0];
              return new Tensor[] {g == null || !isBatched(g) ? g : g.mul(3.0)};
            },
            x);
  }

  @Test
  @Tag("GC-14")
  void batchedGradientsThatDifferFail() {
    assertThat(check(otherGradientInBatches(), leaf(1, 2), GradcheckOptions.DEFAULT)).isTrue();
    assertThatThrownBy(() -> check(otherGradientInBatches(), leaf(1, 2), GRADIENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched gradients of output 0")
        .hasMessageContaining("input 0");
  }

  @Test
  @Tag("GC-14")
  void batchedGradientsThatCannotBeComputedFail() {
    UnaryOperator<Tensor> reading =
        x ->
            TestTensors.recorded(
                x.detach().clone(),
                grads -> {
                  if (grads[0] != null) {
                    grads[0].sum().item();
                  }
                  return grads;
                },
                x);
    assertThat(check(reading, leaf(1, 2), GradcheckOptions.DEFAULT)).isTrue();
    assertThatThrownBy(() -> check(reading, leaf(1, 2), GRADIENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched gradients of output 0")
        .hasCauseInstanceOf(RuntimeException.class);
    assertThat(check(reading, leaf(1, 2), GRADIENTS.withRaiseException(false))).isFalse();
  }

  /** A factor that is drawn, and always 1. */
  private static Tensor drawn(Tensor like) {
    return Tensor.ones(DType.FLOAT64, like.sizes()).bernoulli();
  }

  @Test
  @Tag("VMAP-09")
  void randomOperatorsInBatchesAreRefused() {
    UnaryOperator<Tensor> backward =
        x ->
            TestTensors.recorded(
                x.detach().clone(),
                grads -> new Tensor[] {grads[0] == null ? null : grads[0].mul(drawn(x))},
                x);
    UnaryOperator<Tensor> forward = x -> x.mul(drawn(x));
    assertThat(check(backward, leaf(1, 2), GRADIENTS.withCheckBatchedGrad(false))).isTrue();
    assertThatThrownBy(() -> check(backward, leaf(1, 2), GRADIENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched gradients")
        .hasMessageContaining("random")
        .hasCauseInstanceOf(AutogradException.class);
    assertThat(check(forward, leaf(1, 2), GRADIENTS)).isTrue();
    assertThat(check(forward, leaf(1, 2), TANGENTS.withCheckBatchedForwardGrad(false))).isTrue();
    assertThatThrownBy(() -> check(forward, leaf(1, 2), TANGENTS))
        .isInstanceOf(GradcheckException.class)
        .hasMessageContaining("batched tangents")
        .hasMessageContaining("random")
        .hasCauseInstanceOf(AutogradException.class);
  }

  @Test
  @Tag("VMAP-09")
  void aChosenModeOfRandomnessIsChecked() {
    for (Randomness mode : List.of(Randomness.SAME, Randomness.DIFFERENT)) {
      VmapOptions options = VmapOptions.DEFAULT.withRandomness(mode);
      UnaryOperator<Tensor> f = Vmap.vmap((UnaryOperator<Tensor>) t -> t.mul(drawn(t)), options);
      assertThat(check(f, leaf(1, 2), GRADIENTS)).isTrue();
    }
    UnaryOperator<Tensor> none = Vmap.vmap((UnaryOperator<Tensor>) t -> t.mul(drawn(t)));
    assertThatThrownBy(() -> check(none, leaf(1, 2), GRADIENTS))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("randomness");
  }
}
