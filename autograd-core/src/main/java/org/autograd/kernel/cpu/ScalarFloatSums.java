package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/** The sums in plain Java, and the reference for the vectorised ones. */
@AlsoFor(double.class)
final class ScalarFloatSums implements FloatSumKernel {

  /** So few elements share an accumulator that rounding errors of one sign cannot pile up. */
  private static final int BLOCK = 256;

  @Override
  public float sum(float[] a, int off, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += block(a, off + i, Math.min(BLOCK, n - i));
    }
    return (float) total;
  }

  private static float block(float[] a, int off, int n) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    float s4 = 0f;
    float s5 = 0f;
    float s6 = 0f;
    float s7 = 0f;
    int i = off;
    int end = off + n;
    for (; i <= end - 8; i += 8) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
      s4 += a[i + 4];
      s5 += a[i + 5];
      s6 += a[i + 6];
      s7 += a[i + 7];
    }
    for (; i < end; i++) {
      s0 += a[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  @Override
  public float dot(float[] a, int aOff, float[] b, int bOff, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += block(a, aOff + i, b, bOff + i, Math.min(BLOCK, n - i));
    }
    return (float) total;
  }

  private static float block(float[] a, int aOff, float[] b, int bOff, int n) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    int i = 0;
    for (; i <= n - 4; i += 4) {
      s0 += a[aOff + i] * b[bOff + i];
      s1 += a[aOff + i + 1] * b[bOff + i + 1];
      s2 += a[aOff + i + 2] * b[bOff + i + 2];
      s3 += a[aOff + i + 3] * b[bOff + i + 3];
    }
    for (; i < n; i++) {
      s0 += a[aOff + i] * b[bOff + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void columns(float[] a, int off, int rows, int cols, int row, float[] out, int outOff) {
    System.arraycopy(a, off, out, outOff, cols);
    int r = 1;
    for (; r <= rows - 4; r += 4) {
      int r0 = off + r * row;
      int r1 = r0 + row;
      int r2 = r1 + row;
      int r3 = r2 + row;
      for (int j = 0; j < cols; j++) {
        out[outOff + j] += (a[r0 + j] + a[r1 + j]) + (a[r2 + j] + a[r3 + j]);
      }
    }
    for (; r < rows; r++) {
      int at = off + r * row;
      for (int j = 0; j < cols; j++) {
        out[outOff + j] += a[at + j];
      }
    }
  }
}
