package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoubleSumsTest {

  private static final int[] LENGTHS = {0, 1, 2, 7, 15, 16, 17, 63, 65, 130, 4096, 4097, 300_001};

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  private static List<DoubleSumKernel> kernels() {
    List<DoubleSumKernel> all = new ArrayList<>();
    all.add(new ScalarDoubleSums());
    VectorSupport.load(DoubleSumKernel.class, "org.autograd.kernel.cpu.vector.VectorDoubleSums")
        .ifPresent(all::add);
    return all;
  }

  private static double[] random(long seed, int n) {
    Random random = new Random(seed);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextDouble();
    }
    return values;
  }

  @Test
  void sumMatchesAPlainLoopInDouble() {
    for (DoubleSumKernel kernel : kernels()) {
      for (int n : LENGTHS) {
        double[] a = random(n, n + 5);
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += a[3 + i];
        }
        assertEquals(expected, DoubleSums.sum(kernel, a, 3, n), 1e-13 * expected, "n=" + n);
      }
    }
  }

  @Test
  void dotMatchesAPlainLoopInDouble() {
    for (DoubleSumKernel kernel : kernels()) {
      for (int n : LENGTHS) {
        double[] a = random(n, n + 5);
        double[] b = random(n + 1, n + 2);
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += a[3 + i] * b[1 + i];
        }
        assertEquals(expected, DoubleSums.dot(kernel, a, 3, b, 1, n), 1e-13 * expected, "n=" + n);
      }
    }
  }

  @Test
  void stridedSumSkipsWhatLiesBetween() {
    double[] a = {9, 1, 100, 2, 100, 3, 100, 4};
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
    for (DoubleSumKernel kernel : kernels()) {
      for (int[] s : sizes) {
        int row = s[1] + 3;
        double[] a = random(s[0], 2 + s[0] * row);
        double[] out = new double[s[1] + 2];
        out[0] = 7;
        out[s[1] + 1] = 8;
        DoubleSums.columns(kernel, a, 2, s[0], s[1], row, out, 1);
        for (int j = 0; j < s[1]; j++) {
          double expected = 0;
          for (int i = 0; i < s[0]; i++) {
            expected += a[2 + i * row + j];
          }
          assertEquals(expected, out[1 + j], 1e-13 * expected, s[0] + "x" + s[1]);
        }
        assertEquals(7, out[0]);
        assertEquals(8, out[s[1] + 1]);
      }
    }
  }

  @Test
  void columnSumsOfNoRowsAreZero() {
    double[] out = {5, 5, 5};
    Sums.columns(new double[0], 0, 0, 2, 2, out, 1);
    assertArrayEquals(new double[] {5, 0, 0}, out);
    Sums.columns(new double[0], 0, 1000, 0, 0, out, 0);
    assertArrayEquals(new double[] {5, 0, 0}, out);
  }

  @Test
  void sixteenMillionEqualElementsSumAlmostExactly() {
    double[] a = new double[1 << 24];
    Arrays.fill(a, 0.1);
    double expected = a.length * 0.1;
    assertEquals(expected, Sums.sum(a, 0, a.length), 1e-13 * expected);
    double[] out = new double[1];
    Sums.columns(a, 0, a.length, 1, 1, out, 0);
    assertEquals(expected, out[0], 1e-13 * expected);
  }

  @Test
  void everyThreadCountGivesTheSameBits() {
    double[] a = random(3, 1_000_003);
    double[] b = random(4, 1_000_003);
    for (DoubleSumKernel kernel : kernels()) {
      List<Object> first = null;
      for (int threads : new int[] {1, 2, 8, 1, 2, 8}) {
        CpuThreads.set(threads);
        List<Object> all = new ArrayList<>();
        all.add(DoubleSums.sum(kernel, a, 0, a.length));
        all.add(DoubleSums.dot(kernel, a, 0, b, 0, a.length));
        all.add(DoubleSums.strided(a, 0, a.length / 3, 3));
        for (int cols : new int[] {3, 100, 2000}) {
          double[] out = new double[cols];
          DoubleSums.columns(kernel, a, 0, a.length / cols, cols, cols, out, 0);
          for (double x : out) {
            all.add(x);
          }
        }
        first = first == null ? all : first;
        assertEquals(first, all);
      }
    }
  }
}
