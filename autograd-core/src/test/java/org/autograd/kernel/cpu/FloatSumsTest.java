package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FloatSumsTest {

  private static final int[] LENGTHS = {0, 1, 2, 7, 15, 16, 17, 63, 65, 130, 4096, 4097, 300_001};

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  private static List<FloatSumKernel> kernels() {
    List<FloatSumKernel> all = new ArrayList<>();
    all.add(new ScalarFloatSums());
    VectorSupport.load(FloatSumKernel.class, "org.autograd.kernel.cpu.vector.VectorFloatSums")
        .ifPresent(all::add);
    return all;
  }

  private static float[] random(long seed, int n) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  @Test
  void sumMatchesAPlainLoopInDouble() {
    for (FloatSumKernel kernel : kernels()) {
      for (int n : LENGTHS) {
        float[] a = random(n, n + 5);
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += a[3 + i];
        }
        assertEquals(expected, FloatSums.sum(kernel, a, 3, n), 1e-6 * expected, "n=" + n);
      }
    }
  }

  @Test
  void dotMatchesAPlainLoopInDouble() {
    for (FloatSumKernel kernel : kernels()) {
      for (int n : LENGTHS) {
        float[] a = random(n, n + 5);
        float[] b = random(n + 1, n + 2);
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += (double) a[3 + i] * b[1 + i];
        }
        assertEquals(expected, FloatSums.dot(kernel, a, 3, b, 1, n), 1e-6 * expected, "n=" + n);
      }
    }
  }

  @Test
  void stridedSumSkipsWhatLiesBetween() {
    float[] a = {9, 1, 100, 2, 100, 3, 100, 4};
    assertEquals(10.0, Sums.sum(a, 1, 4, 2), 0.0);
    assertEquals(6.0, Sums.sum(a, 1, 3, 2), 0.0);
    assertEquals(10.0, Sums.sum(a, 7, 4, -2), 0.0);
    assertEquals(3.0, Sums.sum(a, 1, 3, 0), 0.0);
    assertEquals(0.0, Sums.sum(a, 0, 0, 3), 0.0);
  }

  @Test
  void columnSumsMatchAPlainLoopInDouble() {
    int[][] sizes = {
      {1, 1},
      {1, 40},
      {3, 5},
      {64, 10},
      {64, 128},
      {17, 67},
      {256, 33},
      {257, 33},
      {70_000, 3},
      {1000, 1100},
      {300, 2050},
      {5, 40_000}
    };
    for (FloatSumKernel kernel : kernels()) {
      for (int[] s : sizes) {
        int row = s[1] + 3;
        float[] a = random(s[0], 2 + s[0] * row);
        float[] out = new float[s[1] + 2];
        out[0] = 7;
        out[s[1] + 1] = 8;
        FloatSums.columns(kernel, a, 2, s[0], s[1], row, out, 1);
        for (int j = 0; j < s[1]; j++) {
          double expected = 0;
          for (int i = 0; i < s[0]; i++) {
            expected += a[2 + i * row + j];
          }
          assertEquals(expected, out[1 + j], 1e-6 * expected, s[0] + "x" + s[1]);
        }
        assertEquals(7, out[0]);
        assertEquals(8, out[s[1] + 1]);
      }
    }
  }

  @Test
  void columnSumsOfNoRowsAreZero() {
    float[] out = {5, 5, 5};
    Sums.columns(new float[0], 0, 0, 2, 2, out, 1);
    assertArrayEquals(new float[] {5, 0, 0}, out);
    Sums.columns(new float[0], 0, 1000, 0, 0, out, 0);
    assertArrayEquals(new float[] {5, 0, 0}, out);
  }

  @Test
  void sixteenMillionEqualElementsSumAlmostExactly() {
    float[] a = new float[1 << 24];
    Arrays.fill(a, 0.1f);
    double expected = a.length * (double) 0.1f;
    assertEquals(expected, Sums.sum(a, 0, a.length), 1e-6 * expected);
    float[] out = new float[1];
    Sums.columns(a, 0, a.length, 1, 1, out, 0);
    assertEquals(expected, out[0], 1e-6 * expected);
  }

  @Test
  void everyThreadCountGivesTheSameBits() {
    float[] a = random(3, 1_000_003);
    float[] b = random(4, 1_000_003);
    for (FloatSumKernel kernel : kernels()) {
      List<Object> first = null;
      for (int threads : new int[] {1, 2, 8, 1, 2, 8}) {
        CpuThreads.set(threads);
        List<Object> all = new ArrayList<>();
        all.add(FloatSums.sum(kernel, a, 0, a.length));
        all.add(FloatSums.dot(kernel, a, 0, b, 0, a.length));
        all.add(FloatSums.strided(a, 0, a.length / 3, 3));
        for (int cols : new int[] {3, 100, 2000}) {
          float[] out = new float[cols];
          FloatSums.columns(kernel, a, 0, a.length / cols, cols, cols, out, 0);
          for (float x : out) {
            all.add(x);
          }
        }
        first = first == null ? all : first;
        assertEquals(first, all);
      }
    }
  }
}
