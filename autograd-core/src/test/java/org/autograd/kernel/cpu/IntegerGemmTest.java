package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class IntegerGemmTest {

  @Test
  void intProductByHandWithATransposedOperand() {
    int[] c = {1, 1, 1, 1};
    int[] a = {0, 1, 2, 3, 4, 5, 6};
    int[] b = {1, 0, 2, 1, 0, 3};
    // A = [[1, 2, 3], [4, 5, 6]], B = columns (1, 0, 2) and (1, 0, 3).
    Gemm.igemm(2, 2, 3, a, 1, 3, 1, b, 0, 1, 3, 0, c, 0, 2);
    assertArrayEquals(new int[] {7, 10, 16, 22}, c);
    Gemm.igemm(2, 2, 3, a, 1, 3, 1, b, 0, 1, 3, 10, c, 0, 2);
    assertArrayEquals(new int[] {77, 110, 176, 242}, c);
  }

  @Test
  void longProductIsExactBeyondTheIntRange() {
    long[] c = {5};
    long big = 3_000_000_000L;
    Gemm.lgemm(1, 1, 2, new long[] {big, 1}, 0, 2, 1, new long[] {2, 7}, 0, 1, 1, 0, c, 0, 1);
    assertArrayEquals(new long[] {6_000_000_007L}, c);
  }

  @Test
  void intOverflowWrapsAround() {
    int[] c = {0};
    int half = 1 << 30;
    Gemm.igemm(1, 1, 1, new int[] {half}, 0, 1, 1, new int[] {4}, 0, 1, 1, 0, c, 0, 1);
    assertArrayEquals(new int[] {0}, c);
  }

  @Test
  void emptySumsClearTheResult() {
    long[] c = {5, 6};
    Gemm.lgemm(1, 2, 0, new long[0], 0, 0, 1, new long[0], 0, 2, 1, 0, c, 0, 2);
    assertArrayEquals(new long[] {0, 0}, c);
  }

  @Test
  void negativeSizeIsRefused() {
    int[] x = new int[4];
    assertThrows(
        IllegalArgumentException.class,
        () -> Gemm.igemm(2, -2, 2, x, 0, 2, 1, x, 0, 2, 1, 0, x, 0, 2));
  }
}
