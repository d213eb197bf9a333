package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoubleGemmTest {

  private static final int[] EDGES = {1, 3, 4, 5, 8, 13, 33, 66};

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  private static List<DoubleGemm> kernels() {
    List<DoubleGemm> all = new ArrayList<>();
    all.add(new ScalarDoubleGemm());
    VectorSupport.load(DoubleGemm.class, "org.autograd.kernel.cpu.vector.VectorDoubleGemm")
        .ifPresent(all::add);
    return all;
  }

  /** A matrix of {@code rows × cols} somewhere inside an array, each element at its own place. */
  private record Matrix(double[] data, int off, int row, int col) {
    static Matrix random(Random random, int rows, int cols, Layout layout) {
      int gap = layout == Layout.GAPS ? 2 : 1;
      int lead = (layout == Layout.COLUMNS ? rows : cols * gap) + (layout == Layout.ROWS ? 0 : 3);
      int off = layout == Layout.ROWS ? 0 : 5;
      int lines = layout == Layout.COLUMNS ? cols : rows;
      double[] data = new double[off + lines * lead];
      for (int i = 0; i < data.length; i++) {
        data[i] = random.nextDouble() - 0.5;
      }
      return layout == Layout.COLUMNS
          ? new Matrix(data, off, 1, lead)
          : new Matrix(data, off, lead, gap);
    }

    double at(int i, int j) {
      return data[off + i * row + j * col];
    }
  }

  private enum Layout {
    ROWS,
    COLUMNS,
    PADDED,
    GAPS
  }

  private static void check(
      DoubleGemm kernel, int m, int n, int k, Layout la, Layout lb, double beta) {
    Random random = new Random(m * 1_000_003L + n * 1009L + k);
    Matrix a = Matrix.random(random, m, k, la);
    Matrix b = Matrix.random(random, k, n, lb);
    int cOff = 3;
    int cRow = n + 2;
    double[] c = new double[cOff + m * cRow];
    for (int i = 0; i < c.length; i++) {
      c[i] = beta == 0.0 ? Double.NaN : random.nextDouble();
    }
    double[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = beta == 0.0 ? 0 : beta * c[cOff + i * cRow + j];
        for (int p = 0; p < k; p++) {
          sum += a.at(i, p) * b.at(p, j);
        }
        expected[cOff + i * cRow + j] = sum;
      }
    }
    DoubleProduct.run(
        kernel, m, n, k, a.data, a.off, a.row, a.col, b.data, b.off, b.row, b.col, beta, c, cOff,
        cRow);
    String what = kernel.getClass().getSimpleName() + " " + m + "," + n + "," + k + la + lb + beta;
    assertArrayEquals(expected, c, 1e-14 * k + 1e-15, what);
  }

  @Test
  void smallProductsMatchTheTripleLoopInEveryLayout() {
    for (DoubleGemm kernel : kernels()) {
      for (int m : EDGES) {
        for (int n : EDGES) {
          for (int k : EDGES) {
            for (Layout la : Layout.values()) {
              for (Layout lb : Layout.values()) {
                check(kernel, m, n, k, la, lb, 0.0);
              }
            }
            check(kernel, m, n, k, Layout.ROWS, Layout.ROWS, 1.0);
            check(kernel, m, n, k, Layout.COLUMNS, Layout.COLUMNS, -0.5);
          }
        }
      }
    }
  }

  @Test
  void largeProductsMatchTheTripleLoopInEveryLayout() {
    int[][] sizes = {
      {131, 523, 262}, {17, 120, 2100}, {9, 100, 2100}, {1, 1000, 2100}, {3, 300, 2100},
      {1000, 1, 2100}, {70, 33, 1000}, {4200, 17, 29}, {20, 4200, 33}, {1, 1, 50000}
    };
    Layout[][] layouts = {
      {Layout.ROWS, Layout.ROWS},
      {Layout.COLUMNS, Layout.ROWS},
      {Layout.PADDED, Layout.COLUMNS},
      {Layout.COLUMNS, Layout.COLUMNS},
      {Layout.GAPS, Layout.GAPS}
    };
    for (DoubleGemm kernel : kernels()) {
      for (int[] s : sizes) {
        for (Layout[] l : layouts) {
          check(kernel, s[0], s[1], s[2], l[0], l[1], l[0] == l[1] ? 0.25 : 0.0);
        }
      }
    }
  }

  @Test
  void everyThreadCountGivesTheSameBits() {
    int[][] sizes = {
      {64, 128, 784}, {1, 2000, 3000}, {2000, 1, 3000}, {300, 301, 523}, {784, 128, 64}
    };
    Random random = new Random(5);
    for (DoubleGemm kernel : kernels()) {
      for (int[] s : sizes) {
        for (Layout lb : new Layout[] {Layout.ROWS, Layout.COLUMNS}) {
          Matrix a = Matrix.random(random, s[0], s[2], Layout.ROWS);
          Matrix b = Matrix.random(random, s[2], s[1], lb);
          double[] first = null;
          for (int threads : new int[] {1, 2, 8}) {
            CpuThreads.set(threads);
            double[] c = new double[s[0] * s[1]];
            DoubleProduct.run(
                kernel, s[0], s[1], s[2], a.data, a.off, a.row, a.col, b.data, b.off, b.row, b.col,
                0.0, c, 0, s[1]);
            first = first == null ? c : first;
            assertArrayEquals(bits(first), bits(c));
          }
        }
      }
    }
  }

  private static long[] bits(double[] values) {
    long[] bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    return bits;
  }

  @Test
  void twoByTwoProductByHand() {
    double[] c = {9, 9, 9, 9};
    Gemm.dgemm(
        2,
        2,
        2,
        new double[] {1, 2, 3, 4},
        0,
        2,
        1,
        new double[] {5, 6, 7, 8},
        0,
        2,
        1,
        0.0,
        c,
        0,
        2);
    assertArrayEquals(new double[] {19, 22, 43, 50}, c);
    Gemm.dgemm(
        2,
        2,
        2,
        new double[] {1, 2, 3, 4},
        0,
        1,
        2,
        new double[] {5, 6, 7, 8},
        0,
        2,
        1,
        1.0,
        c,
        0,
        2);
    assertArrayEquals(new double[] {19 + 26, 22 + 30, 43 + 38, 50 + 44}, c);
  }

  @Test
  void sharedElementsOfAnExpandedOperandAreRead() {
    double[] c = new double[6];
    Gemm.dgemm(2, 3, 2, new double[] {1, 2}, 0, 0, 1, new double[] {10}, 0, 0, 0, 0.0, c, 0, 3);
    assertArrayEquals(new double[] {30, 30, 30, 30, 30, 30}, c);
  }

  @Test
  void emptySumsClearOrScaleTheResult() {
    double[] c = {Double.NaN, 2, 3, 4};
    double[] none = {};
    Gemm.dgemm(1, 2, 0, none, 0, 0, 1, none, 0, 2, 1, 0.0, c, 0, 2);
    assertArrayEquals(new double[] {0, 0, 3, 4}, c);
    Gemm.dgemm(1, 2, 0, none, 0, 0, 1, none, 0, 2, 1, 0.5, c, 2, 2);
    assertArrayEquals(new double[] {0, 0, 1.5, 2}, c);
    Gemm.dgemm(0, 2, 3, none, 0, 3, 1, new double[6], 0, 2, 1, 0.0, none, 0, 2);
    Gemm.dgemm(2, 0, 3, new double[6], 0, 3, 1, none, 0, 0, 1, 0.0, none, 0, 0);
  }

  @Test
  void negativeSizeIsRefused() {
    double[] x = new double[4];
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Gemm.dgemm(-1, 2, 2, x, 0, 2, 1, x, 0, 2, 1, 0.0, x, 0, 2));
    assertEquals("Gemm: sizes must not be negative, got m=-1, n=2, k=2", e.getMessage());
  }
}
