package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;
import static org.autograd.VmapHooksTest.inside;
import static org.autograd.VmapHooksTest.map;
import static org.autograd.VmapHooksTest.refused;
import static org.autograd.VmapHooksTest.rows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What tensors that stand for one element of a batch say of themselves, and what they refuse. */
@ExtendWith(UnderScheduler.class)
class VmapElementTest {
  @Test
  void elementsShowTheGradientOfTheWholeTensor() {
    Tensor x = rows().requiresGrad_();
    x.setGrad(rows().mul(10));
    assertThat(values(map(t -> t.grad().sum(), x))).containsExactly(30, 70, 110);
    inside(t -> assertThat(t.grad()).isNull());
  }

  @Test
  void whatCannotBeSaidOfOneElementIsRefused() {
    refused(t -> t.detach().requiresGrad_(), "requiresGrad_", "Functional");
    refused(t -> t.mul(2).requiresGrad_(false), "requiresGrad_");
    refused(t -> t.setGrad(Tensor.onesLike(t)), "setGrad");
    refused(t -> leaf(1, 2).setGrad(t), "setGrad");
    refused(t -> t.registerPostAccumulateGradHook(l -> {}), "registerPostAccumulateGradHook");
    refused(t -> t.setData(constant(1, 2)), "setData");
    refused(t -> constant(1, 2).setData(t), "setData");
    refused(Tensor::deepCopy, "deepCopy", "clone");
    refused(Graph::getGradientEdge, "getGradientEdge");
    refused(t -> LowLevel.unsafeSetVersionCounter(List.of(t), 3), "unsafeSetVersionCounter");
    refused(t -> t.detach().resize_(5), "resize_");
    refused(
        t -> Checkpoint.checkpoint(CheckpointOptions.REENTRANT, (Tensor u) -> u.sin(), t),
        "checkpoint");
  }

  @Test
  void flagsAndHistoriesAreThoseOfTheWholeTensor() {
    Tensor x = rows().requiresGrad_();
    map(
        t -> {
          assertThat(t.requiresGrad()).isTrue();
          assertThat(t.requiresGrad_()).isSameAs(t);
          assertThat(t.isLeaf()).isTrue();
          assertThat(t.gradFn()).isNull();
          Tensor y = t.mul(2);
          assertThat(y.isLeaf()).isFalse();
          assertThat(y.gradFn().name()).isEqualTo("MulBackward0");
          assertThat(y.outputNr()).isZero();
          assertThat(t.unbind(0).get(1).outputNr()).isEqualTo(1);
          assertThat(y.isView()).isFalse();
          assertThat(y.base()).isNull();
          assertThat(y.detach().requiresGrad()).isFalse();
          assertThat(y.data().requiresGrad()).isFalse();
          assertThat(Graph.explore(y).nodes()).isNotEmpty();
          return y;
        },
        x);
    inside(t -> {
      assertThat(t.requiresGrad()).isFalse();
      assertThat(t.sizes()).containsExactly(2);
      assertThat(t.strides()).containsExactly(1);
      assertThat(t.isContiguous()).isTrue();
      assertThat(t.toString()).contains("batched");
      assertThat(t.dtype()).isEqualTo(DType.FLOAT64);
    });
  }

  @Test
  void detachInPlaceLeavesTheWholeTensorAlone() {
    Tensor x = rows().requiresGrad_();
    Tensor y =
        map(
            t -> {
              assertThat(t.detach_()).isSameAs(t);
              assertThat(t.requiresGrad()).isFalse();
              return t.mul(2);
            },
            x);
    assertThat(y.requiresGrad()).isFalse();
    assertThat(x.requiresGrad()).isTrue();
  }

  @Test
  void dataSharesTheMemoryOfTheElement() {
    Tensor x = rows();
    Tensor y =
        map(
            t -> {
              t.data().mul_(10);
              return t.mul(1);
            },
            x);
    assertThat(values(y)).containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(values(x)).containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(x.version()).isZero();
  }

  @Test
  void versionsCountTheChangesOfTheWholeTensor() {
    inside(t -> {
      Tensor y = t.mul(1);
      int before = y.version();
      y.add_(1);
      assertThat(y.version()).isEqualTo(before + 1);
      Graph.incrementVersion(y);
      assertThat(y.version()).isEqualTo(before + 2);
      try (Scope scope = Graph.unsafePreserveVersionCounter(y)) {
        y.add_(1);
      }
      assertThat(y.version()).isEqualTo(before + 2);
    });
  }
}
