package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.autograd.Autograd;
import org.autograd.BackwardOptions;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.HookHandle;
import org.autograd.MultiGradMode;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks of every kind that are removed while hooks run. */
@ExtendWith(UnderScheduler.class)
class HookRemovalBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  private final Tensor x = leaf(1);
  private final Tensor y = x.mul(2);

  /** Registers a hook, given what it does each time, that removes itself and counts its runs. */
  private int runsOfTwoPasses(BiFunction<Tensor, Runnable, HookHandle> register) {
    List<Boolean> runs = Collections.synchronizedList(new ArrayList<>());
    HookHandle[] own = new HookHandle[1];
    own[0] =
        register.apply(
            y,
            () -> {
              runs.add(true);
              own[0].remove();
              own[0].remove();
            });
    x.setGrad(null);
    y.backward(KEEP);
    y.backward(KEEP);
    assertThat(values(x.grad())).containsExactly(4);
    return runs.size();
  }

  @Test
  void aHookOfEveryKindMayRemoveItself() {
    assertThat(
            runsOfTwoPasses((t, act) ->
                t.registerHook(g -> {
                  act.run();
                  return null;
                })))
        .isEqualTo(1);
    assertThat(runsOfTwoPasses((t, act) -> x.registerPostAccumulateGradHook(leaf -> act.run())))
        .isEqualTo(1);
    assertThat(
            runsOfTwoPasses((t, act) ->
                t.gradFn()
                    .registerPrehook(g -> {
                      act.run();
                      return null;
                    })))
        .isEqualTo(1);
    assertThat(
            runsOfTwoPasses((t, act) ->
                t.gradFn()
                    .registerHook((in, out) -> {
                      act.run();
                      return null;
                    })))
        .isEqualTo(1);
    assertThat(
            runsOfTwoPasses(
                (t, act) -> Graph.registerMultiGradHook(List.of(x, t), grads -> act.run())))
        .isEqualTo(1);
    assertThat(
            runsOfTwoPasses((t, act) ->
                Graph.registerMultiGradHook(List.of(x, t), MultiGradMode.ANY, grad -> act.run())))
        .isEqualTo(1);
  }

  @Test
  void aHookOnSeveralTensorsThatIsRemovedBetweenThemDoesNotRun() {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    HookHandle all = Graph.registerMultiGradHook(List.of(x, y), grads -> log.add("all"));
    HookHandle between =
        y.gradFn()
            .registerPrehook(g -> {
              all.remove();
              return null;
            });
    y.backward(KEEP);
    between.remove();
    y.backward(KEEP);
    assertThat(log).isEmpty();
    assertThat(values(x.grad())).containsExactly(4);
  }

  @Test
  void gradCapturesWhatAHookThatRemovesItselfMadeOnce() {
    HookHandle[] own = new HookHandle[1];
    own[0] =
        y.registerHook(g -> {
          own[0].remove();
          return g.mul(10);
        });
    GradOptions keep = GradOptions.DEFAULT.withRetainGraph(true);
    assertThat(values(Autograd.grad(y, x, keep))).containsExactly(20);
    assertThat(values(Autograd.grad(y, x, keep))).containsExactly(2);
  }
}
