package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.CheckpointOptions.NON_REENTRANT;
import static org.autograd.CheckpointOptions.REENTRANT;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random numbers of checkpoints that are made or recomputed while other threads draw too. */
class CheckpointThreadsTest {
  private static final int THREADS = 4;
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);

  private final ExecutorService others = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    others.shutdownNow();
  }

  private <T> T elsewhere(Callable<T> task) {
    try {
      return others.submit(task).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sixteen checkpoints, each of which draws three times. Products and sums have the same bits in
   * any form of their loops.
   */
  private static Tensor noisy(CheckpointOptions options, Tensor a) {
    Tensor sum = null;
    for (int k = 1; k <= 16; k++) {
      Tensor part = Checkpoint.checkpoint(options, CheckpointThreadsTest::noise, a.mul(k)).sum();
      sum = sum == null ? part : sum.add(part);
    }
    return sum;
  }

  private static Tensor noise(Tensor t) {
    Tensor u = t;
    for (int i = 0; i < 3; i++) {
      u = u.mul(Tensor.rand(DType.FLOAT64, 8)).mul(t);
    }
    return u;
  }

  private static double[] gradient(Tensor loss, Tensor leaf) {
    leaf.setGrad(null);
    loss.backward(RETAIN);
    return values(leaf.grad());
  }

  @Test
  @Tag("CKPT-10")
  void graphsOfSeveralThreadsGetTheirOwnNumbersAgain() throws Exception {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      CyclicBarrier together = new CyclicBarrier(THREADS);
      List<Future<Void>> passes = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Tensor a = leaf(.1, .2, .3, .4, .5, .6, .7, .8);
        Tensor loss = noisy(options, a);
        double[] alone = gradient(loss, a);
        passes.add(
            others.submit(() -> {
              together.await();
              for (int pass = 0; pass < 20; pass++) {
                assertThat(gradient(loss, a)).containsExactly(alone);
              }
              return null;
            }));
      }
      for (Future<Void> pass : passes) {
        pass.get();
      }
    }
  }

  @Test
  @Tag("CKPT-10")
  void whatAnotherThreadDrawsDuringARecomputationIsNotDrawnAgain() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      List<double[]> drawn = new ArrayList<>();
      List<double[]> outside = new ArrayList<>();
      Tensor x = leaf(1, 2, 3);
      boolean[] again = {false};
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                drawn.add(values(Tensor.rand(3)));
                if (again[0]) {
                  outside.add(elsewhere(() -> values(Tensor.rand(3))));
                }
                drawn.add(values(Tensor.rand(3)));
                return t.exp();
              },
              x);
      again[0] = true;
      Generator.State before = Generator.defaultGenerator().state();
      y.sum().backward();
      assertThat(drawn).hasSize(4);
      assertThat(drawn.get(2)).containsExactly(drawn.get(0));
      assertThat(drawn.get(3)).containsExactly(drawn.get(1));
      assertThat(outside.get(0)).isNotEqualTo(drawn.get(1));
      Tensor next = Tensor.rand(3);
      assertThat(values(next)).isNotEqualTo(outside.get(0));
      Generator.defaultGenerator().setState(before);
      assertThat(values(Tensor.rand(3))).containsExactly(outside.get(0));
      assertThat(values(Tensor.rand(3))).containsExactly(values(next));
    }
  }

  @Test
  @Tag("CKPT-10")
  void theNumbersOfAForwardBetweenWhoseDrawsAnotherThreadDrewComeAgain() {
    for (CheckpointOptions options : List.of(NON_REENTRANT, REENTRANT)) {
      List<double[]> drawn = new ArrayList<>();
      Tensor x = leaf(1, 2, 3);
      boolean[] again = {false};
      Tensor y =
          Checkpoint.checkpoint(
              options,
              t -> {
                for (int i = 0; i < 3; i++) {
                  if (!again[0]) {
                    elsewhere(() -> Tensor.rand(100));
                  }
                  drawn.add(values(Tensor.rand(3)));
                }
                return t.exp();
              },
              x);
      again[0] = true;
      y.sum().backward();
      assertThat(drawn).hasSize(6);
      for (int i = 0; i < 3; i++) {
        assertThat(drawn.get(3 + i)).containsExactly(drawn.get(i));
      }
    }
  }

  @Test
  @Tag("CKPT-10")
  void graphsMadeByThreadsAtOnceHaveTheGradientsOfTheirForward() throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          others.submit(() -> {
            together.await();
            for (int pass = 0; pass < 20; pass++) {
              Tensor x = leaf(1, 2, 3, 4);
              Tensor y =
                  Checkpoint.checkpoint(
                      NON_REENTRANT,
                      t -> {
                        Tensor u = t.mul(Tensor.rand(DType.FLOAT64, 4));
                        return u.mul(Tensor.rand(DType.FLOAT64, 4)).mul(t);
                      },
                      x);
              y.sum().backward();
              // y = m x², so that x y' = 2 y.
              assertThat(values(x.grad().mul(x)))
                  .containsExactly(values(y.mul(2)), org.assertj.core.data.Offset.offset(1e-12));
            }
            return null;
          }));
    }
    for (Future<Void> thread : threads) {
      thread.get();
    }
  }
}
