package org.autograd.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.autograd.GradMode;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The counters: versions of memory, sequence numbers of nodes, numbers of passes. */
public class CountersStress {
  private CountersStress() {}

  /** No bump of a version is lost. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class Bumps {
    private final Storage storage = Raw.storage(Tensor.of(1.0));

    @Actor
    public void first() {
      storage.bump("first_");
    }

    @Actor
    public void second() {
      storage.bump("second_");
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = storage.version();
    }
  }

  /** Two threads that change two halves of one memory leave the version and both values. */
  @JCStressTest
  @Outcome(id = "2, 5", expect = ACCEPTABLE)
  @State
  public static class Halves {
    private final Tensor base = Tensor.of(1.0, 2.0);
    private final Tensor left = base.narrow(0, 0, 1);
    private final Tensor right = base.narrow(0, 1, 1);

    @Actor
    public void left() {
      left.add_(1);
    }

    @Actor
    public void right() {
      right.add_(1);
    }

    @Arbiter
    public void count(II_Result r) {
      r.r1 = (int) base.version();
      r.r2 = (int) base.sum().item();
    }
  }

  /** Nodes that several threads record over one tensor come after it. */
  @JCStressTest
  @Outcome(id = "true, true", expect = ACCEPTABLE)
  @State
  public static class Sequences {
    private final Tensor shared = Tensor.of(2.0).requiresGrad_().exp();

    private boolean recorded() {
      Tensor after = GradMode.enableGrad(() -> shared.mul(shared));
      return after.gradFn().sequenceNr() > shared.gradFn().sequenceNr();
    }

    @Actor
    public void first(ZZ_Result r) {
      r.r1 = recorded();
    }

    @Actor
    public void second(ZZ_Result r) {
      r.r2 = recorded();
    }
  }

  /** No two passes have the same number. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE)
  @State
  public static class PassNumbers {
    private long first;
    private long second;
    private final Tensor one = Tensor.of(1.0).requiresGrad_().mul(2);
    private final Tensor two = Tensor.of(1.0).requiresGrad_().mul(2);

    @Actor
    public void first() {
      one.registerHook(g -> {
        first = Graph.currentGraphTaskId();
        return null;
      });
      one.backward();
    }

    @Actor
    public void second() {
      two.registerHook(g -> {
        second = Graph.currentGraphTaskId();
        return null;
      });
      two.backward();
    }

    @Arbiter
    public void compare(Z_Result r) {
      r.r1 = first != second;
    }
  }
}
