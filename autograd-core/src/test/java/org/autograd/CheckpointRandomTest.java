package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The random numbers that a checkpointed block draws, in forward and when it is run again. */
class CheckpointRandomTest {
  private static final List<CheckpointOptions> ALL =
      List.of(NON_REENTRANT, NON_REENTRANT.withEarlyStop(false), REENTRANT);

  /**
   * Runs a checkpoint and its backward, and expects that what the block reports is the same both
   * times and that the default generator does not move in backward.
   */
  private static void expectTheSameAgain(Consumer<Consumer<double[]>> draw) {
    for (CheckpointOptions options : ALL) {
      List<List<double[]>> runs = new ArrayList<>();
      Tensor x = leaf(1, 2);
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                List<double[]> run = new ArrayList<>();
                runs.add(run);
                draw.accept(run::add);
                return t.exp();
              },
              x);
      Tensor.rand(5);
      Generator.State before = Generator.defaultGenerator().state();
      y.sum().backward();
      assertThat(Generator.defaultGenerator().state()).isEqualTo(before);
      assertThat(runs).hasSize(2);
      assertThat(runs.get(0)).isNotEmpty();
      assertThat(runs.get(1)).usingRecursiveComparison().isEqualTo(runs.get(0));
    }
  }

  @Test
  @Tag("CKPT-10")
  void everyOperatorThatDrawsDrawsTheSameAgain() {
    Tensor half = Tensor.full(TensorOptions.of(DType.FLOAT64), new long[] {40}, 0.5);
    Generator held = Generator.defaultGenerator();
    List<Supplier<Tensor>> draws =
        List.of(
            () -> Tensor.rand(40),
            () -> Tensor.rand(held, 40),
            () -> Tensor.randn(DType.FLOAT64, 40),
            () -> Tensor.randLike(half),
            () -> Tensor.randnLike(half),
            () -> Tensor.randint(0, 1000, 40),
            () -> Tensor.randintLike(half, 0, 1000),
            () -> Tensor.randperm(40),
            () -> half.bernoulli(),
            () -> Tensor.zeros(40).bernoulli_(0.5),
            () -> Tensor.zeros(40).bernoulli_(half),
            () -> Tensor.zeros(40).uniform_(),
            () -> Tensor.zeros(40).normal_(),
            () -> half.dropout(0.5, true));
    expectTheSameAgain(seen -> draws.forEach(d -> seen.accept(values(d.get()))));
  }

  @Test
  @Tag("CKPT-10")
  void theBlockMayPlaceTheGeneratorItself() {
    expectTheSameAgain(seen -> {
      seen.accept(values(Tensor.rand(3)));
      Generator.State here = Generator.defaultGenerator().state();
      double[] first = values(Tensor.rand(7));
      seen.accept(first);
      Generator.defaultGenerator().setState(here);
      assertThat(values(Tensor.rand(7))).containsExactly(first);
      Generator.defaultGenerator().manualSeed(11);
      assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(11);
      assertThat(Generator.defaultGenerator().state()).isEqualTo(new Generator.State(11, 0));
      assertThat(values(Tensor.rand(3))).containsExactly(values(Tensor.rand(new Generator(11), 3)));
      seen.accept(values(Tensor.rand(3)));
      Generator.defaultGenerator().seed();
      seen.accept(values(Tensor.rand(3)));
      Generator.defaultGenerator().manualSeed(3);
      seen.accept(values(Tensor.rand(3)));
    });
  }

  @Test
  @Tag("CKPT-10")
  void aSeedSetByARecomputationDoesNotLeaveIt() {
    for (CheckpointOptions options : ALL) {
      Tensor x = leaf(1, 2);
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                Generator.defaultGenerator().manualSeed(5);
                return t.exp();
              },
              x);
      assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(5);
      Generator.defaultGenerator().manualSeed(6);
      y.sum().backward();
      assertThat(Generator.defaultGenerator().state()).isEqualTo(new Generator.State(6, 0));
    }
  }

  @Test
  @Tag("CKPT-10")
  void theForwardDrawsWhatTheBlockDrawsWithoutCheckpoint() {
    for (CheckpointOptions options : ALL) {
      Generator.defaultGenerator().manualSeed(7);
      double[] plain = values(Tensor.rand(3).mul(Tensor.rand(3)));
      double[] next = values(Tensor.rand(3));
      Generator.defaultGenerator().manualSeed(7);
      Tensor y =
          Checkpoint.checkpoint(
              options, t -> Tensor.rand(3).mul(Tensor.rand(3)).mul(t), leaf(1, 1, 1));
      assertThat(values(y)).containsExactly(plain);
      assertThat(values(Tensor.rand(3))).containsExactly(next);
    }
  }

  @Test
  @Tag("CKPT-09")
  @Tag("CKPT-10")
  void nestedCheckpointsDrawTheSameAgain() {
    for (CheckpointOptions outer : ALL) {
      for (CheckpointOptions inner : ALL) {
        Generator.defaultGenerator().manualSeed(7);
        Tensor x = leaf(.1, .2, .3);
        Tensor y =
            Checkpoint.checkpoint(
                outer,
                t -> {
                  Tensor u = step(t);
                  Tensor v = Checkpoint.checkpoint(inner, w -> step(w).mul(noise()), u);
                  return step(v);
                },
                x);
        y.sum().backward();
        Generator.defaultGenerator().manualSeed(7);
        Tensor p = leaf(.1, .2, .3);
        step(step(step(p)).mul(noise())).sum().backward();
        assertThat(values(x.grad())).containsExactly(values(p.grad()));
      }
    }
  }

  /** The square of the product with random numbers. */
  private static Tensor step(Tensor t) {
    Tensor u = t.mul(noise());
    return u.mul(u);
  }

  private static Tensor noise() {
    return Tensor.rand(DType.FLOAT64, 3);
  }

  @Test
  @Tag("CKPT-10")
  void hooksOfAPassInsideTheBlockDrawTheSameAgain() {
    expectTheSameAgain(seen -> {
      try (Scope scope = GradMode.enableGrad()) {
        Tensor a = leaf(2);
        Tensor b = a.mul(3);
        b.registerHook(g -> {
          seen.accept(values(Tensor.rand(3)));
          return null;
        });
        Autograd.grad(b, a);
      }
      seen.accept(values(Tensor.rand(3)));
    });
  }

  @Test
  @Tag("CKPT-10")
  void mappedBlocksDrawTheSameAgain() {
    for (Randomness randomness : List.of(Randomness.SAME, Randomness.DIFFERENT)) {
      for (Integer chunk : new Integer[] {null, 2}) {
        VmapOptions options = VmapOptions.DEFAULT.withRandomness(randomness).withChunkSize(chunk);
        Tensor x = leaf(1, 2, 3, 4);
        Tensor y =
            Vmap.vmap(
                    t ->
                        Checkpoint.checkpoint(
                            NON_REENTRANT,
                            u -> {
                              Tensor mask = Tensor.rand(DType.FLOAT64, 2);
                              return u.mul(mask).mul(u.mul(mask)).sum();
                            },
                            t),
                    options)
                .apply(x);
        y.sum().backward();
        // y = m x², so that x y' = 2 y.
        assertThat(values(x.grad().mul(x)))
            .containsExactly(values(y.mul(2)), org.assertj.core.data.Offset.offset(1e-12));
      }
    }
  }

  @Test
  @Tag("CKPT-10")
  void afterAnErrorInTheBlockTheDefaultGeneratorIsInForceAgain() {
    for (CheckpointOptions options : ALL) {
      AtomicInteger run = new AtomicInteger();
      Tensor x = leaf(1, 2);
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                Tensor u = t.mul(Tensor.rand(DType.FLOAT64, 2));
                if (run.getAndIncrement() == 1) {
                  throw new IllegalStateException("mine");
                }
                return u.mul(u);
              },
              x);
      Generator.defaultGenerator().manualSeed(9);
      assertThatThrownBy(() -> y.sum().backward()).hasMessage("mine");
      assertThat(values(Tensor.rand(3))).containsExactly(values(Tensor.rand(new Generator(9), 3)));
    }
    assertThatThrownBy(() ->
            Checkpoint.checkpoint(
                NON_REENTRANT,
                t -> {
                  throw new IllegalStateException("mine");
                },
                leaf(1)))
        .hasMessage("mine");
    Generator.defaultGenerator().manualSeed(9);
    assertThat(values(Tensor.rand(3))).containsExactly(values(Tensor.rand(new Generator(9), 3)));
  }
}
