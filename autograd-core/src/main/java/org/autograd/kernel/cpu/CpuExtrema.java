package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Raw;

/** Where the largest and smallest elements are: the first of equal ones, and the first NaN wins. */
final class CpuExtrema {
  private CpuExtrema() {}

  /** {@code values} may be null. */
  static void extremum(Tensor values, Tensor indices, Tensor self, long dims, boolean max) {
    Source src = Source.along(self, dims, true);
    int n = src.slices.size;
    long[] at = (long[]) Raw.array(indices);
    int atOffset = (int) Raw.layout(indices).offset();
    Object array = src.array;
    src.run((from, to) -> {
      for (int i = from; i < to; i++) {
        int base = src.slices.base(i);
        at[atOffset + i] = find(src.type, array, base, src.slices.stride, n, max);
      }
    });
    if (values != null) {
      Moves moves = Moves.of(Raw.dtype(values));
      int valuesOffset = (int) Raw.layout(values).offset();
      for (int i = 0; i < src.slices.count; i++) {
        int from = src.slices.base(i) + (int) at[atOffset + i] * src.slices.stride;
        moves.copy(array, from, Raw.array(values), valuesOffset + i);
      }
    }
  }

  private static int find(
      ElementType type, Object array, int base, int stride, int n, boolean max) {
    return switch (array) {
      case float[] a -> max ? max(a, base, stride, n) : min(a, base, stride, n);
      case double[] a -> max ? max(a, base, stride, n) : min(a, base, stride, n);
      default -> integral(type, array, base, stride, n, max);
    };
  }

  private static int max(float[] a, int base, int stride, int n) {
    float best = a[base];
    int at = 0;
    for (int i = 1; i < n && best == best; i++) {
      float v = a[base + i * stride];
      if (v > best || v != v) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static int min(float[] a, int base, int stride, int n) {
    float best = a[base];
    int at = 0;
    for (int i = 1; i < n && best == best; i++) {
      float v = a[base + i * stride];
      if (v < best || v != v) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static int max(double[] a, int base, int stride, int n) {
    double best = a[base];
    int at = 0;
    for (int i = 1; i < n && best == best; i++) {
      double v = a[base + i * stride];
      if (v > best || v != v) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static int min(double[] a, int base, int stride, int n) {
    double best = a[base];
    int at = 0;
    for (int i = 1; i < n && best == best; i++) {
      double v = a[base + i * stride];
      if (v < best || v != v) {
        best = v;
        at = i;
      }
    }
    return at;
  }

  private static int integral(
      ElementType type, Object array, int base, int stride, int n, boolean max) {
    long[] buffer = Lanes.longs(n);
    long best = 0;
    int at = 0;
    for (int j = 0; j < n; j += Lanes.BLOCK) {
      int m = Math.min(Lanes.BLOCK, n - j);
      type.read(array, base + j * stride, stride, m, buffer);
      best = j == 0 ? buffer[0] : best;
      for (int i = 0; i < m; i++) {
        if (max ? buffer[i] > best : buffer[i] < best) {
          best = buffer[i];
          at = j + i;
        }
      }
    }
    return at;
  }
}
