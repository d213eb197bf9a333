package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/**
 * A large float matrix product from packed panels: blocks of A and B are copied into the order in
 * which the inner loops read them, whatever the operands' strides.
 */
@AlsoFor(double.class)
final class PackedFloatProduct {

  private static final int K_BLOCK = 256;
  private static final int N_BLOCK = 4096;
  private static final int M_BLOCK = 4096;
  private static final int TASK_ROWS = 128;
  private static final int TASK_COLS = 256;

  private final FloatGemm kernel;
  private final int tileRows;
  private final int tileCols;
  private final int m;
  private final int n;
  private final int k;
  private final float beta;
  private final float[] c;
  private final int cOff;
  private final int cRow;

  PackedFloatProduct(
      FloatGemm kernel, int m, int n, int k, float beta, float[] c, int cOff, int cRow) {
    this.kernel = kernel;
    this.tileRows = kernel.tileRows();
    this.tileCols = kernel.tileCols();
    this.m = m;
    this.n = n;
    this.k = k;
    this.beta = beta;
    this.c = c;
    this.cOff = cOff;
    this.cRow = cRow;
  }

  void run(float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, int bCol) {
    int depthMax = Math.min(k, K_BLOCK);
    int mMax = CpuThreads.chunks(Math.min(m, M_BLOCK), tileRows) * tileRows;
    int nMax = CpuThreads.chunks(Math.min(n, N_BLOCK), tileCols) * tileCols;
    float[] ap = Scratch.FLOATS.take(mMax * depthMax);
    float[] bp = Scratch.FLOATS.take(nMax * depthMax);
    for (int j = 0; j < n; j += N_BLOCK) {
      int cols = Math.min(N_BLOCK, n - j);
      for (int p = 0; p < k; p += K_BLOCK) {
        int depth = Math.min(K_BLOCK, k - p);
        packB(cols, depth, b, bOff + p * bRow + j * bCol, bRow, bCol, bp);
        for (int i = 0; i < m; i += M_BLOCK) {
          int rows = Math.min(M_BLOCK, m - i);
          packA(rows, depth, a, aOff + i * aRow + p * aCol, aRow, aCol, ap);
          multiply(rows, cols, depth, ap, bp, p == 0 ? beta : 1f, cOff + i * cRow + j);
        }
      }
    }
    Scratch.FLOATS.give(ap);
    Scratch.FLOATS.give(bp);
  }

  /** Panel after panel of {@code tileCols} columns, each row of a panel contiguous. */
  private void packB(int cols, int depth, float[] b, int bOff, int bRow, int bCol, float[] bp) {
    CpuThreads.parallelFor(
        CpuThreads.chunks(cols, tileCols),
        panel -> {
          int first = panel * tileCols;
          int width = Math.min(tileCols, cols - first);
          int to = panel * tileCols * depth;
          int from = bOff + first * bCol;
          if (bCol == 1) {
            for (int p = 0; p < depth; p++) {
              System.arraycopy(b, from + p * bRow, bp, to + p * tileCols, width);
            }
          } else {
            interleave(width, depth, b, from, bCol, bRow, bp, to, tileCols);
          }
        });
  }

  /** Tile after tile of {@code tileRows} rows, each column of a tile contiguous. */
  private void packA(int rows, int depth, float[] a, int aOff, int aRow, int aCol, float[] ap) {
    CpuThreads.parallelFor(
        CpuThreads.chunks(rows, tileRows),
        tile -> {
          int first = tile * tileRows;
          int height = Math.min(tileRows, rows - first);
          int to = tile * tileRows * depth;
          interleave(height, depth, a, aOff + first * aRow, aRow, aCol, ap, to, tileRows);
        });
  }

  /**
   * Writes lines of {@code depth} elements side by side: element p of line r to {@code p·w + r}.
   */
  static void interleave(
      int lines,
      int depth,
      float[] from,
      int off,
      int line,
      int step,
      float[] into,
      int to,
      int w) {
    int r = 0;
    for (; r <= lines - 4; r += 4) {
      int l0 = off + r * line;
      int l1 = l0 + line;
      int l2 = l1 + line;
      int l3 = l2 + line;
      int at = to + r;
      for (int p = 0; p < depth; p++) {
        into[at] = from[l0];
        into[at + 1] = from[l1];
        into[at + 2] = from[l2];
        into[at + 3] = from[l3];
        at += w;
        l0 += step;
        l1 += step;
        l2 += step;
        l3 += step;
      }
    }
    for (; r < lines; r++) {
      int start = off + r * line;
      for (int p = 0; p < depth; p++) {
        into[to + p * w + r] = from[start + p * step];
      }
    }
  }

  private void multiply(
      int rows, int cols, int depth, float[] ap, float[] bp, float keep, int corner) {
    int taskCols = Math.max(tileCols, TASK_COLS / tileCols * tileCols);
    int across = CpuThreads.chunks(cols, taskCols);
    int down = CpuThreads.chunks(rows, TASK_ROWS);
    CpuThreads.parallelFor(
        across * down,
        task -> {
          int i0 = task / across * TASK_ROWS;
          int j0 = task % across * taskCols;
          int iEnd = Math.min(rows, i0 + TASK_ROWS);
          int jEnd = Math.min(cols, j0 + taskCols);
          for (int j = j0; j < jEnd; j += tileCols) {
            int width = Math.min(tileCols, jEnd - j);
            for (int i = i0; i < iEnd; i += tileRows) {
              kernel.rows(
                  Math.min(tileRows, iEnd - i),
                  width,
                  depth,
                  ap,
                  i * depth,
                  1,
                  tileRows,
                  bp,
                  j * depth,
                  tileCols,
                  keep,
                  c,
                  corner + i * cRow + j,
                  cRow);
            }
          }
        });
  }
}
