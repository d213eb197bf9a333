package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.tensor.AlsoFor;

/**
 * The float part of {@link Sums}: cuts a sum into blocks of a fixed size, adds the elements of a
 * block in their own type and the blocks in double, in order. Large sums run over {@link
 * CpuThreads}.
 */
@AlsoFor(double.class)
final class FloatSums {

  private static final FloatSumKernel KERNEL =
      VectorSupport.load(FloatSumKernel.class, "org.autograd.kernel.cpu.vector.VectorFloatSums")
          .orElseGet(ScalarFloatSums::new);

  /** A block; its rounding error stays near one rounding because many accumulators share it. */
  private static final int BLOCK = 4096;

  /** What one chunk of a parallel sum covers; a whole number of blocks. */
  private static final int CHUNK = 32 * BLOCK;

  private static final int ROW_BLOCK = 64;

  /** So many rows are still added without blocks, and so without an allocation. */
  private static final int FEW_ROWS = 256;

  private static final int COL_CHUNK = 256;

  private FloatSums() {}

  /** Adds up one chunk of a sum that is cut into chunks. */
  @FunctionalInterface
  private interface Part {
    double sum(int from, int n);
  }

  private static double chunked(int n, Part part) {
    if (n <= CHUNK) {
      return part.sum(0, n);
    }
    double[] sums = new double[CpuThreads.chunks(n, CHUNK)];
    CpuThreads.parallelFor(
        sums.length, i -> sums[i] = part.sum(i * CHUNK, Math.min(CHUNK, n - i * CHUNK)));
    double total = 0;
    for (double s : sums) {
      total += s;
    }
    return total;
  }

  static double sum(FloatSumKernel kernel, float[] a, int off, int n) {
    if (n <= BLOCK) {
      return kernel.sum(a, off, n);
    }
    return chunked(
        n,
        (from, count) -> {
          double total = 0;
          for (int i = from, end = from + count; i < end; i += BLOCK) {
            total += kernel.sum(a, off + i, Math.min(BLOCK, end - i));
          }
          return total;
        });
  }

  static double sum(float[] a, int off, int n) {
    return sum(KERNEL, a, off, n);
  }

  static double strided(float[] a, int off, int n, int stride) {
    if (stride == 1) {
      return sum(a, off, n);
    }
    return chunked(
        n,
        (from, count) -> {
          double s0 = 0;
          double s1 = 0;
          int i = from;
          int end = from + count;
          for (; i < end - 1; i += 2) {
            s0 += a[off + i * stride];
            s1 += a[off + (i + 1) * stride];
          }
          return i < end ? s0 + s1 + a[off + i * stride] : s0 + s1;
        });
  }

  static double dot(FloatSumKernel kernel, float[] a, int aOff, float[] b, int bOff, int n) {
    if (n <= BLOCK) {
      return kernel.dot(a, aOff, b, bOff, n);
    }
    return chunked(
        n,
        (from, count) -> {
          double total = 0;
          for (int i = from, end = from + count; i < end; i += BLOCK) {
            total += kernel.dot(a, aOff + i, b, bOff + i, Math.min(BLOCK, end - i));
          }
          return total;
        });
  }

  static double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    return dot(KERNEL, a, aOff, b, bOff, n);
  }

  static void columns(float[] a, int off, int rows, int cols, int row, float[] out, int outOff) {
    columns(KERNEL, a, off, rows, cols, row, out, outOff);
  }

  static void columns(
      FloatSumKernel kernel,
      float[] a,
      int off,
      int rows,
      int cols,
      int row,
      float[] out,
      int outOff) {
    if (rows <= 0) {
      Arrays.fill(out, outOff, outOff + Math.max(0, cols), 0f);
    } else if (rows <= FEW_ROWS && (long) rows * cols <= CHUNK) {
      kernel.columns(a, off, rows, cols, row, out, outOff);
    } else if (rows <= FEW_ROWS || cols >= 4 * COL_CHUNK) {
      CpuThreads.parallelFor(
          CpuThreads.chunks(cols, COL_CHUNK),
          chunk -> {
            int j = chunk * COL_CHUNK;
            int width = Math.min(COL_CHUNK, cols - j);
            double[] sums = new double[width];
            addRows(kernel, a, off + j, rows, width, row, sums, 0);
            narrow(sums, 1, width, out, outOff + j);
          });
    } else if (cols > 0) {
      int each = CpuThreads.chunks(Math.max(1, CHUNK / cols), ROW_BLOCK) * ROW_BLOCK;
      int chunks = CpuThreads.chunks(rows, each);
      double[] sums = new double[chunks * cols];
      CpuThreads.parallelFor(
          chunks,
          chunk -> {
            int r = chunk * each;
            int height = Math.min(each, rows - r);
            addRows(kernel, a, off + r * row, height, cols, row, sums, chunk * cols);
          });
      narrow(sums, chunks, cols, out, outOff);
    }
  }

  private static void addRows(
      FloatSumKernel kernel,
      float[] a,
      int off,
      int rows,
      int cols,
      int row,
      double[] sums,
      int at) {
    float[] block = new float[cols];
    for (int r = 0; r < rows; r += ROW_BLOCK) {
      kernel.columns(a, off + r * row, Math.min(ROW_BLOCK, rows - r), cols, row, block, 0);
      for (int j = 0; j < cols; j++) {
        sums[at + j] += block[j];
      }
    }
  }

  /** Adds {@code count} rows of partial sums, in order. */
  private static void narrow(double[] sums, int count, int cols, float[] out, int outOff) {
    for (int chunk = 1; chunk < count; chunk++) {
      for (int j = 0; j < cols; j++) {
        sums[j] += sums[chunk * cols + j];
      }
    }
    for (int j = 0; j < cols; j++) {
      out[outOff + j] = (float) sums[j];
    }
  }
}
