package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a pass runs. */
@ExtendWith(UnderScheduler.class)
class EngineBehaviourTest {
  @Test
  @Tag("ENG-01")
  void deepGraphsNeedNoDeepStack() {
    Tensor x = leaf(1);
    Tensor y = x;
    for (int i = 0; i < 150_000; i++) {
      y = y.add(0);
    }
    y.backward();
    assertThat(values(x.grad())).containsExactly(1);

    Tensor a = leaf(1);
    Tensor previous = a;
    Tensor current = a;
    for (int i = 0; i < 150_000; i++) {
      Tensor next = current.add(previous.mul(0));
      previous = current;
      current = next;
    }
    current.backward();
    assertThat(values(a.grad())).containsExactly(1);

    Tensor b = leaf(1);
    Tensor z = b;
    for (int i = 0; i < 150_000; i++) {
      z = recorded(constant(1), g -> new Tensor[] {g[0]}, z);
    }
    z.backward();
    assertThat(values(b.grad())).containsExactly(1);
  }

  @Test
  void millionNodesInARowWorkOnTheDefaultStack() {
    Tensor x = leaf(1);
    Tensor y = x;
    for (int i = 0; i < 1_000_000; i++) {
      y = y.add(0);
    }
    y.backward();
    assertThat(values(x.grad())).containsExactly(1);
  }

  @Test
  @Tag("ENG-02")
  void nodeRunsOnceAfterAllItsGradientsAreSummed() {
    Tensor x = leaf(1);
    Tensor y = leaf(1);
    List<String> runs = Collections.synchronizedList(new ArrayList<>());
    Tensor a = tap(x.add(2), () -> runs.add("a"));
    Tensor b = y.add(2);
    Tensor c = x.add(2);
    Tensor sum = a.add(b).add(c);
    for (int i = 0; i < 4; i++) {
      a = a.mul(2);
      b = b.mul(2);
      c = c.mul(2);
    }
    Tensor branch = a.add(b).add(c);
    sum.add(branch).backward();
    assertThat(values(x.grad())).containsExactly(34);
    assertThat(values(y.grad())).containsExactly(17);
    assertThat(runs).containsExactly("a");
  }

  @Test
  @Tag("ENG-03")
  void formulasAndHooksRunWithGradModeEqualToCreateGraph() {
    for (boolean create : new boolean[] {false, true}) {
      List<Boolean> modes = Collections.synchronizedList(new ArrayList<>());
      Tensor x = leaf(2);
      Tensor y = tap(x, () -> modes.add(GradMode.isEnabled()));
      y.registerHook(g -> {
        modes.add(GradMode.isEnabled());
        GradMode.setGradEnabled(!create);
        return null;
      });
      x.registerHook(g -> {
        modes.add(GradMode.isEnabled());
        return null;
      });
      Tensor out = y.mul(3);
      try (var scope = GradMode.setGradEnabled(!create)) {
        out.backward(BackwardOptions.DEFAULT.withCreateGraph(create));
        assertThat(GradMode.isEnabled()).isEqualTo(!create);
      }
      assertThat(modes).containsExactly(create, create, create);
    }
  }

  @Test
  @Tag("ENG-03")
  void modesAreRestoredAroundNestedPasses() {
    List<Boolean> modes = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(2);
    Tensor y =
        tap(
            x,
            () -> {
              Tensor inner = leaf(3);
              GradMode.enableGrad(() -> inner.mul(inner))
                  .backward(BackwardOptions.DEFAULT.withCreateGraph(true));
              modes.add(GradMode.isEnabled());
            });
    y.mul(2).backward();
    assertThat(modes).containsExactly(false);
    assertThat(GradMode.isEnabled()).isTrue();
  }

  @Test
  @Tag("ENG-04")
  void reentrantPassRunsToItsEndAndThenTheOuterGoesOn() {
    Tensor inner = leaf(5);
    AtomicReference<double[]> seen = new AtomicReference<>();
    Tensor x = leaf(2);
    Tensor y =
        tap(
            x.mul(7),
            () -> {
              Tensor z = GradMode.enableGrad(() -> inner.mul(inner));
              z.backward();
              seen.set(values(inner.grad()));
            });
    y.mul(3).backward();
    assertThat(seen.get()).containsExactly(10);
    assertThat(values(x.grad())).containsExactly(21);
    assertThat(values(inner.grad())).containsExactly(10);
  }

