package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.HookHandle;
import org.autograd.MultiGradMode;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What several threads do to the same tensors, nodes and hooks at once. The jcstress tests look
 * closer at single steps.
 */
@ExtendWith(UnderScheduler.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConcurrencyBehaviourTest {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);
  private static final GradOptions KEEP = GradOptions.DEFAULT.withRetainGraph(true);
  private static final int THREADS = 4;
  private static final int ROUNDS = 200;

  /** Runs a body in several threads that start together; fails if one of them does. */
  private static void inThreads(int threads, IntConsumer body) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int nr = i;
        futures.add(
            pool.submit(() -> {
              start.await();
              body.accept(nr);
              return null;
            }));
      }
      for (Future<?> f : futures) {
        try {
          f.get();
        } catch (ExecutionException e) {
          throw new AssertionError("in a thread", e.getCause());
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void passesOfAllKindsAddUpInOneLeaf() throws Exception {
    Tensor x = leaf(1, 1);
    Tensor kept = x.mul(3).sum();
    inThreads(
        THREADS,
        nr -> {
          for (int i = 0; i < ROUNDS; i++) {
            switch ((nr + i) % 4) {
              case 0 -> x.mul(1).sum().backward();
              case 1 -> x.mul(2).sum().backward(CREATE);
              case 2 -> kept.backward(RETAIN);
              default -> x.exp().gradFn().edge(0).node().call(constant(4, 4));
            }
          }
        });
    assertThat(values(x.grad())).containsOnly(THREADS * ROUNDS / 4 * (1 + 2 + 3 + 4));
  }

  @Test
  void leafHasOneAccumulatorWhoeverAsksFirst() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Tensor x = leaf(1);
      Set<Node> found = ConcurrentHashMap.newKeySet();
      inThreads(
          THREADS,
          nr ->
              found.add(
                  nr % 2 == 0 ? Meta.gradientEdge(x).node() : x.exp().gradFn().edge(0).node()));
      assertThat(found).hasSize(1);
    }
  }

  @Test
  void changedViewHasOneNewHistoryWhoeverAsksFirst() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Tensor x = leaf(1, 2);
      Tensor base = x.mul(2);
      Tensor view = base.narrow(0, 1, 1);
      base.mul_(3);
      Queue<Tensor> used = new ConcurrentLinkedQueue<>();
      Set<Node> found = ConcurrentHashMap.newKeySet();
      inThreads(
          THREADS,
          nr -> {
            used.add(view.mul(1));
            found.add(view.gradFn());
          });
      assertThat(found).hasSize(1);
      used.forEach(t -> t.backward(RETAIN));
      assertThat(values(x.grad())).containsExactly(0, 6 * THREADS);
    }
  }

  /** One way to register a hook that counts its calls, and where. */
  private record Way(String name, Supplier<HookHandle> register) {}

  /**
   * Threads that run passes, while others register hooks and remove them. A hook counts in every
   * pass that starts after its registration and in none that starts after its removal.
   */
  @Test
  void hooksComeAndGoWhilePassesRun() throws Exception {
    Tensor x = leaf(1);
    Tensor m = x.mul(2);
    Tensor y = m.mul(3);
    AtomicInteger calls = new AtomicInteger();
    List<Way> ways =
        List.of(
            new Way("tensor hook", () -> m.registerHook(g -> count(calls, null))),
            new Way("leaf hook", () -> x.registerHook(g -> count(calls, null))),
            new Way(
                "post-accumulate",
                () -> x.registerPostAccumulateGradHook(t -> calls.incrementAndGet())),
            new Way("node hook", () -> m.gradFn().registerHook((in, out) -> count(calls, null))),
            new Way("node prehook", () -> m.gradFn().registerPrehook(g -> count(calls, null))),
            new Way(
                "multi-grad",
                () -> Graph.registerMultiGradHook(List.of(x, m), g -> calls.incrementAndGet())),
            new Way(
                "any",
                () ->
                    Graph.registerMultiGradHook(
                        List.of(x, m), MultiGradMode.ANY, g -> calls.incrementAndGet())));
    AtomicLong passes = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger busy = new AtomicInteger(2);
    inThreads(
        4,
        nr -> {
          if (nr < 2) {
            while (!stop.get()) {
              y.backward(RETAIN);
              passes.incrementAndGet();
            }
            return;
          }
          try {
            for (int i = 0; i < ROUNDS; i++) {
              Way way = ways.get((i + nr) % ways.size());
              checkHook(way, y, calls);
            }
          } finally {
            if (busy.decrementAndGet() == 0) {
              stop.set(true);
            }
          }
        });
    assertThat(m.gradFn().hooks().onTensors()).isEmpty();
    assertThat(m.gradFn().hooks().before()).isEmpty();
    assertThat(m.gradFn().hooks().after()).isEmpty();
    int before = calls.get();
    y.backward(RETAIN);
    assertThat(calls.get()).isEqualTo(before);
    assertThat(values(x.grad())).containsExactly(6.0 * (passes.get() + 2 * ROUNDS + 1));
  }

  private static <T> T count(AtomicInteger calls, T result) {
    calls.incrementAndGet();
    return result;
  }

  private static void checkHook(Way way, Tensor y, AtomicInteger calls) {
    try (HookHandle handle = way.register.get()) {
      int before = calls.get();
      y.backward(RETAIN);
      assertThat(calls.get()).as(way.name).isGreaterThan(before);
    }
  }

  @Test
  void removedHookIsNotCalledByLaterPasses() throws Exception {
    Tensor x = leaf(1);
    Tensor y = x.mul(2);
    inThreads(
        THREADS,
        nr -> {
          for (int i = 0; i < ROUNDS; i++) {
            AtomicBoolean removed = new AtomicBoolean();
            AtomicInteger mine = new AtomicInteger();
            Thread me = Thread.currentThread();
            HookHandle handle =
                y.registerHook(g -> {
                  if (Thread.currentThread() == me && removed.get()) {
                    throw new IllegalStateException("called after its removal");
                  }
                  mine.incrementAndGet();
                  return null;
                });
            y.backward(RETAIN);
            handle.remove();
            removed.set(true);
            y.backward(RETAIN);
            assertThat(mine.get()).isPositive();
          }
        });
    assertThat(values(x.grad())).containsExactly(2.0 * 2 * THREADS * ROUNDS);
  }

  @Test
  void multiGradHookKeepsThePassesOfSeveralThreadsApart() throws Exception {
    Tensor x = leaf(1);
    Tensor m = x.mul(2);
    Tensor y = m.mul(3);
    Queue<double[]> seen = new ConcurrentLinkedQueue<>();
    Graph.registerMultiGradHook(
        List.of(x, m), grads -> seen.add(new double[] {grads.get(0).item(), grads.get(1).item()}));
    AtomicInteger first = new AtomicInteger();
    Graph.registerMultiGradHook(List.of(x, m), MultiGradMode.ANY, grad -> first.incrementAndGet());
    inThreads(
        THREADS,
        nr -> {
          for (int i = 1; i <= ROUNDS; i++) {
            y.backward(constant(nr * ROUNDS + i), RETAIN);
          }
        });
    assertThat(first.get()).isEqualTo(THREADS * ROUNDS);
    assertThat(seen)
        .hasSize(THREADS * ROUNDS)
        .allSatisfy(g -> assertThat(g[0]).isEqualTo(2 * g[1]));
    assertThat(seen.stream().map(g -> g[1]).distinct().count()).isEqualTo(THREADS * ROUNDS);
  }

  @Test
  void packedValuesAreReleasedOnceAndNotWhileTheyAreRead() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger released = new AtomicInteger();
      AtomicInteger packed = new AtomicInteger();
      SavedTensorHooks<AtomicBoolean> hooks =
          new SavedTensorHooks<>() {
            @Override
            public AtomicBoolean pack(Tensor tensor) {
              packed.incrementAndGet();
              return new AtomicBoolean(true);
            }

            @Override
            public Tensor unpack(AtomicBoolean there) {
              Thread.yield();
              return constant(there.get() ? 1 : Double.NaN);
            }

            @Override
            public void release(AtomicBoolean there) {
              there.set(false);
              released.incrementAndGet();
            }
          };
      Tensor x = leaf(1);
      Tensor y;
      try (Scope scope = Graph.savedTensorsHooks(hooks)) {
        y = x.mul(x).exp().mul(x);
      }
      AtomicInteger succeeded = new AtomicInteger();
      inThreads(
          THREADS,
          nr -> {
            try {
              y.backward();
              succeeded.incrementAndGet();
            } catch (AutogradException e) {
              assertThat(e).hasMessageContaining("retainGraph");
            }
          });
      assertThat(succeeded.get()).isPositive();
      assertThat(released.get()).isEqualTo(packed.get()).isPositive();
      // Every saved value is read as 1: the product of exp and x gives 1 + 2.
      assertThat(values(x.grad())).containsExactly(3.0 * succeeded.get());
    }
  }

  @Test
  void notesOfSeveralThreadsAreAllKept() throws Exception {
    Node node = leaf(1).exp().gradFn();
    inThreads(
        THREADS,
        nr -> {
          for (int i = 0; i < ROUNDS; i++) {
            node.metadata().put(nr + " " + i, i);
          }
        });
    assertThat(node.metadata()).hasSize(THREADS * ROUNDS);
  }

  @Test
  void gradientsOfSeveralThreadsOverOneGraphAreTheirOwn() throws Exception {
    Tensor x = leaf(1, 2, 3);
    Tensor y = x.mul(x).exp().sum();
    double[] expected = values(Autograd.grad(List.of(y), List.of(x), null, KEEP).get(0));
    inThreads(
        THREADS,
        nr -> {
          for (int i = 0; i < ROUNDS; i++) {
            assertThat(values(Autograd.grad(List.of(y), List.of(x), null, KEEP).get(0)))
                .containsExactly(expected);
          }
        });
    assertThat(x.grad()).isNull();
  }
}
