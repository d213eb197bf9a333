package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IntegerSumsTest {

  @Test
  void intSumsGoBeyondTheIntRange() {
    int[] a = {Integer.MAX_VALUE, -1, Integer.MAX_VALUE, -1};
    assertEquals(4_294_967_294L, Sums.sum(a, 0, 2, 2));
    assertEquals(-2L, Sums.sum(a, 1, 2, 2));
  }

  @Test
  void longSumsWrapAround() {
    assertEquals(Long.MIN_VALUE, Sums.sum(new long[] {Long.MAX_VALUE, 1}, 0, 2, 1));
    assertEquals(0L, Sums.sum(new long[0], 0, 0, 1));
  }
}