  @Test
  @Tag("ENG-07")
  void hookMayRunAPassClearTheGradAndReturnAChangedGradient() {
    Tensor p = leaf(1, 2, 3);
    Tensor tmp = p.mul(p);
    tmp.registerHook(g -> {
      Tensor q = p.detach().requiresGrad_();
      Tensor out = GradMode.enableGrad(() -> q.mul(2).sum());
      return g.add(Autograd.grad(out, q));
    });
    tmp.sum().backward();
    assertThat(values(p.grad())).containsExactly(6, 12, 18);

    Tensor leaf = leaf(4);
    leaf.registerHook(g -> {
      leaf.setGrad(null);
      GradMode.enableGrad(() -> leaf.detach().requiresGrad_().mul(5)).backward();
      leaf.setGrad(constant(100));
      return g.mul(2);
    });
    leaf.mul(3).backward();
    assertThat(values(leaf.grad())).containsExactly(106);
  }

  @Test
  @Tag("ENG-11")
  void callbacksRunOnceAfterTheirPass() {
    assertThatThrownBy(() -> Graph.queueCallback(() -> {})).isInstanceOf(AutogradException.class);
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(2);
    Tensor y =
        tap(
            x,
            () -> {
              Graph.queueCallback(() -> {
                log.add("outer, grad " + values(x.grad())[0]);
                Graph.queueCallback(() -> log.add("added by a callback"));
              });
              Tensor inner =
                  GradMode.enableGrad(
                      () -> tap(leaf(1), () -> Graph.queueCallback(() -> log.add("inner"))));
              inner.backward();
              log.add("node");
            });
    y.mul(3).backward();
    assertThat(log).containsExactly("inner", "node", "outer, grad 3.0", "added by a callback");
  }

  @Test
  @Tag("ENG-14")
  void modeOfTheCallingThreadHoldsForItsNodes() {
    List<Boolean> keeps = Collections.synchronizedList(new ArrayList<>());
    List<Boolean> modes = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(2);
    Tensor wide = x.mul(0);
    for (int i = 0; i < 8; i++) {
      wide =
          wide.add(
              tap(
                  x,
                  () -> {
                    keeps.add(Graph.currentGraphTaskKeepGraph());
                    modes.add(GradMode.isEnabled());
                  }));
    }
    try (var scope = GradMode.noGrad()) {
      wide.backward(BackwardOptions.DEFAULT.withCreateGraph(true));
    }
    assertThat(keeps).hasSize(8).containsOnly(true);
    assertThat(modes).hasSize(8).containsOnly(true);

    AtomicLong packed = new AtomicLong();
    Tensor loss = x.mul(0);
    for (int i = 0; i < 8; i++) {
      loss = loss.add(tap(x.pow(3), () -> {}));
    }
    Tensor recorded = loss;
    Graph.savedTensorsHooks(
        t -> {
          packed.incrementAndGet();
          return t;
        },
        (Tensor t) -> t,
        () -> recorded.backward(BackwardOptions.DEFAULT.withCreateGraph(true)));
    // Each of the eight backwards of the powers saves at least the base and the gradient.
    assertThat(packed.get()).isGreaterThanOrEqualTo(16);
  }

  @Test
  @Tag("ENG-18")
  void passTellsWhetherItKeepsTheGraphAndItsId() {
    assertThat(Graph.currentGraphTaskKeepGraph()).isTrue();
    assertThat(Graph.currentGraphTaskId()).isEqualTo(-1);
    AtomicReference<Boolean> keeps = new AtomicReference<>();
    AtomicLong id = new AtomicLong();
    Tensor x = leaf(1);
    Tensor y =
        tap(
            x,
            () -> {
              keeps.set(Graph.currentGraphTaskKeepGraph());
              id.set(Graph.currentGraphTaskId());
            });
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(keeps.get()).isTrue();
    long first = id.get();
    assertThat(first).isNotNegative();
    Autograd.grad(y, x, GradOptions.DEFAULT);
    assertThat(keeps.get()).isFalse();
    assertThat(id.get()).isNotNegative().isNotEqualTo(first);
  }
}
