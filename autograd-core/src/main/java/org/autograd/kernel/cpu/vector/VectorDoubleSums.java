package org.autograd.kernel.cpu.vector;

import static org.autograd.kernel.cpu.vector.DoubleTiles.S;
import static org.autograd.kernel.cpu.vector.DoubleTiles.V;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import org.autograd.kernel.cpu.DoubleSumKernel;

/** The double sums on the Vector API. */
public final class VectorDoubleSums implements DoubleSumKernel {

  /** Made by name, see {@link org.autograd.kernel.cpu.VectorSupport}. */
  public VectorDoubleSums() {}

  @Override
  public double sum(double[] a, int off, int n) {
    DoubleVector s0 = DoubleVector.zero(S);
    DoubleVector s1 = DoubleVector.zero(S);
    DoubleVector s2 = DoubleVector.zero(S);
    DoubleVector s3 = DoubleVector.zero(S);
    int i = off;
    int end = off + n;
    for (; i <= end - 4 * V; i += 4 * V) {
      s0 = s0.add(DoubleVector.fromArray(S, a, i));
      s1 = s1.add(DoubleVector.fromArray(S, a, i + V));
      s2 = s2.add(DoubleVector.fromArray(S, a, i + 2 * V));
      s3 = s3.add(DoubleVector.fromArray(S, a, i + 3 * V));
    }
    for (; i < end; i += V) {
      s0 = s0.add(DoubleVector.fromArray(S, a, i, S.indexInRange(i, end)));
    }
    return DoubleLanes.sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public double dot(double[] a, int aOff, double[] b, int bOff, int n) {
    DoubleVector s0 = DoubleVector.zero(S);
    DoubleVector s1 = DoubleVector.zero(S);
    DoubleVector s2 = DoubleVector.zero(S);
    DoubleVector s3 = DoubleVector.zero(S);
    int i = 0;
    for (; i <= n - 4 * V; i += 4 * V) {
      int p = aOff + i;
      int q = bOff + i;
      s0 = DoubleVector.fromArray(S, a, p).fma(DoubleVector.fromArray(S, b, q), s0);
      s1 = DoubleVector.fromArray(S, a, p + V).fma(DoubleVector.fromArray(S, b, q + V), s1);
      s2 = DoubleVector.fromArray(S, a, p + 2 * V).fma(DoubleVector.fromArray(S, b, q + 2 * V), s2);
      s3 = DoubleVector.fromArray(S, a, p + 3 * V).fma(DoubleVector.fromArray(S, b, q + 3 * V), s3);
    }
    for (; i < n; i += V) {
      VectorMask<Double> mask = S.indexInRange(i, n);
      DoubleVector x = DoubleVector.fromArray(S, a, aOff + i, mask);
      s0 = x.fma(DoubleVector.fromArray(S, b, bOff + i, mask), s0);
    }
    return DoubleLanes.sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public void columns(double[] a, int off, int rows, int cols, int row, double[] out, int outOff) {
    int j = 0;
    for (; j <= cols - 4 * V; j += 4 * V) {
      wide(a, off + j, rows, row, out, outOff + j);
    }
    for (; j < cols; j += V) {
      narrow(a, off + j, rows, row, out, outOff + j, S.indexInRange(j, cols));
    }
  }

  private static void wide(double[] a, int off, int rows, int row, double[] out, int to) {
    DoubleVector s0 = DoubleVector.zero(S);
    DoubleVector s1 = DoubleVector.zero(S);
    DoubleVector s2 = DoubleVector.zero(S);
    DoubleVector s3 = DoubleVector.zero(S);
    for (int r = 0; r < rows; r++) {
      int at = off + r * row;
      s0 = s0.add(DoubleVector.fromArray(S, a, at));
      s1 = s1.add(DoubleVector.fromArray(S, a, at + V));
      s2 = s2.add(DoubleVector.fromArray(S, a, at + 2 * V));
      s3 = s3.add(DoubleVector.fromArray(S, a, at + 3 * V));
    }
    s0.intoArray(out, to);
    s1.intoArray(out, to + V);
    s2.intoArray(out, to + 2 * V);
    s3.intoArray(out, to + 3 * V);
  }

  private static void narrow(
      double[] a, int off, int rows, int row, double[] out, int to, VectorMask<Double> mask) {
    DoubleVector s0 = DoubleVector.zero(S);
    DoubleVector s1 = DoubleVector.zero(S);
    int r = 0;
    for (; r <= rows - 2; r += 2) {
      int at = off + r * row;
      s0 = s0.add(DoubleVector.fromArray(S, a, at, mask));
      s1 = s1.add(DoubleVector.fromArray(S, a, at + row, mask));
    }
    if (r < rows) {
      s0 = s0.add(DoubleVector.fromArray(S, a, off + r * row, mask));
    }
    s0.add(s1).intoArray(out, to, mask);
  }
}
