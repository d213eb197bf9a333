package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The order among hooks of different kinds. */
@ExtendWith(UnderScheduler.class)
class HookOrderBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static Node accumulator(Tensor leaf) {
    return Graph.getGradientEdge(leaf).node();
  }

  @Test
  @Tag("ORDER-01")
  void nonLeafRunsTensorHooksThenRetainsThenPrehooksNodeAndHooks() {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(1);
    Tensor[] h = new Tensor[1];
    UnaryOperator<String> note =
        what -> what + " " + (h[0].grad() == null ? "-" : values(h[0].grad())[0]);
    h[0] = tap(x, () -> log.add(note.apply("node")));
    h[0].gradFn()
        .registerHook((in, out) -> {
          log.add(note.apply("hook"));
          return null;
        });
    h[0].gradFn()
        .registerPrehook(g -> {
          log.add(note.apply("prehook"));
          return List.of(g.get(0).mul(100));
        });
    h[0].retainGrad();
    h[0].registerHook(g -> {
      log.add(note.apply("tensor"));
      return g.mul(2);
    });
    h[0].mul(3).backward();
    assertThat(log).containsExactly("tensor -", "prehook 6.0", "node 6.0", "hook 6.0");
    assertThat(values(h[0].grad())).containsExactly(6);
    assertThat(values(x.grad())).containsExactly(600);
  }

  @Test
  @Tag("ORDER-02")
  void leafRunsTensorHooksPrehooksAccumulationPostAccumulateHooksAndHooks() {
    Tensor x = scalarLeaf(7);
    accumulator(x)
        .registerHook((in, out) -> {
          x.grad().mul_(10);
          return null;
        });
    x.registerPostAccumulateGradHook(p -> p.grad().add_(0.5));
    accumulator(x).registerPrehook(g -> List.of(g.get(0).div(5)));
    x.registerHook(g -> g.sub(2));
    x.clone().backward();
    assertThat(x.grad().item()).isEqualTo(((1 - 2) / 5.0 + 0.5) * 10);
  }

  /** b = clone(a) with tensor hooks (1) and prehooks (2) registered alternately. */
  private static final class Alternating {
    final List<Integer> log = Collections.synchronizedList(new ArrayList<>());
    final Tensor a = leaf(1);
    final Tensor b = a.clone();

    Alternating(double tensorFactor, double nodeFactor) {
      before(b, nodeFactor);
      on(b, tensorFactor);
      before(b, nodeFactor);
      on(a, tensorFactor);
      before(a, nodeFactor);
      on(a, tensorFactor);
    }

    private void on(Tensor t, double factor) {
      t.registerHook(g -> {
        log.add(1);
        return g.mul(factor);
      });
    }

    private void before(Tensor t, double factor) {
      Graph.getGradientEdge(t)
          .node()
          .registerPrehook(g -> {
            log.add(2);
            return List.of(g.get(0).mul(factor));
          });
    }
  }

  @Test
  @Tag("ORDER-03")
  void tensorHooksRunBeforePrehooksWhateverTheOrderOfRegistration() {
    Alternating m = new Alternating(1, 1);
    m.b.sum().backward();
    assertThat(m.log).containsExactly(1, 2, 2, 1, 1, 2);
  }

  @Test
  @Tag("ORDER-04")
  void gradRunsTheTensorHooksOfALeafButNoPrehookOfItsAccumulator() {
    Alternating m = new Alternating(1, 1);
    Autograd.grad(m.b.sum(), m.a);
    assertThat(m.log).containsExactly(1, 2, 2, 1, 1);
  }

  @Test
  @Tag("ORDER-05")
  void gradientOfAnInputIsStoredBeforeItsPrehooks() {
    Alternating m = new Alternating(3, 2);
    m.b.sum().backward(BackwardOptions.DEFAULT.withInputs(m.b));
    assertThat(m.log).containsExactly(1, 2, 2);
    assertThat(values(m.b.grad())).containsExactly(3);
    assertThat(m.a.grad()).isNull();
  }

  @Test
  @Tag("ORDER-06")
  void retainedGradientIncludesAllTensorHooks() {
    Tensor b = leaf(1).clone();
    b.registerHook(g -> g.mul(2));
    b.retainGrad();
    b.registerHook(g -> g.mul(2));
    b.sum().backward();
    assertThat(values(b.grad())).containsExactly(4);

    Tensor c = leaf(1).clone();
    c.retainGrad();
    c.registerHook(g -> g.mul(2));
    c.sum().backward();
    assertThat(values(c.grad())).containsExactly(2);
  }

  @Test
  @Tag("ORDER-07")
  void noHookOfALeafOutsideOfTheInputsRuns() {
    Tensor a = leaf(1);
    Tensor b = a.clone();
    List<String> log = new ArrayList<>();
    a.registerHook(g -> {
      log.add("tensor");
      return null;
    });
    a.registerPostAccumulateGradHook(p -> log.add("post-accumulate"));
    accumulator(a)
        .registerPrehook(g -> {
          log.add("prehook");
          return null;
        });
    accumulator(a)
        .registerHook((in, out) -> {
          log.add("hook");
          return null;
        });
    b.mul(a).sum().backward(KEEP.withInputs(b));
    assertThat(log).isEmpty();
    assertThat(a.grad()).isNull();
    assertThat(values(b.grad())).containsExactly(1);
  }
}
