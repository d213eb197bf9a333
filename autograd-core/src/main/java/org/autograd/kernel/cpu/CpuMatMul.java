package org.autograd.kernel.cpu;

import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Matrix products of tensors of one dtype, by {@link Gemm}. */
final class CpuMatMul {
  private CpuMatMul() {}

  /**
   * {@code out = alpha·a·b + beta·addend}. The product is not read if {@code alpha} is 0.
   *
   * @param addend of out's sizes, or null for none
   */
  static void addmm(Tensor out, Tensor a, Tensor b, Scalar alpha, Tensor addend, Scalar beta) {
    boolean plain = alpha.toDouble() == 1;
    if (alpha.toDouble() == 0) {
      CpuFill.fill(out, Scalar.of(0));
    } else if (addend == null) {
      multiply(out, a, b, 0);
    } else if (plain) {
      copy(out, addend);
      multiply(out, a, b, beta.toDouble());
      return;
    } else {
      multiply(out, a, b, 0);
    }
    if (!plain) {
      combine(out, alpha, addend, beta);
    }
  }

  private static void copy(Tensor out, Tensor addend) {
    Layout from = Raw.layout(addend);
    Layout to = Raw.layout(out);
    if (from.dim() != 2 || from.strides()[0] != 0 || from.strides()[1] != 1) {
      CpuKernels.INSTANCE.copy(out, addend);
      return;
    }
    int n = (int) to.sizes()[1];
    int at = (int) to.offset();
    for (int i = 0; i < to.sizes()[0]; i++) {
      System.arraycopy(Raw.array(addend), (int) from.offset(), Raw.array(out), at + i * n, n);
    }
  }

  private static void combine(Tensor out, Scalar alpha, Tensor addend, Scalar beta) {
    int last = Raw.layout(out).dim() - 1;
    Source dst = Source.along(out, last);
    Source plus = addend == null ? null : Source.along(addend, last);
    int n = dst.slices.size;
    boolean floating = Raw.dtype(out).isFloating();
    double[] x = floating ? new double[n] : null;
    double[] y = floating ? new double[n] : null;
    long[] v = floating ? null : new long[n];
    long[] w = floating ? null : new long[n];
    for (int i = 0; i < dst.slices.count; i++) {
      int at = dst.slices.base(i);
      if (floating) {
        dst.type.read(dst.array, at, 1, n, x);
        if (plus != null) {
          plus.type.read(plus.array, plus.slices.base(i), plus.slices.stride, n, y);
        }
        for (int j = 0; j < n; j++) {
          x[j] = alpha.toDouble() * x[j] + (plus == null ? 0 : beta.toDouble() * y[j]);
        }
        dst.type.write(x, n, dst.array, at, 1);
      } else {
        dst.type.read(dst.array, at, 1, n, v);
        if (plus != null) {
          plus.type.read(plus.array, plus.slices.base(i), plus.slices.stride, n, w);
        }
        for (int j = 0; j < n; j++) {
          v[j] = alpha.toLong() * v[j] + (plus == null ? 0 : beta.toLong() * w[j]);
        }
        dst.type.write(v, n, dst.array, at, 1);
      }
    }
  }

  /** The sum of the products of two vectors. */
  static void dot(Tensor out, Tensor a, Tensor b) {
    Layout la = Raw.layout(a);
    Layout lb = Raw.layout(b);
    int n = (int) la.numel();
    int at = (int) Raw.layout(out).offset();
    int ao = (int) la.offset();
    int bo = (int) lb.offset();
    int as = (int) la.strides()[0];
    int bs = (int) lb.strides()[0];
    switch (Raw.array(a)) {
      case float[] x when as == 1 && bs == 1 ->
          ((float[]) Raw.array(out))[at] = (float) Sums.dot(x, ao, (float[]) Raw.array(b), bo, n);
      case double[] x when as == 1 && bs == 1 ->
          ((double[]) Raw.array(out))[at] = Sums.dot(x, ao, (double[]) Raw.array(b), bo, n);
      default -> {
        Layout one = Layout.contiguous(1, 1);
        Tensor c = Raw.alias(Raw.storage(out), offset(one, at), Raw.dtype(out));
        Layout row = Layout.of(new long[] {1, n}, new long[] {n, as}, ao);
        Layout column = Layout.of(new long[] {n, 1}, new long[] {bs, 1}, bo);
        multiply(
            c,
            Raw.alias(Raw.storage(a), row, Raw.dtype(a)),
            Raw.alias(Raw.storage(b), column, Raw.dtype(b)),
            0);
      }
    }
  }

  private static Layout offset(Layout layout, int offset) {
    return Layout.of(layout.sizes(), layout.strides(), offset);
  }

