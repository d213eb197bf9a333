package org.autograd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.leaf;

import java.util.ArrayList;
import java.util.List;
import org.autograd.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The order of hooks where it follows from the order of nodes: parallel schedulers may differ here.
 */
class HookOrderTest {
  @Test
  @Tag("ORDER-08")
  void hooksOnTheTensorMadeLastRunFirst() {
    for (boolean swapped : new boolean[] {false, true}) {
      Tensor x = leaf(1);
      Tensor a = x.mul(2);
      Tensor b = x.mul(3);
      List<String> log = new ArrayList<>();
      a.registerHook(g -> {
        log.add("a");
        return null;
      });
      b.registerHook(g -> {
        log.add("b");
        return null;
      });
      (swapped ? b.add(a) : a.add(b)).backward();
      assertThat(log).containsExactly("b", "a");
    }
  }

  @Test
  @Tag("ORDER-08")
  void accumulatorsRunAsSoonAsTheyAreReady() {
    Tensor x = leaf(1);
    Tensor y = leaf(1);
    Tensor old = x.mul(2);
    Tensor young = y.mul(3);
    List<String> log = new ArrayList<>();
    y.registerPostAccumulateGradHook(p -> log.add("y"));
    old.registerHook(g -> {
      log.add("old");
      return null;
    });
    old.add(young).backward();
    assertThat(log).containsExactly("y", "old");
  }
}
