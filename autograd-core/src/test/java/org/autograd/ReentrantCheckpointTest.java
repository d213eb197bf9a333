package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CheckpointBlocks.plainGrad;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checkpoints of the reentrant kind. */
class ReentrantCheckpointTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @AfterEach
  void noHooksStayInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindRefusesGradAndInputsAndGoesOnWorking() {
    Tensor x = leaf(0.5);
    Tensor first = Checkpoint.checkpoint(REENTRANT, CheckpointBlocks::block, x);
    assertThatThrownBy(() -> Autograd.grad(first, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("grad()");
    Tensor second = Checkpoint.checkpoint(REENTRANT, CheckpointBlocks::block, x);
    assertThatThrownBy(() -> second.backward(BackwardOptions.DEFAULT.withInputs(x)))
        .isInstanceOf(AutogradException.class);
    assertThat(x.grad()).isNull();
    Checkpoint.checkpoint(REENTRANT, CheckpointBlocks::block, x).backward();
    assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointBlocks::block, 0.5));
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindNeedsAResultThatRequiresGrad() {
    Tensor x = leaf(0.5);
    Tensor y = Checkpoint.checkpoint(REENTRANT, t -> t.detach().mul(2), x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("requires grad");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindWarnsIfNoArgumentRequiresGrad() {
    Tensor w = leaf(3);
    Tensor y = Checkpoint.checkpoint(REENTRANT, t -> t.mul(w), constant(2));
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("none of the arguments requires grad");
    assertThat(y.requiresGrad()).isFalse();
    assertThat(values(y)).containsExactly(6);
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindTakesTensorsByPositionOnly() {
    assertThatThrownBy(() -> Checkpoint.checkpoint(REENTRANT, () -> leaf(1).mul(2)))
        .isInstanceOf(IllegalArgumentException.class);
    for (Method m : Checkpoint.class.getMethods()) {
      if (m.getName().equals("checkpoint")) {
        assertThat(Arrays.stream(m.getParameterTypes()).filter(p -> !p.isInterface()))
            .allMatch(
                p -> p == CheckpointOptions.class || p == Tensor.class || p == Tensor[].class);
      }
    }
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindGivesArraysListsAndArgumentsBack() {
    Tensor x = leaf(2);
    Tensor c = constant(5);
    Tensor[] ys =
        Checkpoint.checkpoint(
            REENTRANT, ts -> new Tensor[] {ts[0].mul(ts[1]), ts[0], ts[0].exp()}, x, c);
    assertThat(ys[1]).isNotSameAs(x);
    ys[0].add(ys[1]).backward();
    assertThat(values(x.grad())).containsExactly(6);
    List<Tensor> list = Checkpoint.checkpoint(REENTRANT, t -> List.of(t.mul(3), t.mul(4)), x);
    list.get(1).backward();
    assertThat(values(x.grad())).containsExactly(10);
    assertThatThrownBy(() -> Checkpoint.checkpoint(REENTRANT, t -> "text", x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("NON_REENTRANT");
  }
}