  /**
   * {@code out = a·b + beta·out} for matrices, or for equally many matrices stacked along dimension
   * 0. The rows of {@code out} are contiguous.
   */
  static void multiply(Tensor out, Tensor a, Tensor b, double beta) {
    Layout lc = Raw.layout(out);
    Layout la = Raw.layout(a);
    Layout lb = Raw.layout(b);
    int d = lc.dim() - 2;
    int m = (int) lc.sizes()[d];
    int n = (int) lc.sizes()[d + 1];
    int k = (int) la.sizes()[d + 1];
    int ar = (int) la.strides()[d];
    int ac = (int) la.strides()[d + 1];
    int br = (int) lb.strides()[d];
    int bc = (int) lb.strides()[d + 1];
    int cr = (int) lc.strides()[d];
    int batches = d == 0 ? 1 : (int) lc.sizes()[0];
    if (batches > 1 && asOne(out, a, b, batches, m, n, k, beta)) {
      return;
    }
    long work = (long) m * n * Math.max(k, 1);
    if (batches == 1 || work * batches < Source.GRAIN || work > 8L * Source.GRAIN) {
      for (int i = 0; i < batches; i++) {
        one(out, a, b, i, m, n, k, ar, ac, br, bc, cr, beta);
      }
      return;
    }
    Source.run(
        batches,
        (int) work,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            one(out, a, b, i, m, n, k, ar, ac, br, bc, cr, beta);
          }
        });
  }

  /**
   * Multiplies equally many matrices in one product, where one side is the same matrix, repeated
   * without a copy: the rows of the other sides are multiplied by it together. A column counts as a
   * row of the transposed product.
   *
   * @return whether strides allow it
   */
  private static boolean asOne(
      Tensor out, Tensor a, Tensor b, int batches, int m, int n, int k, double beta) {
    long[] sa = Raw.layout(a).strides();
    long[] sb = Raw.layout(b).strides();
    long[] sc = Raw.layout(out).strides();
    if (sb[0] == 0 && (m == 1 || sa[0] == m * sa[1] && sc[0] == m * sc[1])) {
      int ar = (int) (m == 1 ? sa[0] : sa[1]);
      int cr = (int) (m == 1 ? sc[0] : sc[1]);
      int rows = batches * m;
      one(out, a, b, 0, rows, n, k, ar, (int) sa[2], (int) sb[1], (int) sb[2], cr, beta);
      return true;
    }
    if (sa[0] == 0 && n == 1 && (m == 1 || sc[1] == 1)) {
      int br = (int) sb[0];
      int cr = (int) sc[0];
      one(out, b, a, 0, batches, m, k, br, (int) sb[1], (int) sa[2], (int) sa[1], cr, beta);
      return true;
    }
    return false;
  }

  private static int start(Layout layout, int batch) {
    long base = layout.offset();
    return (int) (layout.dim() == 2 ? base : base + batch * layout.strides()[0]);
  }

  private static void one(
      Tensor out,
      Tensor a,
      Tensor b,
      int batch,
      int m,
      int n,
      int k,
      int ar,
      int ac,
      int br,
      int bc,
      int cr,
      double beta) {
    int ao = start(Raw.layout(a), batch);
    int bo = start(Raw.layout(b), batch);
    int co = start(Raw.layout(out), batch);
    switch (Raw.array(out)) {
      case float[] c -> {
        float[] x = (float[]) Raw.array(a);
        float[] y = (float[]) Raw.array(b);
        Gemm.sgemm(m, n, k, x, ao, ar, ac, y, bo, br, bc, (float) beta, c, co, cr);
      }
      case double[] c -> {
        double[] x = (double[]) Raw.array(a);
        double[] y = (double[]) Raw.array(b);
        Gemm.dgemm(m, n, k, x, ao, ar, ac, y, bo, br, bc, beta, c, co, cr);
      }
      case int[] c -> {
        int[] x = (int[]) Raw.array(a);
        int[] y = (int[]) Raw.array(b);
        Gemm.igemm(m, n, k, x, ao, ar, ac, y, bo, br, bc, (int) beta, c, co, cr);
      }
      case long[] c -> {
        long[] x = (long[]) Raw.array(a);
        long[] y = (long[]) Raw.array(b);
        Gemm.lgemm(m, n, k, x, ao, ar, ac, y, bo, br, bc, (long) beta, c, co, cr);
      }
      default -> narrow(out, a, b, m, n, k, ao, ar, ac, bo, br, bc, (long) beta, co, cr);
    }
  }

  /** Integers of fewer bits are multiplied as longs; what does not fit wraps around. */
  private static void narrow(
      Tensor out,
      Tensor a,
      Tensor b,
      int m,
      int n,
      int k,
      int ao,
      int ar,
      int ac,
      int bo,
      int br,
      int bc,
      long beta,
      int co,
      int cr) {
    ElementType type = ElementType.of(Raw.dtype(out));
    long[] x = new long[m * k];
    long[] y = new long[k * n];
    long[] c = new long[m * n];
    for (int i = 0; i < m; i++) {
      row(type, Raw.array(a), ao + i * ar, ac, k, x, i * k);
    }
    for (int p = 0; p < k; p++) {
      row(type, Raw.array(b), bo + p * br, bc, n, y, p * n);
    }
    for (int i = 0; i < m && beta != 0; i++) {
      row(type, Raw.array(out), co + i * cr, 1, n, c, i * n);
    }
    Gemm.lgemm(m, n, k, x, 0, k, 1, y, 0, n, 1, beta, c, 0, n);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        type.put(Raw.array(out), co + i * cr + j, c[i * n + j]);
      }
    }
  }

  private static void row(
      ElementType type, Object from, int at, int step, int n, long[] to, int start) {
    for (int i = 0; i < n; i++) {
      to[start + i] = type.getLong(from, at + i * step);
    }
  }
}
