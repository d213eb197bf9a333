package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** Running sums. */
final class CpuScans {
  private CpuScans() {}

  /** Sums from the start, or from the end if {@code reverse}. */
  static void cumsum(Tensor out, Tensor self, int dim, boolean reverse) {
    Source src = Source.along(self, dim);
    Source dst = Source.along(out, dim);
    boolean floating = Raw.dtype(out).isFloating();
    int n = src.slices.size;
    src.run((from, to) -> {
      double[] doubles = floating ? new double[n] : null;
      long[] longs = floating ? null : new long[n];
      for (int i = from; i < to; i++) {
        int at = src.slices.base(i);
        int into = dst.slices.base(i);
        if (floating) {
          src.type.read(src.array, at, src.slices.stride, n, doubles);
          scan(doubles, n, reverse);
          dst.type.write(doubles, n, dst.array, into, dst.slices.stride);
        } else {
          src.type.read(src.array, at, src.slices.stride, n, longs);
          scan(longs, n, reverse);
          dst.type.write(longs, n, dst.array, into, dst.slices.stride);
        }
      }
    });
  }

  private static void scan(double[] a, int n, boolean reverse) {
    double total = 0;
    for (int i = 0; i < n; i++) {
      int at = reverse ? n - 1 - i : i;
      total += a[at];
      a[at] = total;
    }
  }

  private static void scan(long[] a, int n, boolean reverse) {
    long total = 0;
    for (int i = 0; i < n; i++) {
      int at = reverse ? n - 1 - i : i;
      total += a[at];
      a[at] = total;
    }
  }
}
