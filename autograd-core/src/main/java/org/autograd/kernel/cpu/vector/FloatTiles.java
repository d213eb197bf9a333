package org.autograd.kernel.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.autograd.tensor.AlsoFor;

/**
 * Register tiles of the float matrix product: each computes a small block of C = A·B + beta·C over
 * the whole of k, adding the products of one element in the order of k. B's rows are contiguous; a
 * tile's name says its rows and its columns in vectors.
 */
@AlsoFor(double.class)
final class FloatTiles {

  static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  static final int V = S.length();

  private FloatTiles() {}

  /** Eight rows, two vectors of columns: sixteen sums in flight. */
  static void tile8x2(
      int k,
      float[] a,
      int ao,
      int aRow,
      int aCol,
      float[] b,
      int bo,
      int bRow,
      float beta,
      float[] c,
      int co,
      int cRow) {
    int a1 = ao + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int a4 = a3 + aRow;
    int a5 = a4 + aRow;
    int a6 = a5 + aRow;
    int a7 = a6 + aRow;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    FloatVector c60 = FloatVector.zero(S);
    FloatVector c61 = FloatVector.zero(S);
    FloatVector c70 = FloatVector.zero(S);
    FloatVector c71 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + V);
      FloatVector s = FloatVector.broadcast(S, a[ao + p * aCol]);
      c00 = s.fma(b0, c00);
      c01 = s.fma(b1, c01);
      s = FloatVector.broadcast(S, a[a1 + p * aCol]);
      c10 = s.fma(b0, c10);
      c11 = s.fma(b1, c11);
      s = FloatVector.broadcast(S, a[a2 + p * aCol]);
      c20 = s.fma(b0, c20);
      c21 = s.fma(b1, c21);
      s = FloatVector.broadcast(S, a[a3 + p * aCol]);
      c30 = s.fma(b0, c30);
      c31 = s.fma(b1, c31);
      s = FloatVector.broadcast(S, a[a4 + p * aCol]);
      c40 = s.fma(b0, c40);
      c41 = s.fma(b1, c41);
      s = FloatVector.broadcast(S, a[a5 + p * aCol]);
      c50 = s.fma(b0, c50);
      c51 = s.fma(b1, c51);
      s = FloatVector.broadcast(S, a[a6 + p * aCol]);
      c60 = s.fma(b0, c60);
      c61 = s.fma(b1, c61);
      s = FloatVector.broadcast(S, a[a7 + p * aCol]);
      c70 = s.fma(b0, c70);
      c71 = s.fma(b1, c71);
      bo += bRow;
    }
    put(c00, beta, c, co);
    put(c01, beta, c, co + V);
    put(c10, beta, c, co + cRow);
    put(c11, beta, c, co + cRow + V);
    put(c20, beta, c, co + 2 * cRow);
    put(c21, beta, c, co + 2 * cRow + V);
    put(c30, beta, c, co + 3 * cRow);
    put(c31, beta, c, co + 3 * cRow + V);
    put(c40, beta, c, co + 4 * cRow);
    put(c41, beta, c, co + 4 * cRow + V);
    put(c50, beta, c, co + 5 * cRow);
    put(c51, beta, c, co + 5 * cRow + V);
    put(c60, beta, c, co + 6 * cRow);
    put(c61, beta, c, co + 6 * cRow + V);
    put(c70, beta, c, co + 7 * cRow);
    put(c71, beta, c, co + 7 * cRow + V);
  }

  /** Four rows, two vectors of columns, for processors with sixteen registers and row tails. */
  static void tile4x2(
      int k,
      float[] a,
      int ao,
      int aRow,
      int aCol,
      float[] b,
      int bo,
      int bRow,
      float beta,
      float[] c,
      int co,
      int cRow) {
    int a1 = ao + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + V);
      FloatVector s = FloatVector.broadcast(S, a[ao + p * aCol]);
      c00 = s.fma(b0, c00);
      c01 = s.fma(b1, c01);
      s = FloatVector.broadcast(S, a[a1 + p * aCol]);
      c10 = s.fma(b0, c10);
      c11 = s.fma(b1, c11);
      s = FloatVector.broadcast(S, a[a2 + p * aCol]);
      c20 = s.fma(b0, c20);
      c21 = s.fma(b1, c21);
      s = FloatVector.broadcast(S, a[a3 + p * aCol]);
      c30 = s.fma(b0, c30);
      c31 = s.fma(b1, c31);
      bo += bRow;
    }
    put(c00, beta, c, co);
    put(c01, beta, c, co + V);
    put(c10, beta, c, co + cRow);
    put(c11, beta, c, co + cRow + V);
    put(c20, beta, c, co + 2 * cRow);
    put(c21, beta, c, co + 2 * cRow + V);
    put(c30, beta, c, co + 3 * cRow);
    put(c31, beta, c, co + 3 * cRow + V);
  }

  /** One row, four vectors of columns. */
  static void tile1x4(
      int k,
      float[] a,
      int ao,
      int aCol,
      float[] b,
      int bo,
      int bRow,
      float beta,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + V);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + 2 * V);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + 3 * V);
      FloatVector s = FloatVector.broadcast(S, a[ao + p * aCol]);
      c00 = s.fma(b0, c00);
      c01 = s.fma(b1, c01);
      c02 = s.fma(b2, c02);
      c03 = s.fma(b3, c03);
      bo += bRow;
    }
    put(c00, beta, c, co);
    put(c01, beta, c, co + V);
    put(c02, beta, c, co + 2 * V);
    put(c03, beta, c, co + 3 * V);
  }

  /** Four rows, at most one vector of columns. */
  static void tile4x1(
      int k,
      float[] a,
      int ao,
      int aRow,
      int aCol,
      float[] b,
      int bo,
      int bRow,
      float beta,
      float[] c,
      int co,
      int cRow,
      VectorMask<Float> mask) {
    int a1 = ao + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo, mask);
      FloatVector s = FloatVector.broadcast(S, a[ao + p * aCol]);
      c00 = s.fma(b0, c00);
      s = FloatVector.broadcast(S, a[a1 + p * aCol]);
      c10 = s.fma(b0, c10);
      s = FloatVector.broadcast(S, a[a2 + p * aCol]);
      c20 = s.fma(b0, c20);
      s = FloatVector.broadcast(S, a[a3 + p * aCol]);
      c30 = s.fma(b0, c30);
      bo += bRow;
    }
    put(c00, beta, c, co, mask);
    put(c10, beta, c, co + cRow, mask);
    put(c20, beta, c, co + 2 * cRow, mask);
    put(c30, beta, c, co + 3 * cRow, mask);
  }

  /** One row, at most one vector of columns. */
  static void tile1x1(
      int k,
      float[] a,
      int ao,
      int aCol,
      float[] b,
      int bo,
      int bRow,
      float beta,
      float[] c,
      int co,
      VectorMask<Float> mask) {
    FloatVector c00 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo, mask);
      FloatVector s = FloatVector.broadcast(S, a[ao + p * aCol]);
      c00 = s.fma(b0, c00);
      bo += bRow;
    }
    put(c00, beta, c, co, mask);
  }

  private static void put(FloatVector sum, float beta, float[] c, int at) {
    if (beta == 0f) {
      sum.intoArray(c, at);
    } else {
      FloatVector.fromArray(S, c, at).mul(beta).add(sum).intoArray(c, at);
    }
  }

  private static void put(FloatVector sum, float beta, float[] c, int at, VectorMask<Float> mask) {
    if (beta == 0f) {
      sum.intoArray(c, at, mask);
    } else {
      FloatVector.fromArray(S, c, at, mask).mul(beta).add(sum).intoArray(c, at, mask);
    }
  }
}
