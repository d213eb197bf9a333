package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.List;
import org.autograd.AutogradException;
import org.autograd.BackwardOptions;
import org.autograd.HookHandle;
import org.autograd.Tensor;
import org.autograd.UnderScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(UnderScheduler.class)
class TensorHooksBehaviourTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  @Test
  void hooksSeeTheWholeGradientAndRunInTheOrderOfTheirRegistration() {
    Tensor x = leaf(1, 2);
    Tensor h = x.mul(3);
    List<String> log = new ArrayList<>();
    h.registerHook(g -> {
      log.add("first " + values(g)[0] + " " + values(g)[1]);
      return g.mul(10);
    });
    h.registerHook(g -> {
      log.add("second " + values(g)[0] + " " + values(g)[1]);
      return null;
    });
    x.registerHook(g -> {
      log.add("leaf " + values(g)[0] + " " + values(g)[1]);
      return g.add(0.5);
    });
    h.mul(h).add(h).sum().backward();
    assertThat(log).containsExactly("first 7.0 13.0", "second 70.0 130.0", "leaf 210.0 390.0");
    assertThat(values(x.grad())).containsExactly(210.5, 390.5);
  }

  @Test
  void removedHookRunsNoMoreAndRemovingTwiceDoesNothing() {
    for (boolean onLeaf : new boolean[] {true, false}) {
      Tensor x = leaf(1);
      Tensor h = x.mul(3);
      Tensor hooked = onLeaf ? x : h;
      HookHandle doubles = hooked.registerHook(g -> g.mul(2));
      HookHandle adds = hooked.registerHook(g -> g.add(1));
      h.backward(KEEP);
      double both = onLeaf ? 3 * 2 + 1 : (2 + 1) * 3;
      assertThat(values(x.grad())).containsExactly(both);
      doubles.remove();
      doubles.remove();
      x.setGrad(null);
      h.backward(KEEP);
      assertThat(values(x.grad())).containsExactly(onLeaf ? 3 + 1 : (1 + 1) * 3);
      adds.close();
      x.setGrad(null);
      h.backward(KEEP);
      assertThat(values(x.grad())).containsExactly(3);
      HookHandle again = hooked.registerHook(g -> g.mul(5));
      x.setGrad(null);
      h.backward();
      assertThat(values(x.grad())).containsExactly(15);
      again.remove();
    }
  }

  @Test
  void hookThatRemovesItselfRunsOnce() {
    Tensor x = leaf(1);
    Tensor h = x.mul(3);
    HookHandle[] handle = new HookHandle[1];
    int[] runs = new int[1];
    handle[0] =
        h.registerHook(g -> {
          runs[0]++;
          handle[0].remove();
          return g.mul(10);
        });
    h.backward(KEEP);
    assertThat(values(x.grad())).containsExactly(30);
    h.backward();
    assertThat(values(x.grad())).containsExactly(33);
    assertThat(runs[0]).isEqualTo(1);
  }

  @Test
  void hookRegisteredDuringAPassRunsInTheNextOne() {
    Tensor x = leaf(1);
    Tensor h = x.mul(3);
    int[] runs = new int[1];
    HookHandle once =
        h.registerHook(g -> {
          h.registerHook(later -> {
            runs[0]++;
            return null;
          });
          return null;
        });
    h.backward(KEEP);
    once.remove();
    int inTheFirst = runs[0];
    assertThat(inTheFirst).isLessThanOrEqualTo(1);
    h.backward();
    assertThat(runs[0]).isEqualTo(inTheFirst + 1);
  }

  @Test
  void eachPassOverARetainedGraphRunsTheHookOnce() {
    Tensor x = leaf(2, 3);
    int[] runs = new int[1];
    x.registerHook(g -> {
      runs[0]++;
      return null;
    });
    Tensor loss = x.exp().mul(x).sum();
    for (int pass = 1; pass <= 4; pass++) {
      loss.backward(KEEP);
      assertThat(runs[0]).isEqualTo(pass);
      double[] expected = {pass * Math.exp(2) * 3, pass * Math.exp(3) * 4};
      assertThat(values(x.grad()))
          .containsExactly(expected, org.assertj.core.api.Assertions.within(1e-10));
    }
  }

  @Test
  void tensorThatRequiresNoGradTakesNoHook() {
    assertThatThrownBy(() -> constant(1).registerHook(g -> null))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("require");
  }
}
