package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tensors that share a version counter although their memory differs. */
class SharedCounterTest {
  @Test
  @Tag("VIEW-01")
  void setDataLeavesTheCounterSharedWithOlderViews() {
    Tensor x = constant(1, 2);
    Tensor view = x.view(2);
    Tensor detached = x.detach();
    x.mul_(2);
    x.setData(constant(5, 6, 7));
    assertThat(x.version()).isEqualTo(1);
    x.add_(1);
    assertThat(view.version()).isEqualTo(2);
    assertThat(detached.version()).isEqualTo(2);
    view.add_(1);
    assertThat(x.version()).isEqualTo(3);
    assertThat(values(x)).containsExactly(6, 7, 8);
    assertThat(values(view)).containsExactly(3, 5);
  }

  @Test
  void theNewDataKeepsACounterOfItsOwn() {
    Tensor data = constant(5, 6);
    Tensor x = constant(1, 2);
    x.setData(data);
    x.add_(1);
    assertThat(x.version()).isEqualTo(1);
    assertThat(data.version()).isZero();
    assertThat(values(data)).containsExactly(6, 7);
    Tensor again = x.view(2);
    x.setData(constant(0, 0));
    x.add_(1);
    assertThat(again.version()).isEqualTo(2);
  }

  @Test
  void aSavedOlderViewCountsAsChanged() {
    Tensor x = constant(1, 2);
    Tensor view = x.view(2);
    Tensor w = leaf(3, 4);
    Tensor y = view.mul(w).sum();
    x.setData(constant(5, 6));
    x.add_(1);
    assertThatThrownBy(y::backward).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  void resizingLeavesTheCounterSharedToo() {
    Tensor x = constant(1, 2);
    Tensor detached = x.detach();
    x.resize_(4);
    assertThat(x.version()).isEqualTo(1);
    assertThat(detached.version()).isEqualTo(1);
    x.add_(1);
    assertThat(detached.version()).isEqualTo(2);
  }

  @Test
  void theSharedCounterKeepsNoMemoryAlive() {
    Tensor x = constant(1, 2);
    WeakReference<Object> old = Garbage.memory(x);
    x.setData(constant(3, 4));
    assertThat(Garbage.collected(old)).isTrue();
    assertThat(x.version()).isZero();
  }
}
