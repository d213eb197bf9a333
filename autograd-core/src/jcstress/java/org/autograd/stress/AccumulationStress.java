package org.autograd.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.autograd.BackwardOptions;
import org.autograd.Tensor;
import org.autograd.graph.Node;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Gradients that several threads store into one {@code .grad}. */
public class AccumulationStress {
  private static final BackwardOptions RETAIN = BackwardOptions.DEFAULT.withRetainGraph(true);
  private static final BackwardOptions CREATE = BackwardOptions.DEFAULT.withCreateGraph(true);

  private AccumulationStress() {}

  private static Tensor ones() {
    return Tensor.of(1.0, 1.0).requiresGrad_();
  }

  /** All elements if they are equal, else -1; 0 stands for no gradient. */
  private static int value(Tensor grad) {
    if (grad == null) {
      return 0;
    }
    double[] values = grad.detach().toDoubleArray();
    return values[0] == values[1] ? (int) values[0] : -1;
  }

  /** Both gradients count where there was none before. */
  @JCStressTest
  @Outcome(id = "5", expect = ACCEPTABLE)
  @State
  public static class First {
    private final Tensor x = ones();
    private final Tensor one = x.mul(2).sum();
    private final Tensor two = x.mul(3).sum();

    @Actor
    public void first() {
      one.backward();
    }

    @Actor
    public void second() {
      two.backward();
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** Both gradients are added to the one that is there. */
  @JCStressTest
  @Outcome(id = "15", expect = ACCEPTABLE)
  @State
  public static class Existing {
    private final Tensor x = ones();
    private final Tensor one = x.mul(2).sum();
    private final Tensor two = x.mul(3).sum();

    public Existing() {
      x.setGrad(Tensor.of(10.0, 10.0));
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
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A recorded pass and a plain one. */
  @JCStressTest
  @Outcome(id = "5", expect = ACCEPTABLE)
  @State
  public static class Mixed {
    private final Tensor x = ones();
    private final Tensor one = x.mul(2).sum();
    private final Tensor two = x.mul(3).sum();

    @Actor
    public void recorded() {
      one.backward(CREATE);
    }

    @Actor
    public void plain() {
      two.backward();
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A recorded pass and a plain one, which adds in place. */
  @JCStressTest
  @Outcome(id = "15", expect = ACCEPTABLE)
  @State
  public static class MixedExisting {
    private final Tensor x = ones();
    private final Tensor one = x.mul(2).sum();
    private final Tensor two = x.mul(3).sum();

    public MixedExisting() {
      x.setGrad(Tensor.of(10.0, 10.0));
    }

    @Actor
    public void recorded() {
      one.backward(CREATE);
    }

    @Actor
    public void plain() {
      two.backward();
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A pass and an accumulator called by hand. */
  @JCStressTest
  @Outcome(id = "3", expect = ACCEPTABLE)
  @State
  public static class ByHand {
    private final Tensor x = ones();
    private final Tensor y = x.mul(2).sum();
    private final Node accumulator = x.exp().gradFn().edge(0).node();
    private final Tensor grad = Tensor.of(1.0, 1.0);

    @Actor
    public void pass() {
      y.backward();
    }

    @Actor
    public void byHand() {
      accumulator.call(grad);
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** Who reads sees no gradient or a whole first one. */
  @JCStressTest
  @Outcome(
      id = {"0", "2"},
      expect = ACCEPTABLE)
  @State
  public static class Read {
    private final Tensor x = ones();
    private final Tensor y = x.mul(2).sum();

    @Actor
    public void pass() {
      y.backward();
    }

    @Actor
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A gradient that a user sets meanwhile is there in the end, with or without the pass's. */
  @JCStressTest
  @Outcome(
      id = {"10", "12"},
      expect = ACCEPTABLE)
  @State
  public static class SetMeanwhile {
    private final Tensor x = ones();
    private final Tensor y = x.mul(2).sum();
    private final Tensor grad = Tensor.of(10.0, 10.0);

    @Actor
    public void pass() {
      y.backward();
    }

    @Actor
    public void set() {
      x.setGrad(grad);
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A gradient that a user resets meanwhile does not come back. */
  @JCStressTest
  @Outcome(
      id = {"0", "2"},
      expect = ACCEPTABLE)
  @State
  public static class ResetMeanwhile {
    private final Tensor x = ones();
    private final Tensor y = x.mul(2).sum();

    public ResetMeanwhile() {
      x.setGrad(Tensor.of(10.0, 10.0));
    }

    @Actor
    public void pass() {
      y.backward(CREATE);
    }

    @Actor
    public void reset() {
      x.setGrad(null);
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(x.grad());
    }
  }

  /** A retained gradient of a shared value that is no leaf. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class Retained {
    private final Tensor x = ones();
    private final Tensor m = x.mul(2);
    private final Tensor y = m.sum();

    public Retained() {
      m.retainGrad();
    }

    @Actor
    public void first() {
      y.backward(RETAIN);
    }

    @Actor
    public void second() {
      y.backward(RETAIN);
    }

    @Arbiter
    public void read(I_Result r) {
      r.r1 = value(m.grad());
    }
  }
}
