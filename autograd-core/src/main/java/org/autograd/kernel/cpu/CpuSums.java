package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Sums of floats over rows and over columns. Both add in double, or in blocks, so the error does
 * not grow with the number of elements in practice.
 */
final class CpuSums {
  /** With at most so many elements, the plainest loop is the fastest. */
  private static final int SMALL = 256;

  private CpuSums() {}

  /**
   * Sums and divides; returns false, having done nothing, if the dtypes are others or the slices
   * are empty or irregular.
   */
  static boolean sum(Tensor out, Tensor self, long dims, double divisor) {
    if (Raw.dtype(self) != Raw.dtype(out) || !Raw.dtype(self).isFloating()) {
      return false;
    }
    Layout layout = Raw.layout(self);
    int at = (int) Raw.layout(out).offset();
    if (Raw.layout(out).numel() == 1 && layout.isContiguous()) {
      int from = (int) layout.offset();
      int n = (int) layout.numel();
      if (Raw.array(self) instanceof float[] a) {
        ((float[]) Raw.array(out))[at] = (float) (Sums.sum(a, from, n) / divisor);
      } else {
        double[] a = (double[]) Raw.array(self);
        ((double[]) Raw.array(out))[at] = Sums.sum(a, from, n) / divisor;
      }
      return true;
    }
    Slices s = Slices.of(layout, dims, false);
    if (s == null || s.size == 0) {
      return false;
    }
    if (s.vertical()) {
      columns(out, self, s, at, divisor);
    } else if (s.count * (long) s.size <= SMALL) {
      small(out, self, s, at, divisor);
    } else {
      rows(out, self, s, at, divisor);
    }
    return true;
  }

  private static void small(Tensor out, Tensor self, Slices s, int at, double divisor) {
    for (int i = 0; i < s.count; i++) {
      int base = s.base(i);
      double total = 0;
      if (Raw.array(self) instanceof float[] a) {
        for (int j = 0; j < s.size; j++) {
          total += a[base + j * s.stride];
        }
        ((float[]) Raw.array(out))[at + i] = (float) (total / divisor);
      } else {
        double[] a = (double[]) Raw.array(self);
        for (int j = 0; j < s.size; j++) {
          total += a[base + j * s.stride];
        }
        ((double[]) Raw.array(out))[at + i] = total / divisor;
      }
    }
  }

  private static void rows(Tensor out, Tensor self, Slices s, int at, double divisor) {
    Object src = Raw.array(self);
    Object dst = Raw.array(out);
    Source.run(
        s.count,
        s.size,
        (from, to) -> {
          if (src instanceof float[] a) {
            float[] b = (float[]) dst;
            for (int i = from; i < to; i++) {
              b[at + i] = (float) (Sums.sum(a, s.base(i), s.size, s.stride) / divisor);
            }
          } else {
            double[] a = (double[]) src;
            double[] b = (double[]) dst;
            for (int i = from; i < to; i++) {
              b[at + i] = Sums.sum(a, s.base(i), s.size, s.stride) / divisor;
            }
          }
        });
  }

  private static void columns(Tensor out, Tensor self, Slices s, int at, double divisor) {
    int n = s.rowSize;
    for (int slice = 0; slice < s.count; slice += n) {
      if (Raw.array(self) instanceof float[] a) {
        float[] b = (float[]) Raw.array(out);
        Sums.columns(a, s.base(slice), s.size, n, s.stride, b, at + slice);
        for (int i = at + slice, end = i + n; i < end && divisor != 1; i++) {
          b[i] = (float) (b[i] / divisor);
        }
      } else {
        double[] b = (double[]) Raw.array(out);
        Sums.columns((double[]) Raw.array(self), s.base(slice), s.size, n, s.stride, b, at + slice);
        for (int i = at + slice, end = i + n; i < end && divisor != 1; i++) {
          b[i] /= divisor;
        }
      }
    }
  }
}
