package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checkpoints: blocks that are run again in backward. */
class CheckpointTest {
  private static final GradOptions CREATE = GradOptions.DEFAULT.withCreateGraph(true);
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void collectWarnings() {
    Warnings.handler(warnings::add);
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(null);
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  /** exp(sin(x)²), which saves x, sin(x) twice and the result. */
  private static Tensor block(Tensor x) {
    Tensor s = x.sin();
    return s.mul(s).exp();
  }

  private static double[] plainGrad(UnaryOperator<Tensor> f, double... at) {
    Tensor x = leaf(at);
    f.apply(x).sum().backward();
    return values(x.grad());
  }

  /** Counts how often a block runs. */
  private static final class Counted implements Function<Tensor, Tensor> {
    private final UnaryOperator<Tensor> block;
    final AtomicInteger runs = new AtomicInteger();

    Counted(UnaryOperator<Tensor> block) {
      this.block = block;
    }

    @Override
    public Tensor apply(Tensor t) {
      runs.incrementAndGet();
      return block.apply(t);
    }
  }

  @Test
  @Tag("CKPT-01")
  void resultsAndGradientsAreThoseOfTheBlock() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      Tensor x = leaf(0.5, 1.5);
      Counted counted = new Counted(CheckpointTest::block);
      Tensor y = Checkpoint.checkpoint(options, counted, x);
      assertThat(values(y)).containsExactly(values(block(leaf(0.5, 1.5))));
      assertThat(counted.runs).hasValue(1);
      y.sum().backward();
      assertThat(counted.runs).hasValue(2);
      assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointTest::block, 0.5, 1.5));
    }
    assertThat(warnings).isEmpty();
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
      assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointTest::block, 0.5, 1.5));
    }
  }

  @Test
  @Tag("CKPT-01")
  void memoryOfADeepModelFallsToThatOfItsSegments() {
    int elements = 100_000;
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
    Checkpoint.checkpoint(CheckpointTest::block, x).backward();
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("NON_REENTRANT");
    assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointTest::block, 0.5));
    Checkpoint.checkpoint((a, b) -> a.mul(b), x, x);
    Checkpoint.checkpoint(ts -> ts[0].mul(ts[1]).mul(ts[2]), x, x, x);
    assertThat(warnings).hasSize(3);
  }

  @Test
  @Tag("CKPT-03")
  void theReentrantKindRefusesGradAndInputsAndGoesOnWorking() {
    Tensor x = leaf(0.5);
    Tensor first = Checkpoint.checkpoint(REENTRANT, CheckpointTest::block, x);
    assertThatThrownBy(() -> Autograd.grad(first, x))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("grad()");
    Tensor second = Checkpoint.checkpoint(REENTRANT, CheckpointTest::block, x);
    assertThatThrownBy(() -> second.backward(BackwardOptions.DEFAULT.withInputs(x)))
        .isInstanceOf(AutogradException.class);
    assertThat(x.grad()).isNull();
    Checkpoint.checkpoint(REENTRANT, CheckpointTest::block, x).backward();
    assertThat(values(x.grad())).containsExactly(plainGrad(CheckpointTest::block, 0.5));
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
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("none of the arguments requires grad");
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
    Checkpoint.checkpoint(() -> v.exp()).backward();
    assertThat(values(v.grad())).containsExactly(Math.exp(3));
    assertThat(warnings).isEmpty();
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
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointTest::block, h);
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(calls).hasValue(1);
    y.backward();
    assertThat(calls).hasValue(2);
  }

  @Test
  @Tag("CKPT-04")
  void secondDerivativesAreRight() {
    Tensor x = leaf(0.5);
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointTest::block, x);
    Tensor first = Autograd.grad(y, x, CREATE);
    Tensor second = Autograd.grad(first, x);
    Tensor p = leaf(0.5);
    Tensor plain = Autograd.grad(Autograd.grad(block(p), p, CREATE), p);
    assertThat(values(second)).containsExactly(values(plain));
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
    Counted counted = new Counted(CheckpointTest::block);
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
        .hasMessageContaining("saved by cos at org.autograd.CheckpointTest")
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
  @Tag("CKPT-09")
  void checkpointsNest() {
    Function<Tensor, Tensor> inner =
        t -> Checkpoint.checkpoint(NON_REENTRANT, CheckpointTest::block, t);
    Function<Tensor, Tensor> middle =
        t -> Checkpoint.checkpoint(NON_REENTRANT, u -> inner.apply(u.mul(2)).cos(), t);
    UnaryOperator<Tensor> plain = t -> block(t.mul(2)).cos();
    for (CheckpointOptions options :
        List.of(NON_REENTRANT, NON_REENTRANT.withEarlyStop(false), REENTRANT)) {
      Tensor x = leaf(0.3, 0.7);
      Checkpoint.checkpoint(options, t -> middle.apply(t), x).sum().backward();
      assertThat(values(x.grad())).containsExactly(plainGrad(plain, 0.3, 0.7));
    }
  }

  @Test
  @Tag("CKPT-09")
  void gradInsideACheckpointWorks() {
    UnaryOperator<Tensor> slope =
        t -> {
          Tensor y = t.mul(t).exp();
          return Autograd.grad(y, t, CREATE).mul(t.sin());
        };
    for (boolean early : new boolean[] {true, false}) {
      Tensor x = leaf(0.3);
      Counted counted = new Counted(slope);
      Checkpoint.checkpoint(NON_REENTRANT.withEarlyStop(early), counted, x).backward();
      Tensor p = leaf(0.3);
      slope.apply(p).backward();
      assertThat(values(x.grad())).containsExactly(values(p.grad()));
    }
  }

  @Test
  @Tag("CKPT-09")
  void combinesWithSaveOnCpuInEitherOrder() {
    Tensor a = leaf(0.3, 0.7);
    Tensor outside =
        Graph.saveOnCpu(true, () -> Checkpoint.checkpoint(NON_REENTRANT, CheckpointTest::block, a));
    outside.sum().backward();
    Tensor b = leaf(0.3, 0.7);
    Tensor inside =
        Checkpoint.checkpoint(NON_REENTRANT, t -> Graph.saveOnCpu(true, () -> block(t)), b);
    inside.sum().backward();
    double[] plain = plainGrad(CheckpointTest::block, 0.3, 0.7);
    assertThat(values(a.grad())).containsExactly(plain);
    assertThat(values(b.grad())).containsExactly(plain);
  }

  @Test
  @Tag("CKPT-10")
  void randomNumbersAreTheSameAgainAndTheGeneratorGoesOn() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      Random.manualSeed(7);
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
      Generator.State before = Random.state();
      y.sum().backward();
      assertThat(Random.state()).isEqualTo(before);
      assertThat(masks).hasSize(2);
      assertThat(masks.get(1)).containsExactly(masks.get(0));

      masks.clear();
      Tensor z = Checkpoint.checkpoint(options.withPreserveRngState(false), noisy, x);
      z.sum().backward();
      assertThat(masks.get(1)).isNotEqualTo(masks.get(0));
      assertThat(Random.state()).isNotEqualTo(before);
    }
  }

  @Test
  @Tag("CKPT-11")
  void sequentialEqualsRunningInOrder() {
    List<Counted> layers = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      double k = 1 + 0.1 * i;
      layers.add(new Counted(t -> t.mul(k).sin()));
    }
    UnaryOperator<Tensor> plain =
        t -> {
          for (int i = 0; i < 7; i++) {
            t = t.mul(1 + 0.1 * i).sin();
          }
          return t;
        };
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      layers.forEach(l -> l.runs.set(0));
      Tensor x = leaf(0.3, 0.7);
      Tensor y = Checkpoint.checkpointSequential(options, layers, 3, x);
      assertThat(values(y)).containsExactly(values(plain.apply(constant(0.3, 0.7))));
      y.sum().backward();
      assertThat(values(x.grad())).containsExactly(plainGrad(plain, 0.3, 0.7));
      // Segments of two, two and three functions; the last one is not checkpointed.
      assertThat(layers.stream().map(l -> l.runs.get())).containsExactly(2, 2, 2, 2, 1, 1, 1);
    }
    assertThatThrownBy(() -> Checkpoint.checkpointSequential(NON_REENTRANT, layers, 8, leaf(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("CKPT-01")
  void customFunctionsAreRecomputedToo() {
    AtomicInteger forwards = new AtomicInteger();
    org.autograd.Function<Tensor, Tensor> square =
        org.autograd.Function.<Tensor, Tensor>named("Square")
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
  @Tag("CKPT-08")
  void aCustomFunctionReadsItsSavedTensorsOnceInACheckpoint() {
    org.autograd.Function<Tensor, Tensor> twice =
        org.autograd.Function.<Tensor, Tensor>named("Twice")
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
    Tensor y = Checkpoint.checkpoint(NON_REENTRANT, CheckpointTest::block, h);
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

  @Test
  void withoutRecordingTheBlockJustRuns() {
    Counted counted = new Counted(CheckpointTest::block);
    Tensor y = GradMode.noGrad(() -> Checkpoint.checkpoint(NON_REENTRANT, counted, leaf(0.5)));
    assertThat(y.requiresGrad()).isFalse();
    assertThat(counted.runs).hasValue(1);
  }
}
