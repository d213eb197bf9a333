package org.autograd.kernel.cpu.vector;

import static org.autograd.kernel.cpu.vector.FloatTiles.S;
import static org.autograd.kernel.cpu.vector.FloatTiles.V;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.autograd.kernel.cpu.FloatGemm;
import org.autograd.tensor.AlsoFor;

/** The float matrix product on the Vector API, with the widest vectors of the processor. */
@AlsoFor(double.class)
public final class VectorFloatGemm implements FloatGemm {

  /** With vectors of 256 bits there are sixteen registers, and a tile of eight rows would spill. */
  private static final int ROWS = S.vectorBitSize() == 256 ? 4 : 8;

  private static final int COLS = 2 * V;
  private static final int WIDE = 4 * V;

  /** Made by name, see {@link org.autograd.kernel.cpu.VectorSupport}. */
  public VectorFloatGemm() {}

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
    int tiled = m - m % 4;
    if (tiled > 0) {
      strips(tiled, n, k, a, aOff, aRow, aCol, b, bOff, bRow, beta, c, cOff, cRow);
    }
    for (int i = tiled; i < m; i++) {
      row(n, k, a, aOff + i * aRow, aCol, b, bOff, bRow, beta, c, cOff + i * cRow);
    }
  }

  /** A multiple of four rows: strips of columns outside, so that B's strip stays in cache. */
  private static void strips(
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
    int j = 0;
    for (; j <= n - COLS; j += COLS) {
      int i = 0;
      if (ROWS == 8) {
        for (; i <= m - 8; i += 8) {
          int ao = aOff + i * aRow;
          int co = cOff + i * cRow + j;
          FloatTiles.tile8x2(k, a, ao, aRow, aCol, b, bOff + j, bRow, beta, c, co, cRow);
        }
      }
      for (; i < m; i += 4) {
        int ao = aOff + i * aRow;
        int co = cOff + i * cRow + j;
        FloatTiles.tile4x2(k, a, ao, aRow, aCol, b, bOff + j, bRow, beta, c, co, cRow);
      }
    }
    for (; j < n; j += V) {
      VectorMask<Float> mask = S.indexInRange(j, n);
      for (int i = 0; i < m; i += 4) {
        int ao = aOff + i * aRow;
        int co = cOff + i * cRow + j;
        FloatTiles.tile4x1(k, a, ao, aRow, aCol, b, bOff + j, bRow, beta, c, co, cRow, mask);
      }
    }
  }

  private static void row(
      int n,
      int k,
      float[] a,
      int ao,
      int aCol,
      float[] b,
      int bOff,
      int bRow,
      float beta,
      float[] c,
      int co) {
    int j = 0;
    for (; j <= n - WIDE; j += WIDE) {
      FloatTiles.tile1x4(k, a, ao, aCol, b, bOff + j, bRow, beta, c, co + j);
    }
    for (; j < n; j += V) {
      VectorMask<Float> mask = S.indexInRange(j, n);
      FloatTiles.tile1x1(k, a, ao, aCol, b, bOff + j, bRow, beta, c, co + j, mask);
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
      int ao = aOff + i * aRow;
      int co = cOff + i * cRow;
      int j = 0;
      for (; j <= n - 4; j += 4) {
        dot4(k, a, ao, b, bOff + j * bCol, bCol, beta, c, co + j);
      }
      for (; j < n; j++) {
        float sum = dot(k, a, ao, b, bOff + j * bCol);
        c[co + j] = beta == 0f ? sum : sum + beta * c[co + j];
      }
    }
  }

  private static void dot4(
      int k, float[] a, int ao, float[] b, int b0, int bCol, float beta, float[] c, int co) {
    int b1 = b0 + bCol;
    int b2 = b1 + bCol;
    int b3 = b2 + bCol;
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    int p = 0;
    for (; p <= k - V; p += V) {
      FloatVector x = FloatVector.fromArray(S, a, ao + p);
      s0 = x.fma(FloatVector.fromArray(S, b, b0 + p), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, b1 + p), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, b2 + p), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, b3 + p), s3);
    }
    if (p < k) {
      VectorMask<Float> mask = S.indexInRange(p, k);
      FloatVector x = FloatVector.fromArray(S, a, ao + p, mask);
      s0 = x.fma(FloatVector.fromArray(S, b, b0 + p, mask), s0);
      s1 = x.fma(FloatVector.fromArray(S, b, b1 + p, mask), s1);
      s2 = x.fma(FloatVector.fromArray(S, b, b2 + p, mask), s2);
      s3 = x.fma(FloatVector.fromArray(S, b, b3 + p, mask), s3);
    }
    float d0 = FloatLanes.sum(s0);
    float d1 = FloatLanes.sum(s1);
    float d2 = FloatLanes.sum(s2);
    float d3 = FloatLanes.sum(s3);
    boolean fresh = beta == 0f;
    c[co] = fresh ? d0 : d0 + beta * c[co];
    c[co + 1] = fresh ? d1 : d1 + beta * c[co + 1];
    c[co + 2] = fresh ? d2 : d2 + beta * c[co + 2];
    c[co + 3] = fresh ? d3 : d3 + beta * c[co + 3];
  }

  private static float dot(int k, float[] a, int ao, float[] b, int bo) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    int p = 0;
    for (; p <= k - COLS; p += COLS) {
      s0 = FloatVector.fromArray(S, a, ao + p).fma(FloatVector.fromArray(S, b, bo + p), s0);
      s1 = FloatVector.fromArray(S, a, ao + p + V).fma(FloatVector.fromArray(S, b, bo + p + V), s1);
    }
    for (; p < k; p += V) {
      VectorMask<Float> mask = S.indexInRange(p, k);
      FloatVector x = FloatVector.fromArray(S, a, ao + p, mask);
      s0 = x.fma(FloatVector.fromArray(S, b, bo + p, mask), s0);
    }
    return FloatLanes.sum(s0.add(s1));
  }
}
