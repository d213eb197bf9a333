package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.CheckpointBlocks.block;
import static org.autograd.CheckpointBlocks.plainGrad;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.autograd.CheckpointBlocks.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checkpoints: what a block gives and keeps if it is run again in backward. */
class CheckpointTest {
  private static final GradOptions CREATE = GradOptions.DEFAULT.withCreateGraph(true);

  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  @AfterEach
  void noHooksStayInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("CKPT-01")
  void resultsAndGradientsAreThoseOfTheBlock() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      Tensor x = leaf(0.5, 1.5);
      Counted counted = new Counted(CheckpointBlocks::block);
      Tensor y = Checkpoint.checkpoint(options, counted, x);
      assertThat(values(y)).containsExactly(values(block(leaf(0.5, 1.5))));
      assertThat(counted.runs).hasValue(1);
      y.sum().backward();
      assertThat(counted.runs).hasValue(2);
      assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointBlocks::block, 0.5, 1.5));
    }
    assertThat(warnings.messages()).isEmpty();
  }

  @Test
  @Tag("CKPT-01")
  void intermediateValuesAreDropped() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      List<WeakReference<Object>> seen = new ArrayList<>();
      Tensor x = leaf(0.5, 1.5);
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                Tensor s = t.sin();
                seen.add(Garbage.memory(s));
                return s.mul(s).exp();
              },
              x);
      assertThat(Garbage.collected(seen.get(0))).isTrue();
      y.sum().backward();
      assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointBlocks::block, 0.5, 1.5));
    }
  }

  @Test
  @Tag("CKPT-01")
  void memoryOfADeepModelFallsToThatOfItsSegments() {
    int elements = 60_000;
    long bytes = 8L * elements;
    Tensor x =
        Tensor.full(TensorOptions.of(DType.FLOAT64).withRequiresGrad(), new long[] {elements}, 0.5);
    List<Function<Tensor, Tensor>> layers = new ArrayList<>();
    for (int i = 0; i < 36; i++) {
      layers.add(Tensor::sin);
    }
    long before = Garbage.liveBytes();
    Tensor plain = Checkpoint.checkpointSequential(NON_REENTRANT, layers, 1, x).sum();
    long all = Garbage.liveBytes() - before;
    Reference.reachabilityFence(plain);
    plain = null;
    Tensor saving = Checkpoint.checkpointSequential(NON_REENTRANT, layers, 6, x).sum();
    long some = Garbage.liveBytes() - before;
    assertThat(all).as("every layer's operand but the leaf").isGreaterThan(34 * bytes);
    assertThat(some)
        .as("the starts of six segments and the last one's operands")
        .isLessThan(13 * bytes);
    saving.backward();
    assertThat(x.grad()).isNotNull();
  }

  @Test
  @Tag("CKPT-02")
  void leavingTheKindOutWarns() {
    Tensor x = leaf(0.5);
    Checkpoint.checkpoint(CheckpointBlocks::block, x).backward();
    assertThat(warnings.messages()).hasSize(1);
    assertThat(warnings.messages().get(0)).contains("NON_REENTRANT");
    assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointBlocks::block, 0.5));
    Checkpoint.checkpoint(() -> x.mul(x));
    Checkpoint.checkpoint((a, b) -> a.mul(b), x, x);
    Checkpoint.checkpoint(ts -> ts[0].mul(ts[1]).mul(ts[2]), x, x, x);
    assertThat(warnings.messages()).hasSize(4);
    assertThat(warnings.messages().get(3)).contains("CheckpointTest.leavingTheKindOutWarns(");
    Checkpoint.checkpoint(NON_REENTRANT, () -> x.mul(x));
    assertThat(warnings.messages()).hasSize(4);
  }

  @Test
  @Tag("CKPT-02")
  void eachLineThatLeavesTheKindOutIsWarnedOfOnce() {
    Tensor x = leaf(0.5);
    for (int i = 0; i < 3; i++) {
      Checkpoint.checkpoint(Tensor::exp, x);
      Checkpoint.checkpoint(() -> x.exp());
    }
    assertThat(warnings.messages()).hasSize(2);
    assertThat(warnings.messages().get(0)).isNotEqualTo(warnings.messages().get(1));
  }

  @Test
  @Tag("CKPT-04")
  void worksWithGradAndInputs() {
    Tensor x = leaf(0.5);
    Tensor w = leaf(2);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, t -> block(t.mul(w)), x);
    assertThat(values(Autograd.grad(y, w, GradOptions.DEFAULT.withRetainGraph(true))))
        .containsExactly(plainGrad(t -> block(t.mul(0.5)), 2));
    y.backward(BackwardOptions.DEFAULT.withInputs(x));
    assertThat(values(x.grad())).containsExactly(plainGrad(t -> block(t.mul(2)), 0.5));
    assertThat(w.grad()).isNull();
  }

  @Test
  @Tag("CKPT-04")
  void worksWithAnyStructureDetachedPartsAndConstants() {
    record Parts(Map<String, Tensor> named, int number) {}
    Tensor x = leaf(2);
    Tensor c = constant(5);
    Parts parts =
        Checkpoint.checkpoint(
            NON_REENTRANT,
            (a, b) -> new Parts(Map.of("out", a.mul(b).exp(), "off", a.exp().detach()), 7),
            x,
            c);
    assertThat(parts.number()).isEqualTo(7);
    assertThat(parts.named().get("off").requiresGrad()).isFalse();
    parts.named().get("out").mul(parts.named().get("off")).backward();
    assertThat(x.grad().item())
        .isCloseTo(
            5 * Math.exp(10) * Math.exp(2), org.assertj.core.data.Percentage.withPercentage(1e-10));
    assertThat(c.grad()).isNull();
  }

  @Test
  @Tag("CKPT-04")
  void capturedTensorsGetGradientsAlthoughNoArgumentNeedsThem() {
    Tensor w = leaf(3);
    Checkpoint.checkpoint(NON_REENTRANT, t -> t.mul(w).exp(), constant(2)).backward();
    assertThat(values(w.grad())).containsExactly(2 * Math.exp(6));
    Tensor v = leaf(3);
    Checkpoint.checkpoint(NON_REENTRANT, () -> v.exp()).backward();
    assertThat(values(v.grad())).containsExactly(Math.exp(3));
    assertThat(warnings.messages()).isEmpty();
  }

  @Test
  @Tag("CKPT-04")
  void hooksOnTensorsOutsideRunOnceInAPass() {
    Tensor x = leaf(0.5);
    Tensor h = x.mul(1);
    AtomicInteger calls = new AtomicInteger();
    h.registerHook(g -> {
      calls.incrementAndGet();
      return null;
    });
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointBlocks::block, h);
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(calls).hasValue(1);
    y.backward();
    assertThat(calls).hasValue(2);
  }

  @Test
  @Tag("CKPT-04")
  void secondDerivativesAreRight() {
    Tensor x = leaf(0.5);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointBlocks::block, x);
    Tensor first = Autograd.grad(y, x, CREATE);
    Tensor second = Autograd.grad(first, x);
    Tensor p = leaf(0.5);
    Tensor plain = Autograd.grad(Autograd.grad(block(p), p, CREATE), p);
    assertThat(values(second)).containsExactly(values(plain));
  }

  @Test
  @Tag("CKPT-10")
  void randomNumbersAreTheSameAgainAndTheGeneratorGoesOn() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      Generator.defaultGenerator().manualSeed(7);
      List<double[]> masks = new ArrayList<>();
      Function<Tensor, Tensor> noisy =
          t -> {
            Tensor mask = Tensor.rand(3).to(DType.FLOAT64);
            masks.add(values(mask));
            return t.mul(mask).exp();
          };
      Tensor x = leaf(1, 2, 3);
      Tensor y = Checkpoint.checkpoint(options, noisy, x);
      Tensor.rand(5);
      Generator.State before = Generator.defaultGenerator().state();
      y.sum().backward();
      assertThat(Generator.defaultGenerator().state()).isEqualTo(before);
      assertThat(masks).hasSize(2);
      assertThat(masks.get(1)).containsExactly(masks.get(0));

      masks.clear();
      Tensor z = Checkpoint.checkpoint(options.withPreserveRngState(false), noisy, x);
      z.sum().backward();
      assertThat(masks.get(1)).isNotEqualTo(masks.get(0));
      assertThat(Generator.defaultGenerator().state()).isNotEqualTo(before);
    }
  }

  @Test
  @Tag("CKPT-01")
  void customFunctionsAreRecomputedToo() {
    AtomicInteger forwards = new AtomicInteger();
    org.autograd.CustomFunction<Tensor, Tensor> square =
        org.autograd.CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, t) -> {
              forwards.incrementAndGet();
              ctx.saveForBackward(t);
              return t.mul(t);
            })
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(ctx.saved(0)).mul(2)});
    Tensor x = leaf(3);
    Checkpoint.checkpoint(NON_REENTRANT, t -> square.apply(t.mul(2)).sin(), x).backward();
    assertThat(forwards).hasValue(2);
    assertThat(values(x.grad())).containsExactly(Math.cos(36) * 12 * 2);
  }

  @Test
  void withoutRecordingTheBlockJustRuns() {
    Counted counted = new Counted(CheckpointBlocks::block);
    Tensor y = GradMode.noGrad(() -> Checkpoint.checkpoint(NON_REENTRANT, counted, leaf(0.5)));
    assertThat(y.requiresGrad()).isFalse();
    assertThat(counted.runs).hasValue(1);
  }
}
