package org.autograd.kernel.cpu;

import org.autograd.tensor.AlsoFor;

/**
 * One float matrix product: brings its operands into a form that {@link FloatGemm} takes, and
 * splits large ones over {@link CpuThreads}. Which form and which split is decided by sizes and
 * strides alone; no split divides the sum over k, so no bit depends on the number of threads.
 */
@AlsoFor(double.class)
final class FloatProduct {

  private static final FloatGemm KERNEL =
      VectorSupport.load(FloatGemm.class, "org.autograd.kernel.cpu.vector.VectorFloatGemm")
          .orElseGet(ScalarFloatGemm::new);

  /** Sums over k are cut here, which bounds rounding error and the size of a packed panel. */
  private static final int K_BLOCK = 2048;

  /** A matrix B of at most this many elements stays in the second-level cache without packing. */
  private static final int UNPACKED = 128 * 1024;

  private final FloatGemm kernel;
  private final int m;
  private final int n;
  private final int k;
  private final float[] a;
  private final int aOff;
  private final int aRow;
  private final int aCol;
  private final float[] b;
  private final int bOff;
  private final int bRow;
  private final int bCol;
  private final float beta;
  private final float[] c;
  private final int cOff;
  private final int cRow;

  private FloatProduct(
      FloatGemm kernel,
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
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    this.kernel = kernel;
    this.m = m;
    this.n = n;
    this.k = k;
    this.a = a;
    this.aOff = aOff;
    this.aRow = aRow;
    this.aCol = aCol;
    this.b = b;
    this.bOff = bOff;
    this.bRow = bRow;
    this.bCol = bCol;
    this.beta = beta;
    this.c = c;
    this.cOff = cOff;
    this.cRow = cRow;
  }

  static void run(
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
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    run(KERNEL, m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
  }

  /** All sizes at least 1. Small products take the direct way here, without an allocation. */
  static void run(
      FloatGemm kernel,
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
      int bCol,
      float beta,
      float[] c,
      int cOff,
      int cRow) {
    if (n == 1 && m > 1 && cRow == 1) {
      // A column is the transpose of a row: (A·b)ᵀ = bᵀ·Aᵀ.
      run(kernel, 1, m, k, b, bOff, bCol, bRow, a, aOff, aCol, aRow, beta, c, cOff, m);
      return;
    }
    boolean direct = (long) m * n * k <= Partition.SERIAL_WORK && k <= K_BLOCK;
    if (direct && (bCol == 1 || n == 1) && (n > 1 || bRow != 1 || aCol != 1)) {
      kernel.rows(m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, beta, c, cOff, cRow);
    } else if (direct && m < 4 && bRow == 1 && aCol == 1) {
      kernel.dots(m, n, k, a, aOff, aRow, b, bOff, bCol, beta, c, cOff, cRow);
    } else {
      new FloatProduct(
              kernel, m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow)
          .general();
    }
  }

  private void general() {
    boolean contiguousRows = bCol == 1 || n == 1;
    boolean contiguousColumns = bRow == 1 || k == 1;
    boolean smallB = (long) n * k <= UNPACKED;
    if (m < 4 && contiguousColumns && (n > 1 || aCol == 1) && !(contiguousRows && n > 1)) {
      dots();
    } else if (contiguousRows && (smallB || m < Partition.FEW_ROWS)) {
      rows(b, bOff, bRow);
    } else if (smallB) {
      float[] copy = Scratch.FLOATS.take(n * k);
      PackedFloatProduct.interleave(n, k, b, bOff, bCol, bRow, copy, 0, n);
      rows(copy, 0, n);
      Scratch.FLOATS.give(copy);
    } else {
      new PackedFloatProduct(kernel, m, n, k, beta, c, cOff, cRow)
          .run(a, aOff, aRow, aCol, b, bOff, bRow, bCol);
    }
  }

  /** B's rows are contiguous: split by rows, or by columns where there are few rows. */
  private void rows(float[] from, int fromOff, int fromRow) {
    Partition parts = Partition.of(m, n, k);
    for (int p = 0; p < k; p += K_BLOCK) {
      int depth = Math.min(K_BLOCK, k - p);
      int ap = aOff + p * aCol;
      int bp = fromOff + p * fromRow;
      float keep = p == 0 ? beta : 1f;
      CpuThreads.parallelFor(
          parts.count(),
          part -> {
            int i = parts.row(part);
            int j = parts.col(part);
            kernel.rows(
                parts.rows(part),
                parts.cols(part),
                depth,
                a,
                ap + i * aRow,
                aRow,
                aCol,
                from,
                bp + j,
                fromRow,
                keep,
                c,
                cOff + i * cRow + j,
                cRow);
          });
    }
  }

  /** B's columns are contiguous and there are few rows: dot products, split by columns. */
  private void dots() {
    float[] left = a;
    int start = aOff;
    int step = aRow;
    if (aCol != 1 && k > 1) {
      left = Scratch.FLOATS.take(m * k);
      for (int i = 0; i < m; i++) {
        for (int p = 0; p < k; p++) {
          left[i * k + p] = a[aOff + i * aRow + p * aCol];
        }
      }
      start = 0;
      step = k;
    }
    float[] rowsOfA = left;
    int rowStep = step;
    Partition parts = Partition.of(m, n, k);
    for (int p = 0; p < k; p += K_BLOCK) {
      int depth = Math.min(K_BLOCK, k - p);
      int ap = start + p;
      int bp = bOff + p;
      float keep = p == 0 ? beta : 1f;
      CpuThreads.parallelFor(
          parts.count(),
          part -> {
            int i = parts.row(part);
            int j = parts.col(part);
            kernel.dots(
                parts.rows(part),
                parts.cols(part),
                depth,
                rowsOfA,
                ap + i * rowStep,
                rowStep,
                b,
                bp + j * bCol,
                bCol,
                keep,
                c,
                cOff + i * cRow + j,
                cRow);
          });
    }
    if (left != a) {
      Scratch.FLOATS.give(left);
    }
  }
}
