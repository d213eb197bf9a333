package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Raw;

/**
 * Stable sorting of slices. NaN counts as the largest number, the two zeros as equal.
 *
 * <p>Elements become integer keys in the same order. A key of 32 bits is sorted together with its
 * position in one long; keys of 64 bits go through a merge sort that carries the positions along.
 */
final class CpuSort {
  private static final int RUN = 16;

  private CpuSort() {}

  /** {@code values} may be null. */
  static void sort(Tensor values, Tensor indices, Tensor self, int dim, boolean descending) {
    Source src = Source.along(self, dim);
    Source at = Source.along(indices, dim);
    Source dst = values == null ? null : Source.along(values, dim);
    int n = src.slices.size;
    Moves moves = Moves.of(Raw.dtype(self));
    src.run((from, to) -> {
      long[] keys = new long[n];
      int[] order = new int[n];
      long[] positions = new long[n];
      for (int i = from; i < to; i++) {
        int base = src.slices.base(i);
        int stride = src.slices.stride;
        order(src.array, src.type, base, stride, n, descending, keys, order);
        for (int j = 0; j < n; j++) {
          positions[j] = order[j];
          order[j] *= stride;
        }
        at.type.write(positions, n, at.array, at.slices.base(i), at.slices.stride);
        if (dst != null) {
          int into = dst.slices.base(i);
          moves.take(src.array, base, order, n, dst.array, into, dst.slices.stride);
        }
      }
    });
  }

  private static void order(
      Object array,
      ElementType type,
      int base,
      int stride,
      int n,
      boolean descending,
      long[] keys,
      int[] order) {
    boolean wide = type.bytes() == Long.BYTES;
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          int bits = Float.floatToIntBits(a[base + i * stride] + 0f);
          keys[i] = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        }
      }
      case double[] a -> {
        for (int i = 0; i < n; i++) {
          long bits = Double.doubleToLongBits(a[base + i * stride] + 0.0);
          keys[i] = bits ^ (bits >> 63 & Long.MAX_VALUE);
        }
      }
      default -> type.read(array, base, stride, n, keys);
    }
    if (descending) {
      for (int i = 0; i < n; i++) {
        keys[i] = ~keys[i];
      }
    }
    if (wide) {
      merge(keys, order, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      keys[i] = keys[i] << 32 | i;
    }
    Arrays.sort(keys, 0, n);
    for (int i = 0; i < n; i++) {
      order[i] = (int) keys[i];
    }
  }

  /** Sorts the keys and writes where each came from. */
  private static void merge(long[] keys, int[] order, int n) {
    for (int start = 0; start < n; start += RUN) {
      insertion(keys, order, start, Math.min(n, start + RUN));
    }
    long[] k0 = keys;
    int[] o0 = order;
    long[] k1 = n > RUN ? new long[n] : null;
    int[] o1 = n > RUN ? new int[n] : null;
    for (long width = RUN; width < n; width *= 2) {
      for (long start = 0; start < n; start += 2 * width) {
        int mid = (int) Math.min(n, start + width);
        int end = (int) Math.min(n, start + 2 * width);
        int a = (int) start;
        int b = mid;
        for (int i = a; i < end; i++) {
          int take = a < mid && (b >= end || k0[a] <= k0[b]) ? a++ : b++;
          k1[i] = k0[take];
          o1[i] = o0[take];
        }
      }
      long[] k = k0;
      k0 = k1;
      k1 = k;
      int[] o = o0;
      o0 = o1;
      o1 = o;
    }
    if (o0 != order) {
      System.arraycopy(o0, 0, order, 0, n);
    }
  }

  private static void insertion(long[] keys, int[] order, int from, int to) {
    for (int i = from; i < to; i++) {
      long key = keys[i];
      int j = i;
      for (; j > from && keys[j - 1] > key; j--) {
        keys[j] = keys[j - 1];
        order[j] = order[j - 1];
      }
      keys[j] = key;
      order[j] = i;
    }
  }
}
