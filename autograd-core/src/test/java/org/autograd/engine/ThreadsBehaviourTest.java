package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.Warnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ThreadsBehaviourTest {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);

  /**
   * Runs the same thing in several threads that start together; returns the results, exceptions
   * among them.
   */
  private static List<Object> inThreads(int threads, Callable<?> body) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Object>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            pool.submit(() -> {
              start.await();
              return body.call();
            }));
      }
      List<Object> results = new ArrayList<>();
      for (Future<Object> f : futures) {
        try {
          results.add(f.get());
        } catch (ExecutionException e) {
          results.add(e.getCause());
        }
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /** A value whose backward starts the next deeper pass, down to level 0. */
  private static void nest(int level, AtomicInteger deepest) {
    if (level == 0) {
      deepest.incrementAndGet();
      return;
    }
    Tensor x = leaf(1);
    GradMode.enableGrad(() -> tap(x, () -> nest(level - 1, deepest)).mul(2)).backward();
    assertThat(values(x.grad())).containsExactly(2);
  }

  @Test
  @Tag("ENG-05")
  void reentrancyTwoThousandLevelsDeepWorksRepeatedly() {
    AtomicInteger deepest = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      nest(2000, deepest);
    }
    assertThat(deepest.get()).isEqualTo(3);
    Tensor x = leaf(1);
    Runnable broken =
        () -> {
          throw new IllegalStateException("at the bottom");
        };
    Runnable action = broken;
    for (int i = 0; i < 200; i++) {
      Runnable inner = action;
      action = () -> GradMode.enableGrad(() -> tap(leaf(1), inner).mul(2)).backward();
    }
    Runnable outermost = action;
    assertThatThrownBy(() -> tap(x, outermost).backward())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("at the bottom");
    assertThat(x.grad()).isNull();
  }

  @Test
  @Tag("ENG-06")
  void innerPassesFinishBeforeWaitingNodesOfOuterOnes() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(1);
    try (Scope single = Autograd.setMultithreadingEnabled(false)) {
      Tensor simple = tap(x, () -> order.add("simple"));
      Tensor reentrant = tap(x, () -> chained(10, order));
      simple.add(reentrant).backward();
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      expected.add("inner " + i);
    }
    expected.add("simple");
    assertThat(order).isEqualTo(expected);
    assertThat(values(x.grad())).containsExactly(2);
  }

  private static void chained(int level, List<String> order) {
    if (level > 0) {
      GradMode.enableGrad(() -> tap(leaf(1), () -> chained(level - 1, order))).backward();
      order.add("inner " + level);
    }
  }

  @Test
  @Tag("ENG-12")
  void passesInSeveralThreadsAddUpInSharedLeaves() throws Exception {
    for (int round = 0; round < 50; round++) {
      Tensor x = Tensor.ones(DType.FLOAT64, 5, 5).requiresGrad_();
      inThreads(
          10,
          () -> {
            x.add(3).mul(x.add(4)).mul(0.5).sum().backward();
            return null;
          });
      assertThat(values(x.grad())).containsOnly(45);
      List<Object> grads =
          inThreads(10, () -> values(Autograd.grad(x.add(3).mul(x.add(4)).mul(0.5).sum(), x))[7]);
      assertThat(grads).containsOnly(4.5);
    }
  }

  @Test
  @Tag("ENG-13")
  void threadsThatShareAGraphNeedToRetainIt() throws Exception {
    for (int round = 0; round < 200; round++) {
      Tensor x = Tensor.ones(DType.FLOAT64, 5).requiresGrad_();
      Tensor m = x.mul(x).add(x);
      Tensor y = m.mul(m).add(m).sum();
      List<Object> results =
          inThreads(
              5,
              () -> {
                y.backward();
                return "ok";
              });
      long succeeded = results.stream().filter("ok"::equals).count();
      assertThat(succeeded).isPositive();
      assertThat(results)
          .filteredOn(r -> r instanceof Throwable)
          .allSatisfy(e ->
              assertThat((Throwable) e)
                  .isInstanceOf(AutogradException.class)
                  .hasMessageContaining("retainGraph"));
      // dy/dx = (2 m + 1)(2 x + 1) = 15 at x = 1
      assertThat(values(x.grad())).containsOnly(15.0 * succeeded);
    }
    Tensor x = Tensor.ones(DType.FLOAT64, 5).requiresGrad_();
    Tensor m = x.mul(x).add(x);
    Tensor y = m.mul(m).add(m).sum();
    assertThat(
            inThreads(
                5,
                () -> {
                  y.backward(RETAIN);
                  return "ok";
                }))
        .containsOnly("ok");
    assertThat(values(x.grad())).containsOnly(75);
  }

  @Test
  @Tag("ENG-16")
  void warningsOfAPassAreDeliveredToItsCallerAfterIt() {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    Thread caller = Thread.currentThread();
    Consumer<String> before = Warnings.handler();
    Warnings.handler(w -> log.add(w + (Thread.currentThread() == caller ? "" : " elsewhere")));
    try {
      Tensor x = leaf(1);
      Tensor y = tap(x, () -> Warnings.warn("careful"));
      Tensor z =
          tap(
              y,
              () -> {
                GradMode.enableGrad(() -> tap(leaf(1), () -> Warnings.warn("inner"))).backward();
                log.add("node");
              });
      z.backward();
      assertThat(log).containsExactlyInAnyOrder("node", "inner", "careful");
      assertThat(log.get(0)).isEqualTo("node");
      log.clear();
      Tensor failing =
          tap(
              x,
              () -> {
                Warnings.warn("before the failure");
                throw new IllegalStateException();
              });
      assertThatThrownBy(failing::backward).isInstanceOf(IllegalStateException.class);
      assertThat(log).containsExactly("before the failure");
    } finally {
      Warnings.handler(before);
    }
  }

  @Test
  @Tag("ENG-17")
  void multithreadingCanBeSwitchedOffForAThread() throws Exception {
    assertThat(Autograd.isMultithreadingEnabled()).isTrue();
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(3);
    Tensor sum = constant(0);
    for (int i = 0; i < 20; i++) {
      sum = sum.add(tap(x.mul(i), () -> threads.add(Thread.currentThread())));
    }
    Tensor y = sum;
    y.backward(RETAIN);
    double[] expected = values(x.grad());
    x.setGrad(null);
    threads.clear();
    try (Scope off = Autograd.setMultithreadingEnabled(false)) {
      assertThat(Autograd.isMultithreadingEnabled()).isFalse();
      assertThat(inThreads(1, Autograd::isMultithreadingEnabled)).containsExactly(true);
      y.backward();
      try (Scope on = Autograd.setMultithreadingEnabled(true)) {
        assertThat(Autograd.isMultithreadingEnabled()).isTrue();
      }
      assertThat(Autograd.isMultithreadingEnabled()).isFalse();
    }
    assertThat(Autograd.isMultithreadingEnabled()).isTrue();
    assertThat(threads).hasSize(20).containsOnly(Thread.currentThread());
    assertThat(values(x.grad())).containsExactly(expected);
    Autograd.setMultithreadingEnabled(false);
    assertThat(Autograd.isMultithreadingEnabled()).isFalse();
    Autograd.setMultithreadingEnabled(true);
  }
}
