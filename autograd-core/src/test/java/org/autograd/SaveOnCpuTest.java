package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Saved tensors kept in host memory. */
class SaveOnCpuTest {
  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  @Test
  @Tag("SAVE-17")
  void saveOnCpuChangesNothingOnTheHost() {
    for (boolean pin : new boolean[] {false, true}) {
      Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}).reshape(2, 3).requiresGrad_();
      Tensor t = a.transpose(0, 1).mul(1);
      Tensor y = Graph.saveOnCpu(pin, () -> t.mul(t));
      Tensor read = y.gradFn().saved().get("self");
      assertThat(read.strides()).containsExactly(t.strides());
      assertThat(read.dtype()).isEqualTo(t.dtype());
      assertThat(read.device()).isEqualTo(t.device());
      assertThat(values(read)).containsExactly(values(t));
      y.sum().backward();
      assertThat(values(a.grad())).containsExactly(2, 4, 6, 8, 10, 12);
    }
  }

  @Test
  void saveOnCpuNoticesChangesOfWhatItDidNotCopy() {
    Tensor h = leaf(2).mul(3);
    Tensor y = Graph.saveOnCpu(false, () -> h.mul(h));
    h.add_(1);
    assertThatThrownBy(() -> y.backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("saveOnCpu");
  }
}
