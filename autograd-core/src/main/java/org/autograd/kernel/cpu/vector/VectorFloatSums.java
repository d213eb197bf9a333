package org.autograd.kernel.cpu.vector;

import static org.autograd.kernel.cpu.vector.FloatTiles.S;
import static org.autograd.kernel.cpu.vector.FloatTiles.V;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.autograd.kernel.cpu.FloatSumKernel;
import org.autograd.tensor.AlsoFor;

/** The float sums on the Vector API. */
@AlsoFor(double.class)
public final class VectorFloatSums implements FloatSumKernel {

  /** Made by name, see {@link org.autograd.kernel.cpu.VectorSupport}. */
  public VectorFloatSums() {}

  @Override
  public float sum(float[] a, int off, int n) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    int i = off;
    int end = off + n;
    for (; i <= end - 4 * V; i += 4 * V) {
      s0 = s0.add(FloatVector.fromArray(S, a, i));
      s1 = s1.add(FloatVector.fromArray(S, a, i + V));
      s2 = s2.add(FloatVector.fromArray(S, a, i + 2 * V));
      s3 = s3.add(FloatVector.fromArray(S, a, i + 3 * V));
    }
    for (; i < end; i += V) {
      s0 = s0.add(FloatVector.fromArray(S, a, i, S.indexInRange(i, end)));
    }
    return FloatLanes.sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public float dot(float[] a, int aOff, float[] b, int bOff, int n) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    int i = 0;
    for (; i <= n - 4 * V; i += 4 * V) {
      int p = aOff + i;
      int q = bOff + i;
      s0 = FloatVector.fromArray(S, a, p).fma(FloatVector.fromArray(S, b, q), s0);
      s1 = FloatVector.fromArray(S, a, p + V).fma(FloatVector.fromArray(S, b, q + V), s1);
      s2 = FloatVector.fromArray(S, a, p + 2 * V).fma(FloatVector.fromArray(S, b, q + 2 * V), s2);
      s3 = FloatVector.fromArray(S, a, p + 3 * V).fma(FloatVector.fromArray(S, b, q + 3 * V), s3);
    }
    for (; i < n; i += V) {
      VectorMask<Float> mask = S.indexInRange(i, n);
      FloatVector x = FloatVector.fromArray(S, a, aOff + i, mask);
      s0 = x.fma(FloatVector.fromArray(S, b, bOff + i, mask), s0);
    }
    return FloatLanes.sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public void columns(float[] a, int off, int rows, int cols, int row, float[] out, int outOff) {
    int j = 0;
    for (; j <= cols - 4 * V; j += 4 * V) {
      wide(a, off + j, rows, row, out, outOff + j);
    }
    for (; j < cols; j += V) {
      narrow(a, off + j, rows, row, out, outOff + j, S.indexInRange(j, cols));
    }
  }

  private static void wide(float[] a, int off, int rows, int row, float[] out, int to) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    for (int r = 0; r < rows; r++) {
      int at = off + r * row;
      s0 = s0.add(FloatVector.fromArray(S, a, at));
      s1 = s1.add(FloatVector.fromArray(S, a, at + V));
      s2 = s2.add(FloatVector.fromArray(S, a, at + 2 * V));
      s3 = s3.add(FloatVector.fromArray(S, a, at + 3 * V));
    }
    s0.intoArray(out, to);
    s1.intoArray(out, to + V);
    s2.intoArray(out, to + 2 * V);
    s3.intoArray(out, to + 3 * V);
  }

  private static void narrow(
      float[] a, int off, int rows, int row, float[] out, int to, VectorMask<Float> mask) {
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    int r = 0;
    for (; r <= rows - 2; r += 2) {
      int at = off + r * row;
      s0 = s0.add(FloatVector.fromArray(S, a, at, mask));
      s1 = s1.add(FloatVector.fromArray(S, a, at + row, mask));
    }
    if (r < rows) {
      s0 = s0.add(FloatVector.fromArray(S, a, off + r * row, mask));
    }
    s0.add(s1).intoArray(out, to, mask);
  }
}
