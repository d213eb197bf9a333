package org.autograd.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import org.autograd.BackwardOptions;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Hooks that come and go while others do, and while passes run. */
public class HooksStress {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);

  private HooksStress() {}

  /** No registration is lost, not even the first two on a node. */
  @JCStressTest
  @Outcome(id = "11", expect = ACCEPTABLE)
  @State
  public static class Added {
    private final AtomicInteger calls = new AtomicInteger();
    private final Tensor y = Tensor.of(1.0).requiresGrad_().exp();

    @Actor
    public void first() {
      y.registerHook(g -> {
        calls.addAndGet(1);
        return null;
      });
    }

    @Actor
    public void second() {
      y.gradFn()
          .registerPrehook(g -> {
            calls.addAndGet(10);
            return null;
          });
    }

    @Arbiter
    public void run(I_Result r) {
      y.backward();
      r.r1 = calls.get();
    }
  }

  /** A removal is not undone by another change of the same list. */
  @JCStressTest
  @Outcome(id = "110", expect = ACCEPTABLE)
  @State
  public static class AddedAndRemoved {
    private final AtomicInteger calls = new AtomicInteger();
    private final Tensor y = Tensor.of(1.0).requiresGrad_().exp();
    private final HookHandle handle = register(1);

    public AddedAndRemoved() {
      register(10);
    }

    private HookHandle register(int weight) {
      return y.registerHook(g -> {
        calls.addAndGet(weight);
        return null;
      });
    }

    @Actor
    public void remove() {
      handle.remove();
    }

    @Actor
    public void add() {
      register(100);
    }

    @Arbiter
    public void run(I_Result r) {
      y.backward();
      r.r1 = calls.get();
    }
  }

  /** A pass calls a hook that is being removed, or does not; the next pass does not. */
  @JCStressTest
  @Outcome(
      id = {"2, 1", "20, 1"},
      expect = ACCEPTABLE)
  @State
  public static class RemovedDuringPass {
    private final Tensor x = Tensor.of(1.0).requiresGrad_();
    private final Tensor y = x.mul(2).mul(1);
    private final HookHandle handle = y.registerHook(g -> g.mul(10));

    @Actor
    public void pass() {
      y.backward(RETAIN);
    }

    @Actor
    public void remove() {
      handle.remove();
    }

    @Arbiter
    public void run(II_Result r) {
      r.r1 = (int) x.grad().item();
      x.setGrad(null);
      y.backward();
      r.r2 = x.grad().item() == 2 ? 1 : 0;
    }
  }

  /** A pass calls a hook that is being registered, or does not. */
  @JCStressTest
  @Outcome(
      id = {"1", "10"},
      expect = ACCEPTABLE)
  @State
  public static class AddedDuringPass {
    private final Tensor x = Tensor.of(1.0).requiresGrad_();
    private final Tensor y = x.mul(1);

    @Actor
    public void pass() {
      y.backward();
    }

    @Actor
    public void add() {
      y.registerHook(g -> g.mul(10));
    }

    @Arbiter
    public void run(I_Result r) {
      r.r1 = (int) x.grad().item();
    }
  }

  /** Each of two passes calls what runs after the accumulation, with a gradient to see. */
  @JCStressTest
  @Outcome(id = "2, 0", expect = ACCEPTABLE)
  @State
  public static class Accumulated {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger without = new AtomicInteger();
    private final Tensor x = Tensor.of(1.0).requiresGrad_();
    private final Tensor one = x.mul(2);
    private final Tensor two = x.mul(3);

    public Accumulated() {
      x.registerPostAccumulateGradHook(leaf -> {
        calls.incrementAndGet();
        if (leaf.grad() == null) {
          without.incrementAndGet();
        }
      });
    }

    @Actor
    public void first() {
      one.backward();
    }

    @Actor
    public void second() {
      two.backward();
    }

    @Arbiter
    public void count(II_Result r) {
      r.r1 = calls.get();
      r.r2 = without.get() + (x.grad().item() == 5 ? 0 : 100);
    }
  }
}
