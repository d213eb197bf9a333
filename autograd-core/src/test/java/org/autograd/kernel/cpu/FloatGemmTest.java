package org.autograd.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FloatGemmTest {

  private static final int[] EDGES = {1, 3, 4, 5, 8, 13, 33, 66};

  private final int before = CpuThreads.get();

  @AfterEach
  void restore() {
    CpuThreads.set(before);
  }

  private static List<FloatGemm> kernels() {
    List<FloatGemm> all = new ArrayList<>();
    all.add(new ScalarFloatGemm());
    VectorSupport.load(FloatGemm.class, "org.autograd.kernel.cpu.vector.VectorFloatGemm")
        .ifPresent(all::add);
    return all;
  }

  /** A matrix of {@code rows × cols} somewhere inside an array, each element at its own place. */
  private record Matrix(float[] data, int off, int row, int col) {
    static Matrix random(Random random, int rows, int cols, Layout layout) {
      int gap = layout == Layout.GAPS ? 2 : 1;
      int lead = (layout == Layout.COLUMNS ? rows : cols * gap) + (layout == Layout.ROWS ? 0 : 3);
      int off = layout == Layout.ROWS ? 0 : 5;
      int lines = layout == Layout.COLUMNS ? cols : rows;
      float[] data = new float[off + lines * lead];
      for (int i = 0; i < data.length; i++) {
        data[i] = random.nextFloat() - 0.5f;
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
      FloatGemm kernel, int m, int n, int k, Layout la, Layout lb, float beta) {
    Random random = new Random(m * 1_000_003L + n * 1009L + k);
    Matrix a = Matrix.random(random, m, k, la);
    Matrix b = Matrix.random(random, k, n, lb);
    int cOff = 3;
    int cRow = n + 2;
    float[] c = new float[cOff + m * cRow];
    for (int i = 0; i < c.length; i++) {
      c[i] = beta == 0f ? Float.NaN : random.nextFloat();
    }
    float[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = beta == 0f ? 0 : beta * (double) c[cOff + i * cRow + j];
        for (int p = 0; p < k; p++) {
          sum += a.at(i, p) * b.at(p, j);
        }
        expected[cOff + i * cRow + j] = (float) sum;
      }
    }
    FloatProduct.run(
        kernel, m, n, k, a.data, a.off, a.row, a.col, b.data, b.off, b.row, b.col, beta, c, cOff,
        cRow);
    String what = kernel.getClass().getSimpleName() + " " + m + "," + n + "," + k + la + lb + beta;
    assertArrayEquals(expected, c, (float) (2e-6 * Math.sqrt(k) + 2e-7), what);
  }

  @Test
  void smallProductsMatchTheTripleLoopInEveryLayout() {
    for (FloatGemm kernel : kernels()) {
      for (int m : EDGES) {
        for (int n : EDGES) {
          for (int k : EDGES) {
            for (Layout la : Layout.values()) {
              for (Layout lb : Layout.values()) {
                check(kernel, m, n, k, la, lb, 0f);
              }
            }
            check(kernel, m, n, k, Layout.ROWS, Layout.ROWS, 1f);
            check(kernel, m, n, k, Layout.COLUMNS, Layout.COLUMNS, -0.5f);
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
    for (FloatGemm kernel : kernels()) {
      for (int[] s : sizes) {
        for (Layout[] l : layouts) {
          check(kernel, s[0], s[1], s[2], l[0], l[1], l[0] == l[1] ? 0.25f : 0f);
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
    for (FloatGemm kernel : kernels()) {
      for (int[] s : sizes) {
        for (Layout lb : new Layout[] {Layout.ROWS, Layout.COLUMNS}) {
          Matrix a = Matrix.random(random, s[0], s[2], Layout.ROWS);
          Matrix b = Matrix.random(random, s[2], s[1], lb);
          float[] first = null;
          for (int threads : new int[] {1, 2, 8}) {
            CpuThreads.set(threads);
            float[] c = new float[s[0] * s[1]];
            FloatProduct.run(
                kernel, s[0], s[1], s[2], a.data, a.off, a.row, a.col, b.data, b.off, b.row, b.col,
                0f, c, 0, s[1]);
            first = first == null ? c : first;
            assertArrayEquals(bits(first), bits(c));
          }
        }
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void twoByTwoProductByHand() {
    float[] c = {9, 9, 9, 9};
    Gemm.sgemm(
        2, 2, 2, new float[] {1, 2, 3, 4}, 0, 2, 1, new float[] {5, 6, 7, 8}, 0, 2, 1, 0f, c, 0, 2);
    assertArrayEquals(new float[] {19, 22, 43, 50}, c);
    Gemm.sgemm(
        2, 2, 2, new float[] {1, 2, 3, 4}, 0, 1, 2, new float[] {5, 6, 7, 8}, 0, 2, 1, 1f, c, 0, 2);
    assertArrayEquals(new float[] {19 + 26, 22 + 30, 43 + 38, 50 + 44}, c);
  }

  @Test
  void sharedElementsOfAnExpandedOperandAreRead() {
    float[] c = new float[6];
    Gemm.sgemm(2, 3, 2, new float[] {1, 2}, 0, 0, 1, new float[] {10}, 0, 0, 0, 0f, c, 0, 3);
    assertArrayEquals(new float[] {30, 30, 30, 30, 30, 30}, c);
  }

  @Test
  void emptySumsClearOrScaleTheResult() {
    float[] c = {Float.NaN, 2, 3, 4};
    float[] none = {};
    Gemm.sgemm(1, 2, 0, none, 0, 0, 1, none, 0, 2, 1, 0f, c, 0, 2);
    assertArrayEquals(new float[] {0, 0, 3, 4}, c);
    Gemm.sgemm(1, 2, 0, none, 0, 0, 1, none, 0, 2, 1, 0.5f, c, 2, 2);
    assertArrayEquals(new float[] {0, 0, 1.5f, 2}, c);
    Gemm.sgemm(0, 2, 3, none, 0, 3, 1, new float[6], 0, 2, 1, 0f, none, 0, 2);
    Gemm.sgemm(2, 0, 3, new float[6], 0, 3, 1, none, 0, 0, 1, 0f, none, 0, 0);
  }

  @Test
  void negativeSizeIsRefused() {
    float[] x = new float[4];
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Gemm.sgemm(-1, 2, 2, x, 0, 2, 1, x, 0, 2, 1, 0f, x, 0, 2));
    assertEquals("Gemm: sizes must not be negative, got m=-1, n=2, k=2", e.getMessage());
  }
}
