package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.recorded;
import static org.autograd.TestTensors.tap;
import static org.autograd.TestTensors.values;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.Garbage;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.HookHandle;
import org.autograd.MultiGradMode;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.autograd.graph.Node;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks on several tensors. */
@ExtendWith(UnderScheduler.class)
class MultiGradHookBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private static final class Planned extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static List<Boolean> presence(List<Tensor> grads) {
    return grads.stream().map(g -> g != null).toList();
  }

  @Test
  @Tag("MULTI-01")
  void hookIsCalledOncePerPassWithAllGradientsInTheOrderOfTheTensors() {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    Tensor unused = leaf(4);
    Tensor c = a.mul(b);
    c.registerHook(g -> g.mul(10));
    List<List<Tensor>> calls = Collections.synchronizedList(new ArrayList<>());
    Graph.registerMultiGradHook(List.of(a, unused, c, b), calls::add);
    c.registerHook(g -> g.mul(2));
    Tensor loss = c.mul(c).sum();
    for (int pass = 1; pass <= 2; pass++) {
      loss.backward(KEEP);
      assertThat(calls).hasSize(pass);
      List<Tensor> grads = calls.get(pass - 1);
      assertThat(presence(grads)).containsExactly(true, false, true, true);
      // d loss / d c = 12, times 10 before the hook, times 2 after it
      assertThat(values(grads.get(2))).containsExactly(120);
      assertThat(values(grads.get(0))).containsExactly(720);
      assertThat(values(grads.get(3))).containsExactly(480);
      assertThatThrownBy(() -> grads.set(0, null))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(values(a.grad())).as("what the hook did changes nothing").containsExactly(1440);
  }

  @Test
  @Tag("MULTI-01")
  void tensorsThatRequireNoGradCannotBeWaitedFor() {
    Tensor a = leaf(2);
    List<List<Tensor>> calls = new ArrayList<>();
    assertThatThrownBy(() -> Graph.registerMultiGradHook(List.of(a, constant(1)), calls::add))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("tensor 1");
    a.mul(2).backward();
    assertThat(calls).as("nothing was registered").isEmpty();
  }

  @Test
  @Tag("MULTI-02")
  void tensorsThatTakeNoPartHaveNull() {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    Tensor c = a.mul(b);
    Tensor d = a.mul(b);
    List<List<Boolean>> calls = Collections.synchronizedList(new ArrayList<>());
    Graph.registerMultiGradHook(List.of(a, b, c, d), grads -> calls.add(presence(grads)));
    c.sum().backward(KEEP);
    c.sum().backward(KEEP.withInputs(a));
    assertThat(calls)
        .containsExactly(List.of(true, true, true, false), List.of(true, false, true, false));
  }

  @Test
  @Tag("MULTI-02")
  void leafThatGetsNoGradientAlthoughItsNodeRunsDoesNotHoldUpTheCall() {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    Tensor c = recorded(constant(6), grads -> new Tensor[] {grads[0], null}, a, b);
    List<List<Boolean>> calls = Collections.synchronizedList(new ArrayList<>());
    Graph.registerMultiGradHook(List.of(a, b), grads -> calls.add(presence(grads)));
    c.backward();
    assertThat(calls).containsExactly(List.of(true, false));
  }

  @Test
  @Tag("MULTI-03")
  void hookIsNotCalledIfNoneOfItsTensorsTakesPart() {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    List<Object> calls = new ArrayList<>();
    Graph.registerMultiGradHook(List.of(a, b.mul(2)), calls::add);
    Graph.registerMultiGradHook(List.of(a, b.mul(2)), MultiGradMode.ANY, calls::add);
    b.mul(3).backward();
    assertThat(calls).isEmpty();
  }

  @Test
  @Tag("MULTI-04")
  void failedPassLeavesNothingForLaterOnes() {
    Tensor a = leaf(2);
    boolean[] fails = {true};
    Tensor b =
        tap(
            a,
            () -> {
              if (fails[0]) {
                throw new Planned();
              }
            });
    Tensor c = b.mul(3);
    List<List<Tensor>> calls = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger any = new AtomicInteger();
    Graph.registerMultiGradHook(List.of(a, b, c), calls::add);
    Graph.registerMultiGradHook(List.of(a, b, c), MultiGradMode.ANY, g -> any.incrementAndGet());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> c.backward(KEEP)).isInstanceOf(Planned.class);
      assertThat(calls).isEmpty();
      assertThat(any).hasValue(i + 1);
    }
    fails[0] = false;
    c.backward(KEEP);
    assertThat(calls).hasSize(1);
    assertThat(presence(calls.get(0))).containsExactly(true, true, true);
    assertThat(any).hasValue(3);
    c.backward();
    assertThat(calls).hasSize(2);
  }

  @Test
  @Tag("MULTI-05")
  void modeAnyGivesTheFirstGradientOnly() {
    Tensor a = leaf(2);
    Tensor b = a.mul(3);
    Tensor c = b.mul(5);
    List<Tensor> calls = Collections.synchronizedList(new ArrayList<>());
    Graph.registerMultiGradHook(List.of(constant(1), a, b), MultiGradMode.ANY, calls::add);
    c.backward(KEEP);
    assertThat(calls).hasSize(1);
    assertThat(values(calls.get(0))).as("b's, which is known before a's").containsExactly(5);
    Autograd.grad(List.of(c), List.of(a), null, GradOptions.DEFAULT.withRetainGraph(true));
    assertThat(calls).hasSize(2);
    a.mul(7).backward();
    assertThat(calls).hasSize(3);
    assertThat(values(calls.get(2))).containsExactly(7);
  }

  @Test
  @Tag("MULTI-06")
  void otherModesAreRefused() {
    assertThat(MultiGradMode.of("all")).isSameAs(MultiGradMode.ALL);
    assertThat(MultiGradMode.of("any")).isSameAs(MultiGradMode.ANY);
    assertThatThrownBy(() -> MultiGradMode.of("first"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"all\"")
        .hasMessageContaining("\"any\"")
        .hasMessageContaining("first");
  }

  @Test
  @Tag("MULTI-07")
  void handleRemovesTheHookFromAllTensors() {
    Tensor a = leaf(2);
    Tensor b = a.mul(3);
    AtomicInteger calls = new AtomicInteger();
    HookHandle all = Graph.registerMultiGradHook(List.of(a, b), g -> calls.incrementAndGet());
    HookHandle any =
        Graph.registerMultiGradHook(List.of(a, b), MultiGradMode.ANY, g -> calls.addAndGet(10));
    b.backward(KEEP);
    assertThat(calls).hasValue(11);
    all.remove();
    all.remove();
    b.backward(KEEP);
    assertThat(calls).hasValue(21);
    any.remove();
    b.backward();
    a.mul(2).backward();
    assertThat(calls).hasValue(21);
  }

  @Test
  @Tag("MULTI-08")
  void leavesMayBeWatchedWhileGradRuns() {
    Tensor a = leaf(2);
    Tensor b = leaf(3);
    Tensor c = a.mul(b);
    List<List<Boolean>> calls = Collections.synchronizedList(new ArrayList<>());
    Graph.registerMultiGradHook(List.of(a, b, c), grads -> calls.add(presence(grads)));
    Autograd.grad(List.of(c), List.of(a), null, GradOptions.DEFAULT.withRetainGraph(true));
    Autograd.grad(List.of(c), List.of(b, a));
    assertThat(calls).containsExactly(List.of(true, false, true), List.of(true, true, true));
  }

  @Test
  void nestedPassHasItsOwnState() {
    Tensor a = leaf(2);
    Tensor b = a.mul(3);
    Tensor inner = a.mul(7);
    List<Double> sums = Collections.synchronizedList(new ArrayList<>());
    b.registerHook(g -> {
      inner.backward(KEEP);
      return null;
    });
    Graph.registerMultiGradHook(
        List.of(a, b),
        grads -> sums.add(grads.stream().mapToDouble(g -> g == null ? 0 : values(g)[0]).sum()));
    b.backward();
    assertThat(sums).containsExactly(7.0, 4.0);
  }

  private static WeakReference<Node> watched(Tensor a) {
    Tensor b = a.mul(3);
    Graph.registerMultiGradHook(List.of(a, b), grads -> {});
    return new WeakReference<>(b.gradFn());
  }

  @Test
  void hookDoesNotKeepAGraphAlive() {
    Tensor a = leaf(2);
    assertThat(Garbage.collected(watched(a))).isTrue();
  }
}
