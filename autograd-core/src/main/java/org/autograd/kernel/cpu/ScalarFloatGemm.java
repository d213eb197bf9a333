package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/**
 * The float matrix product in plain Java, and the reference for the vectorised one. Larger products
 * copy eight rows of B at a time into arrays of their own: the just-in-time compiler turns a loop
 * over several arrays into vector code only where all are indexed alike.
 */
@AlsoFor(double.class)
final class ScalarFloatGemm implements FloatGemm {

  private static final int ROWS = 64;
  private static final int COLS = 256;
  private static final int DEPTH = 8;
  private static final int WIDTH = 512;
  private static final int ROWS_WORTH_COPYING = 8;
  private static final int COLS_WORTH_COPYING = 64;

  @Override
  public int tileRows() {
    return ROWS;
  }

  @Override
  public int tileCols() {
    return COLS;
  }

  @Override
  public void rows(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      int aRow,
      int aCol,
      float[] b,
      int bOff,
      int bRow,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    if (m >= ROWS_WORTH_COPYING && n >= COLS_WORTH_COPYING && k >= DEPTH) {
      copied(m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, beta, c, cOff, cRow);
      return;
    }
    int p = 0;
    float keep = beta;
    for (; p <= k - 8; p += 8) {
      for (int i = 0; i < m; i++) {
        int ao = aOff + i * aRow + p * aCol;
        eight(n, a, ao, aCol, b, bOff + p * bRow, bRow, keep, c, cOff + i * cRow);
      }
      keep = 1f;
    }
    for (; p < k; p++) {
      for (int i = 0; i < m; i++) {
        one(n, a[aOff + i * aRow + p * aCol], b, bOff + p * bRow, keep, c, cOff + i * cRow);
      }
      keep = 1f;
    }
  }

  private static void copied(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      int aRow,
      int aCol,
      float[] b,
      int bOff,
      int bRow,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    float[][] lines = new float[DEPTH][Math.min(n, WIDTH)];
    float[] sums = new float[Math.min(n, WIDTH)];
    for (int i = 0; i < m; i++) {
      scale(n, beta, c, cOff + i * cRow);
    }
    int p = 0;
    for (; p <= k - DEPTH; p += DEPTH) {
      for (int j = 0; j < n; j += WIDTH) {
        int width = Math.min(WIDTH, n - j);
        for (int q = 0; q < DEPTH; q++) {
          System.arraycopy(b, bOff + (p + q) * bRow + j, lines[q], 0, width);
        }
        for (int i = 0; i < m; i++) {
          int co = cOff + i * cRow + j;
          System.arraycopy(c, co, sums, 0, width);
          addLines(width, a, aOff + i * aRow + p * aCol, aCol, lines, sums);
          System.arraycopy(sums, 0, c, co, width);
        }
      }
    }
    for (; p < k; p++) {
      for (int i = 0; i < m; i++) {
        one(n, a[aOff + i * aRow + p * aCol], b, bOff + p * bRow, 1f, c, cOff + i * cRow);
      }
    }
  }

  private static void addLines(int n, float[] a, int ao, int aCol, float[][] lines, float[] sums) {
    float s0 = a[ao];
    float s1 = a[ao + aCol];
    float s2 = a[ao + 2 * aCol];
    float s3 = a[ao + 3 * aCol];
    float s4 = a[ao + 4 * aCol];
    float s5 = a[ao + 5 * aCol];
    float s6 = a[ao + 6 * aCol];
    float s7 = a[ao + 7 * aCol];
    float[] l0 = lines[0];
    float[] l1 = lines[1];
    float[] l2 = lines[2];
    float[] l3 = lines[3];
    float[] l4 = lines[4];
    float[] l5 = lines[5];
    float[] l6 = lines[6];
    float[] l7 = lines[7];
    for (int j = 0; j < n; j++) {
      sums[j] +=
          ((s0 * l0[j] + s1 * l1[j]) + (s2 * l2[j] + s3 * l3[j]))
              + ((s4 * l4[j] + s5 * l5[j]) + (s6 * l6[j] + s7 * l7[j]));
    }
  }

  private static void eight(
      int n,
      float[] a,
      int ao,
      int aCol,
      float[] b,
      int b0,
      int bRow,
      float beta,
      float[] c,
      int co) {
    float s0 = a[ao];
    float s1 = a[ao + aCol];
    float s2 = a[ao + 2 * aCol];
    float s3 = a[ao + 3 * aCol];
    float s4 = a[ao + 4 * aCol];
    float s5 = a[ao + 5 * aCol];
    float s6 = a[ao + 6 * aCol];
    float s7 = a[ao + 7 * aCol];
    int b1 = b0 + bRow;
    int b2 = b1 + bRow;
    int b3 = b2 + bRow;
    int b4 = b3 + bRow;
    int b5 = b4 + bRow;
    int b6 = b5 + bRow;
    int b7 = b6 + bRow;
    scale(n, beta, c, co);
    for (int j = 0; j < n; j++) {
      c[co + j] +=
          ((s0 * b[b0 + j] + s1 * b[b1 + j]) + (s2 * b[b2 + j] + s3 * b[b3 + j]))
              + ((s4 * b[b4 + j] + s5 * b[b5 + j]) + (s6 * b[b6 + j] + s7 * b[b7 + j]));
    }
  }

  private static void one(int n, float s, float[] b, int bo, float beta, float[] c, int co) {
    scale(n, beta, c, co);
    for (int j = 0; j < n; j++) {
      c[co + j] += s * b[bo + j];
    }
  }

  private static void scale(int n, float beta, float[] c, int co) {
    if (beta == 0f) {
      for (int j = 0; j < n; j++) {
        c[co + j] = 0f;
      }
    } else if (beta != 1f) {
      for (int j = 0; j < n; j++) {
        c[co + j] *= beta;
      }
    }
  }

  @Override
  public void dots(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      int aRow,
      float[] b,
      int bOff,
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    for (int i = 0; i < m; i++) {
      int co = cOff + i * cRow;
      for (int j = 0; j < n; j++) {
        float sum = dot(k, a, aOff + i * aRow, b, bOff + j * bCol);
        c[co + j] = beta == 0f ? sum : sum + beta * c[co + j];
      }
    }
  }

  private static float dot(int k, float[] a, int ao, float[] b, int bo) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    int p = 0;
    for (; p <= k - 4; p += 4) {
      s0 += a[ao + p] * b[bo + p];
      s1 += a[ao + p + 1] * b[bo + p + 1];
      s2 += a[ao + p + 2] * b[bo + p + 2];
      s3 += a[ao + p + 3] * b[bo + p + 3];
    }
    for (; p < k; p++) {
      s0 += a[ao + p] * b[bo + p];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
