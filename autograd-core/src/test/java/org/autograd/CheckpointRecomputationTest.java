package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.concurrent.atomic.AtomicInteger;
import org.autograd.CheckpointBlocks.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a checkpointed block is run again, and what must not differ then. */
class CheckpointRecomputationTest {
  @AfterEach
  void noHooksStayInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("CKPT-05")
  void nothingIsRecomputedIfNoSavedValueIsNeeded() {
    Counted counted = new Counted(Tensor::clone);
    Tensor x = leaf(2);
    Checkpoint.checkpoint(NON_REENTRANT, counted, x).backward();
    assertThat(counted.runs).hasValue(1);
    assertThat(values(x.grad())).containsExactly(1);
  }

  @Test
  @Tag("CKPT-05")
  void eachPassRecomputesOnceAndEachReadingOutsideToo() {
    Counted counted = new Counted(CheckpointBlocks::block);
    Tensor x = leaf(0.5);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, counted, x);
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(counted.runs).hasValue(2);
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(counted.runs).hasValue(3);
    assertThat(values(y.gradFn().saved().get("result"))).containsExactly(values(y));
    assertThat(counted.runs).hasValue(4);
    y.gradFn().saved().get("result");
    assertThat(counted.runs).hasValue(5);
  }

  @Test
  @Tag("CKPT-06")
  void recomputationEndsWhenAllValuesExist() {
    assertThat(clonesRun(NON_REENTRANT, () -> {})).isEqualTo(1);
    assertThat(clonesRun(NON_REENTRANT, Checkpoint.setEarlyStop(false))).isEqualTo(2);
    assertThat(clonesRun(NON_REENTRANT.withEarlyStop(false), () -> {})).isEqualTo(2);
    assertThat(clonesRun(NON_REENTRANT, () -> {})).isEqualTo(1);
  }

  private static int clonesRun(CheckpointOptions options, Scope scope) {
    AtomicInteger clones = new AtomicInteger();
    Tensor x = leaf(0.5);
    Tensor y;
    try (scope) {
      y =
          Checkpoint.checkpoint(
              options,
              t -> {
                Tensor c = t.sin().cos();
                clones.incrementAndGet();
                return c.clone();
              },
              x);
    }
    y.backward();
    assertThat(values(x.grad())).containsExactly(-Math.sin(Math.sin(0.5)) * Math.cos(0.5));
    return clones.get();
  }

  @Test
  @Tag("CKPT-07")
  void fewerValuesThanInForwardAreAnError() {
    AtomicInteger run = new AtomicInteger();
    Tensor x = leaf(0.5);
    Tensor y =
        Checkpoint.checkpoint(
            NON_REENTRANT, t -> run.getAndIncrement() == 0 ? t.sin().cos() : t.sin(), x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("1 tensors")
        .hasMessageContaining("2 in forward")
        .hasMessageContaining("withDebug");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("CKPT-07")
  void moreValuesThanInForwardAreAnErrorOnlyWithoutEarlyStop() {
    for (boolean early : new boolean[] {true, false}) {
      AtomicInteger run = new AtomicInteger();
      Tensor x = leaf(0.5);
      Tensor y =
          Checkpoint.checkpoint(
              NON_REENTRANT.withEarlyStop(early),
              t -> run.getAndIncrement() == 0 ? t.sin() : t.sin().cos(),
              x);
      if (early) {
        y.backward();
        assertThat(values(x.grad())).containsExactly(Math.cos(0.5));
      } else {
        assertThatThrownBy(y::backward)
            .isInstanceOf(AutogradException.class)
            .hasMessageContaining("more tensors");
      }
    }
  }

  @Test
  @Tag("CKPT-07")
  void valuesOfAnotherShapeOrDtypeAreAnError() {
    AtomicInteger run = new AtomicInteger();
    Tensor x = leaf(0.5, 1.5);
    Tensor y =
        Checkpoint.checkpoint(
            NON_REENTRANT,
            t -> (run.getAndIncrement() == 0 ? t.mul(1) : t.mul(1).unsqueeze(0)).sin().sum(),
            x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("[2]")
        .hasMessageContaining("[1, 2]");
    run.set(0);
    Tensor z =
        Checkpoint.checkpoint(
            NON_REENTRANT,
            t -> (run.getAndIncrement() == 0 ? t.mul(1) : t.to(DType.FLOAT32)).sin().sum(),
            x);
    assertThatThrownBy(z::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("float64")
        .hasMessageContaining("float32");
  }

  @Test
  @Tag("CKPT-07")
  void debugTellsWhatWasSavedEachTime() {
    AtomicInteger run = new AtomicInteger();
    Tensor x = leaf(0.5);
    Tensor y =
        Checkpoint.checkpoint(
            NON_REENTRANT.withDebug(true),
            t -> run.getAndIncrement() == 0 ? t.sin().cos() : t.sin(),
            x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("Saved in forward:\n  0: float64")
        .hasMessageContaining("saved by cos at org.autograd.CheckpointRecomputationTest")
        .hasMessageContaining("Saved when recomputed:\n  0: float64");
  }

  @Test
  @Tag("CKPT-08")
  void aValueCannotBeReadTwiceInOnePass() {
    Tensor x = leaf(0.5);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, t -> t.sin(), x);
    y.registerHook(g -> {
      y.gradFn().saved().get("self");
      return null;
    });
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("twice");
  }

  @Test
  @Tag("CKPT-08")
  void aCustomFunctionReadsItsSavedTensorsOnceInACheckpoint() {
    org.autograd.CustomFunction<Tensor, Tensor> twice =
        org.autograd.CustomFunction.<Tensor, Tensor>named("Twice")
            .forward((ctx, t) -> {
              ctx.saveForBackward(t);
              return t.mul(t);
            })
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(ctx.saved(0).add(ctx.saved(0)))});
    Tensor x = leaf(3);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, t -> twice.apply(t), x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void aBlockThatChangesWhatItSavedIsAnError() {
    Tensor x = leaf(0.5);
    Tensor y =
        Checkpoint.checkpoint(
            NON_REENTRANT,
            t -> {
              Tensor h = t.mul(2);
              Tensor e = h.mul(h);
              h.add_(1);
              return e.mul(h);
            },
            x);
    assertThatThrownBy(y::backward)
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("checkpoint");
  }

  @Test
  void anArgumentChangedLaterIsAnError() {
    Tensor x = leaf(0.5);
    Tensor h = x.mul(2);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointBlocks::block, h);
    h.add_(1);
    assertThatThrownBy(y::backward).isInstanceOf(InplaceModificationException.class);
    assertThat(x.grad()).isNull();
  }

  @Test
  void aFailingRecomputationKeepsItsExceptionAndCanBeTriedAgain() {
    final class Mine extends RuntimeException {}
    AtomicInteger run = new AtomicInteger();
    Tensor x = leaf(0.5);
    Tensor y =
        Checkpoint.checkpoint(
            NON_REENTRANT,
            t -> {
              Tensor s = t.sin();
              if (run.getAndIncrement() == 1) {
                throw new Mine();
              }
              return s.cos();
            },
            x);
    assertThatThrownBy(y::backward).isExactlyInstanceOf(Mine.class);
    assertThat(x.grad()).isNull();
    y.backward();
    assertThat(values(x.grad())).containsExactly(-Math.sin(Math.sin(0.5)) * Math.cos(0.5));
  }
}
