package org.autograd.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.Map;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Meta;
import org.autograd.graph.Node;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What is made when it is first needed: made once, and seen whole. */
public class LazyStress {
  private LazyStress() {}

  /** A leaf has one accumulator, whoever asks first. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE)
  @State
  public static class Accumulator {
    private final Tensor leaf = Tensor.of(1.0).requiresGrad_();
    private Node first;
    private Node second;

    @Actor
    public void first() {
      first = Meta.gradientEdge(leaf).node();
    }

    @Actor
    public void second() {
      second = leaf.exp().gradFn().edge(0).node();
    }

    @Arbiter
    public void compare(Z_Result r) {
      r.r1 = first == second && first instanceof AccumulateGrad a && a.leaf() == leaf;
    }
  }

  /** Whoever sees the accumulator sees what it expects. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @State
  public static class WholeAccumulator {
    private final Tensor leaf = Tensor.of(1.0).requiresGrad_();

    private int expected() {
      Node node = Meta.gradientEdge(leaf).node();
      return node.inputDtype(0) == leaf.dtype() && node.inputLayout(0) != null ? 1 : 0;
    }

    @Actor
    public void first(II_Result r) {
      r.r1 = expected();
    }

    @Actor
    public void second(II_Result r) {
      r.r2 = expected();
    }
  }

  /** The edge of a view whose base was changed is made anew once; nobody sees the old one. */
  @JCStressTest
  @Outcome(id = "AsStridedBackward0, AsStridedBackward0, true", expect = ACCEPTABLE)
  @State
  public static class ViewEdge {
    private final Tensor view;
    private Node first;
    private Node second;

    public ViewEdge() {
      Tensor base = Tensor.of(1.0, 2.0).requiresGrad_().mul(2);
      view = base.narrow(0, 0, 1);
      base.mul_(3);
    }

    @Actor
    public void first(LLL_Result r) {
      first = view.gradFn();
      r.r1 = first.name();
    }

    @Actor
    public void second(LLL_Result r) {
      second = view.gradFn();
      r.r2 = second.name();
    }

    @Arbiter
    public void compare(LLL_Result r) {
      r.r3 = first == second;
    }
  }

  /** Two threads that use one changed view get gradients of its new value. */
  @JCStressTest
  @Outcome(id = "12, 2", expect = ACCEPTABLE)
  @State
  public static class ViewUsed {
    private final Tensor leaf = Tensor.of(1.0, 2.0).requiresGrad_();
    private final Tensor view;
    private Tensor one;
    private Tensor two;

    public ViewUsed() {
      Tensor base = leaf.mul(2);
      view = base.narrow(0, 0, 1);
      base.mul_(3);
    }

    @Actor
    public void first() {
      one = view.mul(1);
    }

    @Actor
    public void second() {
      two = view.mul(1);
    }

    @Arbiter
    public void differentiate(II_Result r) {
      one.add(two).backward();
      r.r1 = (int) leaf.grad().sum().item();
      r.r2 = (int) leaf.grad().numel();
    }
  }

  /** A node has one map of notes, and no note is lost. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class Notes {
    private final Node node = Tensor.of(1.0).requiresGrad_().exp().gradFn();
    private Map<String, Object> first;
    private Map<String, Object> second;

    @Actor
    public void first() {
      first = node.metadata();
      first.put("first", 1);
    }

    @Actor
    public void second() {
      second = node.metadata();
      second.put("second", 2);
    }

    @Arbiter
    public void compare(II_Result r) {
      r.r1 = first == second ? 1 : 0;
      r.r2 = first.size();
    }
  }
}
