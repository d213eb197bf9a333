package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.tap;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pass leaves on the heap, and what it lets go while it runs. */
class MemoryTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  /** Small enough that a collector allocates it like any object, large enough to stand out. */
  private static final int ELEMENTS = 50_000;

  private static final long BYTES = 8L * ELEMENTS;
  private static final int DEPTH = 40;

  private static Tensor bigLeaf() {
    return Tensor.full(
        TensorOptions.of(DType.FLOAT64).withRequiresGrad(), new long[] {ELEMENTS}, 0.01);
  }

  /** A loss behind {@link #DEPTH} operations that save a big value each. */
  private static Tensor forward(Tensor x, Tensor w) {
    Tensor y = x;
    for (int i = 0; i < DEPTH; i++) {
      y = y.mul(w).sin();
    }
    return y.sum();
  }

  @Test
  void heapAfterBackwardHasOnlyTheGradientsMore() {
    Tensor x = bigLeaf();
    Tensor w = bigLeaf();
    forward(x, w).backward();
    x.setGrad(null);
    w.setGrad(null);
    long before = Garbage.liveBytes();
    Tensor loss = forward(x, w);
    long recorded = Garbage.liveBytes();
    assertThat(recorded - before).as("saved values").isGreaterThan(DEPTH * BYTES);
    loss.backward();
    long after = Garbage.liveBytes();
    assertThat(after - before).as("live bytes more").isLessThan(2 * BYTES + BYTES / 2);
    Reference.reachabilityFence(loss);
    assertThat(x.grad()).isNotNull();
    assertThat(w.grad()).isNotNull();

    forward(x, w).backward();
    assertThat(Garbage.liveBytes() - after).as("after a second pass").isLessThan(BYTES / 2);
  }

  @Test
  void keptGraphKeepsItsValuesAndAFailedPassKeepsNoGradient() {
    Tensor x = bigLeaf();
    Tensor w = bigLeaf();
    List<WeakReference<Object>> seen = new ArrayList<>();
    Tensor first =
        tap(
            x,
            () -> {
              throw new IllegalStateException("planned");
            });
    Tensor h = forward(first, w);
    h.registerHook(g -> {
      seen.add(Garbage.memory(g));
      return null;
    });
    long recorded = Garbage.liveBytes();
    assertThatThrownBy(() -> h.backward(KEEP)).isInstanceOf(IllegalStateException.class);
    assertThat(seen).hasSize(1);
    assertThat(Garbage.collected(seen.get(0))).isTrue();
    assertThat(Garbage.liveBytes() - recorded).isBetween(-BYTES / 2, BYTES / 2);
    Reference.reachabilityFence(h);
  }

  /** Links of a chain, each an exponential, with what each of them saves and is given. */
  private static final class Chain {
    final List<WeakReference<Object>> saved = new ArrayList<>();
    final List<WeakReference<Object>> given = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    Tensor end;

    Chain(Tensor x, int links, boolean kept) {
      Tensor y = x;
      for (int i = 0; i < links; i++) {
        int nr = i;
        y = link(tap(y, () -> check(nr, kept)));
      }
      end = y.sum();
    }

    private Tensor link(Tensor t) {
      // Its node saves the result of exp; nobody else knows it.
      Tensor exp = t.exp();
      saved.add(Garbage.memory(exp));
      exp.registerHook(g -> {
        given.add(Garbage.memory(g));
        return null;
      });
      return exp.mul(0.5);
    }

    /**
     * Called before link {@code nr}'s operand gets its gradient: that link and the later ones have
     * run.
     */
    private void check(int nr, boolean kept) {
      expect("value saved by link " + nr, saved.get(nr), !kept);
      expect("gradient given to link " + nr, given.get(given.size() - 1), true);
      if (nr > 0 && saved.get(nr - 1).get() == null) {
        problems.add("value saved by link " + (nr - 1) + " is gone before its turn");
      }
    }

    private void expect(String what, WeakReference<Object> reference, boolean gone) {
      if (gone && !Garbage.collected(reference)) {
        problems.add(what + " is still there");
      } else if (!gone && reference.get() == null) {
        problems.add(what + " is gone");
      }
    }
  }

  @Test
  void valuesAndGradientsOfANodeGoWhileThePassRuns() {
    Tensor x = bigLeaf();
    Chain chain = new Chain(x, 4, false);
    chain.end.backward();
    assertThat(chain.given).hasSize(4);
    assertThat(chain.problems).isEmpty();
  }

  @Test
  void savedValuesOfAKeptGraphStay() {
    Tensor x = bigLeaf();
    Chain chain = new Chain(x, 3, true);
    chain.end.backward(KEEP);
    assertThat(chain.problems).isEmpty();
    chain.end.backward(KEEP);
    assertThat(chain.problems).isEmpty();
    Reference.reachabilityFence(chain);
  }

  private static List<WeakReference<Object>> forgottenGraph(Tensor x) {
    Tensor a = x.exp();
    Tensor b = a.mul(a);
    return List.of(Garbage.memory(a), Garbage.memory(b));
  }

  @Test
  void graphThatNobodyHoldsIsCollectable() {
    Tensor x = bigLeaf();
    List<WeakReference<Object>> values = forgottenGraph(x);
    assertThat(Garbage.collected(values.toArray(WeakReference[]::new))).isTrue();
    x.mul(2).sum().backward();
    assertThat(x.grad()).isNotNull();
  }

  @Test
  void whatAHookOrANodeChangesInPlaceUnderAnomalyDetectionDoesNotKeepTheGraph() {
    Tensor counter = Tensor.zeros(1);
    try (Scope anomaly = AnomalyMode.setDetectAnomaly(true)) {
      assertThat(Garbage.collected(nodesOfAPass(counter))).isTrue();
    }
    assertThat(counter.item()).isEqualTo(2);
  }

  /** Runs a pass in which a hook and a node add one each, and returns its two nodes. */
  private static WeakReference<?>[] nodesOfAPass(Tensor counter) {
    Tensor x = Tensor.ones(3).requiresGrad_();
    Tensor y = x.mul(2);
    y.registerHook(g -> {
      counter.add_(1);
      return null;
    });
    Tensor z = tap(y, () -> counter.add_(1));
    z.sum().backward();
    return new WeakReference<?>[] {
      new WeakReference<>(y.gradFn()), new WeakReference<>(z.gradFn())
    };
  }
}
