package org.autograd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.autograd.AnomalyMode;
import org.autograd.Autograd;
import org.autograd.Checkpoint;
import org.autograd.CheckpointOptions;
import org.autograd.ForwardAD;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.InferenceMode;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.Warnings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thousands of passes on virtual threads, which give way in the middle: results are those of one
 * thread, and no mode reaches another thread.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class VirtualThreadsTest {
  private static final int PASSES = 10_000;
  private static final int PROGRAMS = 40;
  private static final GradOptions RETAIN = GradOptions.DEFAULT.withRetainGraph(true);

  private final Consumer<String> before = Warnings.handler();

  @BeforeEach
  void ignoreWarnings() {
    Warnings.handler(w -> {});
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(before);
  }

  private interface Task {
    void run(int i) throws Exception;
  }

  /** Runs a task often, each time on a fresh virtual thread. */
  private static void onVirtualThreads(int times, Task task) throws InterruptedException {
    ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < times; i++) {
        int at = i;
        threads.submit(() -> {
          try {
            startsWithoutModes();
            task.run(at);
            done.incrementAndGet();
          } catch (Throwable e) {
            errors.add(e);
          }
        });
      }
    }
    assertThat(errors).isEmpty();
    assertThat(done).hasValue(times);
  }

  private static void startsWithoutModes() {
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(InferenceMode.isEnabled()).isFalse();
    assertThat(ForwardAD.isForwardGradEnabled()).isTrue();
    assertThat(AnomalyMode.isEnabled()).isFalse();
  }

  /** A copy; the thread gives way when its gradient comes. */
  private static Tensor yielding(Tensor t) {
    Tensor copy = t.clone();
    copy.registerHook(g -> {
      Thread.yield();
      return null;
    });
    Thread.yield();
    return copy;
  }

  private static Tensor kept(Tensor t) {
    Thread.yield();
    return t.clone();
  }

  /** Runs something in one of several modes. */
  private static <T> T inMode(int i, java.util.function.Supplier<T> body) {
    return switch (i % 6) {
      case 0 -> body.get();
      case 1 -> GradMode.noGrad(() -> GradMode.enableGrad(body));
      case 2 -> {
        try (Scope anomaly = AnomalyMode.detectAnomaly()) {
          Thread.yield();
          yield body.get();
        }
      }
      case 3 -> {
        try (ForwardAD.Level level = ForwardAD.dualLevel()) {
          Thread.yield();
          yield body.get();
        }
      }
      case 4 -> {
        try (Scope elsewhere = Graph.savedTensorsHooks(VirtualThreadsTest::kept, t -> kept(t))) {
          yield body.get();
        }
      }
      default -> {
        try (Scope late = Checkpoint.setEarlyStop(false)) {
          Thread.yield();
          yield body.get();
        }
      }
    };
  }

  @Test
  void randomProgramsGiveWhatOneThreadGives() throws InterruptedException {
    List<RandomPrograms.Run> programs = new ArrayList<>();
    Map<Integer, List<Long>> expected = new HashMap<>();
    for (long seed = 1; programs.size() < PROGRAMS; seed++) {
      if (RandomPrograms.isSmall(seed)) {
        RandomPrograms.Run program = RandomPrograms.program(seed);
        try {
          expected.put(programs.size(), program.derivatives());
          programs.add(program);
        } catch (UnsupportedOperationException e) {
          // It has no second derivative.
        }
      }
    }
    onVirtualThreads(
        PASSES,
        i -> {
          int which = i % PROGRAMS;
          List<Long> bits = inMode(i / PROGRAMS, programs.get(which)::derivatives);
          assertThat(bits).as(programs.get(which)::text).isEqualTo(expected.get(which));
        });
  }

  @Test
  void modesLeftOpenStayWithTheirThread() throws InterruptedException {
    onVirtualThreads(
        2000,
        i -> {
          Scope left =
              switch (i % 4) {
                case 0 -> GradMode.noGrad();
                case 1 -> InferenceMode.enter();
                case 2 -> AnomalyMode.detectAnomaly();
                default -> ForwardAD.dualLevel();
              };
          Thread.yield();
          assertThat(GradMode.isEnabled()).isEqualTo(i % 4 > 1);
          assertThat(left).isNotNull();
        });
    startsWithoutModes();
  }

  @Test
  void sharedLeavesGetTheSumOfAllPasses() throws InterruptedException {
    Tensor w = Tensor.of(1.0, 2.0, 3.0).requiresGrad_();
    onVirtualThreads(
        PASSES,
        i -> {
          Tensor x = Tensor.of(1.0, -1.0, i % 4);
          Tensor y = yielding(w).mul(x);
          if (i % 2 == 0) {
            y = Checkpoint.checkpoint(CheckpointOptions.NON_REENTRANT, t -> yielding(t), y);
          }
          y.sum().backward();
        });
    // Small integers, so the order of the additions makes no difference: 0 + 1 + 2 + 3 in four.
    assertThat(w.grad().toDoubleArray()).containsExactly(PASSES, -PASSES, PASSES / 4 * 6.0);
  }

  @Test
  void sharedGraphGivesTheSameToAll() throws InterruptedException {
    Tensor x = Tensor.of(0.5, -1.5, 2.0).requiresGrad_();
    Tensor y = yielding(yielding(x).sin().mul(x)).exp().sum();
    double[] expected = Autograd.grad(y, x, RETAIN).toDoubleArray();
    onVirtualThreads(
        PASSES / 4,
        i -> assertThat(Autograd.grad(y, x, RETAIN).toDoubleArray()).containsExactly(expected));
    assertThat(x.grad()).isNull();
  }

  @Test
  void nestedPassesFinishOnTheirThreads() throws InterruptedException {
    Tensor shared = Tensor.of(2.0).requiresGrad_();
    onVirtualThreads(
        PASSES / 4,
        i -> {
          Tensor x = Tensor.of(3.0).requiresGrad_();
          Tensor y = x.mul(x);
          y.registerHook(g -> {
            Thread.yield();
            Tensor inner = Tensor.of(5.0).requiresGrad_();
            GradMode.enableGrad(() -> yielding(inner).mul(shared).sum()).backward();
            assertThat(inner.grad().item()).isEqualTo(2);
            return g.mul(inner.grad());
          });
          y.sum().backward();
          assertThat(x.grad().item()).isEqualTo(12);
        });
    assertThat(shared.grad().item()).isEqualTo(5.0 * (PASSES / 4));
  }

  @Test
  void tangentsOfOtherThreadsAreNotSeen() throws InterruptedException {
    Tensor shared = Tensor.of(2.0);
    onVirtualThreads(
        PASSES / 4,
        i -> {
          try (ForwardAD.Level level = ForwardAD.dualLevel()) {
            Tensor dual = ForwardAD.makeDual(shared, Tensor.of((double) i));
            Thread.yield();
            assertThat(ForwardAD.unpackDual(shared).tangent()).isNull();
            assertThat(ForwardAD.unpackDual(dual.mul(dual)).tangent().item()).isEqualTo(4.0 * i);
          }
        });
  }
}
