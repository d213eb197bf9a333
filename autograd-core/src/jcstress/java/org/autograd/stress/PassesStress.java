package org.autograd.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.Graph;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.graph.Node;
import org.autograd.graph.SavedTensorHooks;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Passes that share nodes, and freed values. */
public class PassesStress {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);

  private PassesStress() {}

  /** Tells in a word how something went; only the documented error has one. */
  private static String outcome(Supplier<?> action) {
    try {
      action.get();
      return "ok";
    } catch (AutogradException e) {
      return e.getMessage().contains("have been freed") ? "freed" : e.toString();
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private static String pass(Tensor y) {
    return outcome(() -> {
      y.backward();
      return null;
    });
  }

  private static Tensor shared(Tensor x) {
    Tensor m = x.mul(x).add(x);
    return m.mul(m).add(m);
  }

  /** Two passes at once over one kept graph are as two passes; no node is left claimed. */
  @JCStressTest
  @Outcome(id = "30, 0", expect = ACCEPTABLE)
  @State
  public static class Kept {
    private final Tensor x = Tensor.of(1.0).requiresGrad_();
    private final Tensor y = shared(x);

    @Actor
    public void first() {
      y.backward(RETAIN);
    }

    @Actor
    public void second() {
      y.backward(RETAIN);
    }

    @Arbiter
    public void read(II_Result r) {
      r.r1 = (int) x.grad().item();
      Node node = y.gradFn();
      while (node != null) {
        r.r2 += node.claimed() == null ? 0 : 1;
        node = node.numEdges() == 0 ? null : node.edge(0).node();
      }
    }
  }

  /**
   * Two passes at once that free one graph: who succeeds counts once, who does not gets the error.
   */
  @JCStressTest
  @Outcome(
      id = {"ok, ok, 30", "ok, freed, 15", "freed, ok, 15"},
      expect = ACCEPTABLE)
  @State
  public static class Freed {
    private final Tensor x = Tensor.of(1.0).requiresGrad_();
    private final Tensor y = shared(x);

    @Actor
    public void first(LLL_Result r) {
      r.r1 = pass(y);
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = pass(y);
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r3 = (int) x.grad().item();
    }
  }

  /** The same with the history of a base whose view was changed in place. */
  @JCStressTest
  @Outcome(
      id = {"ok, ok, 16", "ok, freed, 8", "freed, ok, 8"},
      expect = ACCEPTABLE)
  @State
  public static class FreedThroughView {
    private final Tensor x = Tensor.of(1.0, 1.0).requiresGrad_();
    private final Tensor y;

    public FreedThroughView() {
      Tensor base = x.mul(2);
      base.narrow(0, 0, 1).mul_(Tensor.of(3.0));
      y = base.sum();
    }

    @Actor
    public void first(LLL_Result r) {
      r.r1 = pass(y);
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = pass(y);
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r3 = (int) x.grad().sum().item();
    }
  }

  /** Who reads a saved value while it is freed gets it, or the error that says so. */
  @JCStressTest
  @Outcome(
      id = {"ok, true", "freed, true"},
      expect = ACCEPTABLE)
  @State
  public static class ReadWhileFreed {
    private final Node node =
        Tensor.of(3.0).requiresGrad_().mul(Tensor.of(2.0).requiresGrad_()).gradFn();
    private final Tensor grad = Tensor.of(1.0);

    @Actor
    public void read(LL_Result r) {
      r.r1 = outcome(() -> node.call(grad));
    }

    @Actor
    public void release() {
      node.release();
    }

    @Arbiter
    public void check(LL_Result r) {
      r.r2 = node.isReleased();
    }
  }

  /** What was packed, how often it was let go, and whether it was read after that. */
  private static final class Packs implements SavedTensorHooks<Tensor> {
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();

    /** A product of whose factors one was saved, packed. */
    Node node() {
      Tensor x = Tensor.of(3.0).requiresGrad_();
      Tensor c = Tensor.of(2.0);
      try (Scope hooks = Graph.savedTensorsHooks(this)) {
        return x.mul(c).gradFn();
      }
    }

    @Override
    public Tensor pack(Tensor tensor) {
      return tensor;
    }

    @Override
    public Tensor unpack(Tensor packed) {
      late.addAndGet(released.get());
      packed.item();
      late.addAndGet(released.get());
      return packed;
    }

    @Override
    public void release(Tensor packed) {
      released.incrementAndGet();
    }
  }

  /** A packed value is not let go while it is unpacked, and not unpacked afterwards. */
  @JCStressTest
  @Outcome(
      id = {"ok, 1, 0", "freed, 1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class PackedWhileFreed {
    private final Packs packs = new Packs();
    private final Node node = packs.node();
    private final Tensor grad = Tensor.of(1.0);

    @Actor
    public void read(LLL_Result r) {
      r.r1 = outcome(() -> node.call(grad));
    }

    @Actor
    public void release() {
      node.release();
    }

    @Arbiter
    public void count(LLL_Result r) {
      r.r2 = packs.released.get();
      r.r3 = packs.late.get();
    }
  }

  /** Of two threads that free a node, one tells the hooks. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class FreedTwice {
    private final Packs packs = new Packs();
    private final Node node = packs.node();

    @Actor
    public void first() {
      node.release();
    }

    @Actor
    public void second() {
      node.release();
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = packs.released.get();
    }
  }
}
