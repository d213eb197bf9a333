package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.GradMode;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What hooks must see is stored at once; everything else waits for the end. And what hooks saw
 * belongs to them.
 */
@ExtendWith(UnderScheduler.class)
class HookEffectsBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static final class Planned extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A pass that fails in the node before its first leaf. */
  private static final class Failing {
    final Tensor first = leaf(1);
    final Tensor watched = leaf(2);
    final Tensor plain = leaf(3);
    final Tensor middle;
    final Tensor loss;
    boolean fails = true;

    /** A tensor whose gradient must be stored before the failure; null for none. */
    Tensor awaited;

    Failing() {
      Tensor failing =
          tap(
              first,
              () -> {
                long deadline = System.nanoTime() + 10_000_000_000L;
                while (awaited != null && awaited.grad() == null && System.nanoTime() < deadline) {
                  Thread.onSpinWait();
                }
                if (fails) {
                  throw new Planned();
                }
              });
      middle = failing.mul(10);
      middle.retainGrad();
      loss = middle.add(watched.mul(5).mul(plain));
    }

    void run() {
      assertThatThrownBy(() -> loss.backward(KEEP)).isInstanceOf(Planned.class);
    }
  }

  @Test
  void failureKeepsOnlyWhatHooksHadToSee() {
    List<Consumer<Failing>> registrations =
        List.of(
            m -> m.watched.registerPostAccumulateGradHook(p -> {}),
            m -> Graph.getGradientEdge(m.watched).node().registerHook((in, out) -> null),
            m -> Graph.getGradientEdge(m.watched).node().registerPrehook(g -> null));
    for (Consumer<Failing> register : registrations) {
      Failing m = new Failing();
      register.accept(m);
      m.awaited = m.watched;
      m.run();
      assertThat(values(m.watched.grad())).containsExactly(15);
      assertThat(m.plain.grad()).isNull();
      assertThat(m.first.grad()).isNull();
      assertThat(m.middle.grad()).isNull();
    }
  }

  @Test
  void retainedGradientWaitsForTheEndUnlessHooksOnTheNodeMustSeeIt() {
    Failing plain = new Failing();
    plain.middle.registerHook(g -> null);
    plain.run();
    assertThat(plain.middle.grad()).isNull();

    for (boolean before : new boolean[] {true, false}) {
      Failing m = new Failing();
      if (before) {
        m.middle.gradFn().registerPrehook(g -> null);
      } else {
        m.middle.gradFn().registerHook((in, out) -> null);
      }
      m.run();
      assertThat(values(m.middle.grad())).containsExactly(1);
      assertThat(m.plain.grad()).isNull();
      m.fails = false;
      m.loss.backward(KEEP);
      assertThat(values(m.middle.grad())).containsExactly(2);
      assertThat(values(m.plain.grad())).containsExactly(10);
    }
  }

  @Test
  void exceptionOfEveryKindOfHookStopsThePassAndSurfacesItself() {
    List<Consumer<Tensor[]>> registrations =
        List.of(
            t -> t[1].registerHook(g -> fail()),
            t -> t[0].registerHook(g -> fail()),
            t -> t[1].gradFn().registerPrehook(g -> List.of(fail())),
            t -> t[1].gradFn().registerHook((in, out) -> List.of(fail())),
            t -> t[0].registerPostAccumulateGradHook(p -> fail()),
            t -> Graph.registerMultiGradHook(List.of(t[0], t[1]), grads -> fail()));
    for (Consumer<Tensor[]> register : registrations) {
      Tensor x = leaf(1);
      Tensor other = leaf(2);
      Tensor y = x.mul(3);
      register.accept(new Tensor[] {x, y});
      Tensor loss = y.mul(other);
      assertThatThrownBy(() -> loss.backward(KEEP)).isInstanceOf(Planned.class);
      assertThat(other.grad()).isNull();
      assertThat(Graph.currentGraphTaskId()).isEqualTo(-1);
      assertThat(GradMode.isEnabled()).isTrue();
      other.mul(2).backward();
      assertThat(values(other.grad())).containsExactly(2);
    }
  }

  private static Tensor fail() {
    throw new Planned();
  }

  @Test
  void hooksRunInTheModeOfThePassAndCannotChangeIt() {
    for (boolean createGraph : new boolean[] {false, true}) {
      List<Boolean> modes = Collections.synchronizedList(new ArrayList<>());
      Runnable note =
          () -> {
            modes.add(GradMode.isEnabled());
            GradMode.setGradEnabled(!createGraph);
          };
      Tensor x = leaf(1);
      Tensor y = x.mul(x);
      for (int i = 0; i < 2; i++) {
        y.registerHook(g -> {
          note.run();
          return null;
        });
        y.gradFn()
            .registerPrehook(g -> {
              note.run();
              return null;
            });
        y.gradFn()
            .registerHook((in, out) -> {
              note.run();
              return null;
            });
        x.registerPostAccumulateGradHook(p -> note.run());
      }
      y.backward(BackwardOptions.DEFAULT.withCreateGraph(createGraph));
      assertThat(modes).hasSize(8).containsOnly(createGraph);
      assertThat(GradMode.isEnabled()).isTrue();
    }
  }

  @Test
  void gradientsThatHooksSawOrReturnedAreNeverChanged() {
    List<Tensor> kept = Collections.synchronizedList(new ArrayList<>());
    Tensor x = leaf(1, 2);
    Tensor y = x.clone();
    y.registerHook(g -> keep(kept, g.mul(2)));
    y.gradFn().registerPrehook(g -> List.of(keep(kept, g.get(0).mul(3))));
    y.gradFn().registerHook((in, out) -> List.of(keep(kept, in.get(0).mul(5))));
    x.registerHook(g -> keep(kept, g.mul(7)));
    // x gets a second gradient through another path, and its .grad is added to later.
    Tensor loss = y.sum().add(x.mul(11).sum());
    for (int pass = 1; pass <= 3; pass++) {
      loss.backward(KEEP);
      assertThat(values(x.grad())).containsExactly(pass * 287, pass * 287);
      assertThat(kept).hasSize(4 * pass);
      for (int p = 0; p < pass; p++) {
        assertThat(kept.subList(4 * p, 4 * p + 4).stream().map(t -> values(t)[0]))
            .containsExactly(2.0, 6.0, 30.0, 287.0);
      }
    }
    assertThat(kept).noneMatch(t -> t == x.grad());
  }

  @Test
  void gradientThatOneHookReturnedIsNeitherAddedToNorTakenOver() {
    List<BiConsumer<Tensor[], List<Tensor>>> registrations =
        List.of(
            (t, kept) -> t[1].registerHook(g -> keep(kept, g.mul(2))),
            (t, kept) -> t[1].gradFn().registerPrehook(g -> List.of(keep(kept, g.get(0).mul(2)))),
            (t, kept) ->
                t[1].gradFn().registerHook((in, out) -> List.of(keep(kept, in.get(0).mul(2)))));
    for (BiConsumer<Tensor[], List<Tensor>> register : registrations) {
      for (boolean alone : new boolean[] {true, false}) {
        List<Tensor> kept = Collections.synchronizedList(new ArrayList<>());
        Tensor x = leaf(1, 2);
        // Older than the copy, so that it is added to the copy's gradient.
        Tensor older = x.mul(11).sum();
        Tensor copy = x.clone();
        register.accept(new Tensor[] {x, copy}, kept);
        Tensor loss = alone ? copy.sum() : older.add(copy.sum());
        double expected = alone ? 2 : 13;
        loss.backward(KEEP);
        assertThat(values(x.grad())).containsExactly(expected, expected);
        assertThat(values(kept.get(0))).containsExactly(2, 2);
        loss.backward(KEEP);
        assertThat(values(x.grad())).containsExactly(2 * expected, 2 * expected);
        assertThat(values(kept.get(0))).containsExactly(2, 2);
      }
    }
  }

  private static Tensor keep(List<Tensor> kept, Tensor t) {
    kept.add(t);
    return t;
  }

  @Test
  void gradientGivenForARootIsNeverTakenOver() {
    Tensor x = leaf(1, 2);
    Tensor gradient = constant(3, 4).mul(2);
    x.clone().backward(gradient);
    assertThat(values(x.grad())).containsExactly(6, 8);
    assertThat(x.grad()).isNotSameAs(gradient);
    x.clone().backward(constant(1, 1));
    assertThat(values(gradient)).containsExactly(6, 8);

    Tensor z = x.mul(2).sum();
    Tensor y = scalarLeaf(1);
    Tensor copy = y.clone();
    Tensor loss = y.mul(z);
    List<Tensor> grads = Autograd.grad(List.of(copy, loss), List.of(copy, y));
    assertThat(values(grads.get(0))).containsExactly(1);
    assertThat(values(grads.get(1))).containsExactly(1 + 6);
  }
}
