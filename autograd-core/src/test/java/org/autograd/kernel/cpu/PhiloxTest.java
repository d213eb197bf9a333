package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PhiloxTest {

  private static final long SEED = 42;

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  private static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
    int[] out = new int[4];
    Philox.block(c0, c1, c2, c3, k0, k1, out);
    return out;
  }

  /** The known-answer vectors that are published with Random123. */
  @Test
  void blocksMatchThePublishedVectors() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0));
  }

  @Test
  void uniformFloatsAreTheTopBitsOfTheWords() {
    float[] out = new float[4];
    Philox.uniform(0, 0, out, 0, 4);
    int[] top = {0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db};
    for (int i = 0; i < 4; i++) {
      assertEquals(top[i] / 16_777_216f, out[i]);
    }
  }

  @Test
  void uniformDoublesJoinTwoWords() {
    double[] out = new double[2];
    Philox.uniform(0, 0, out, 0, 2);
    assertEquals((0xe169c58d6627e8d5L >>> 11) / 0x1p53, out[0]);
    assertEquals((0x9b00dbd8bc57ac4cL >>> 11) / 0x1p53, out[1]);
  }

  @Test
  void offsetContinuesTheStream() {
    float[] whole = new float[100];
    float[] parts = new float[100];
    Philox.uniform(SEED, 7, whole, 0, 100);
    Philox.uniform(SEED, 7, parts, 0, 40);
    Philox.uniform(SEED, 7 + Philox.blocks32(40), parts, 40, 60);
    assertArrayEquals(whole, parts);
    double[] wholeD = new double[9];
    double[] partsD = new double[9];
    Philox.normal(SEED, 1L << 40, wholeD, 0, 9);
    Philox.normal(SEED, 1L << 40, partsD, 0, 4);
    Philox.normal(SEED, (1L << 40) + Philox.blocks64(4), partsD, 4, 5);
    assertArrayEquals(wholeD, partsD);
  }

  @Test
  void everyThreadCountGivesTheSameBits() {
    int n = 100_003;
    Object[] first = null;
    for (int threads : new int[] {1, 2, 8}) {
      CpuThreads.set(threads);
      float[] uniform = new float[n];
      double[] normal = new double[n];
      float[] normalF = new float[n];
      long[] longs = new long[n];
      Philox.uniform(SEED, 3, uniform, 0, n);
      Philox.normal(SEED, 3, normal, 0, n);
      Philox.normal(SEED, 3, normalF, 0, n);
      Philox.integers(SEED, 3, -5, 1000, longs, 0, n);
      Object[] all = {uniform, normal, normalF, longs};
      first = first == null ? all : first;
      assertTrue(Arrays.deepEquals(first, all));
    }
  }

  @Test
  void uniformNumbersSpreadEvenly() {
    int n = 1 << 20;
    double[] out = new double[n];
    Philox.uniform(SEED, 0, out, 0, n);
    int[] count = new int[16];
    for (double x : out) {
      count[(int) (x * 16)]++;
    }
    double chi = 0;
    for (int c : count) {
      chi += Math.pow(c - n / 16.0, 2) / (n / 16.0);
    }
    assertTrue(chi < 37.7, "chi-square with 15 degrees of freedom, 99.9 % quantile: " + chi);
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    int n = 1 << 20;
    float[] out = new float[n];
    Philox.normal(SEED, 0, out, 0, n);
    double[] moment = new double[5];
    for (float x : out) {
      for (int p = 1; p <= 4; p++) {
        moment[p] += Math.pow(x, p) / n;
      }
    }
    // Five standard deviations of each mean: sqrt(1, 2, 15, 96) / 1024.
    assertEquals(0, moment[1], 5 * 1 / 1024.0);
    assertEquals(1, moment[2], 5 * 1.4143 / 1024.0);
    assertEquals(0, moment[3], 5 * 3.873 / 1024.0);
    assertEquals(3, moment[4], 5 * 9.798 / 1024.0);
  }

  @Test
  void integersCoverTheirRangeAndNothingElse() {
    int[] out = new int[6000];
    Philox.integers(SEED, 0, -2, 4, out, 0, out.length);
    int[] count = new int[6];
    for (int x : out) {
      count[x + 2]++;
    }
    for (int c : count) {
      assertEquals(1000, c, 150);
    }
    long[] wide = new long[100];
    Philox.integers(SEED, 0, Long.MIN_VALUE, Long.MAX_VALUE, wide, 0, 100);
    assertTrue(Arrays.stream(wide).anyMatch(x -> x < 0));
    assertTrue(Arrays.stream(wide).anyMatch(x -> x > 0));
    long[] single = {0};
    Philox.integers(SEED, 0, 9, 10, single, 0, 1);
    assertEquals(9, single[0]);
  }

  @Test
  void permutationHoldsEveryNumberOnce() {
    long[] out = new long[1003];
    Philox.permutation(SEED, 0, out, 2, 1000);
    long[] sorted = Arrays.copyOfRange(out, 2, 1002);
    boolean moved = false;
    for (int i = 0; i < 1000; i++) {
      moved |= sorted[i] != i;
    }
    assertTrue(moved);
    Arrays.sort(sorted);
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, sorted[i]);
    }
    assertEquals(0, out[1002]);
  }

  @Test
  void emptyOrForeignRangeIsRefused() {
    int[] out = {7};
    assertThrows(IllegalArgumentException.class, () -> Philox.integers(SEED, 0, 3, 3, out, 0, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Philox.integers(SEED, 0, 0, 1L << 33, out, 0, 1));
    assertEquals(7, out[0]);
  }
}
