package org.autograd.kernel.cpu;

import java.util.Arrays;

/**
 * Adds float32 elements to places that are named several times, in double precision: a float32 sum
 * of ones would stop growing at 2²⁴. The scratch memory is for the places that are named, however
 * many there are besides.
 */
final class FloatAccumulation {
  /** The number of each place's sum. */
  private final int[] slots;

  /** Where the place of each sum is named first. */
  private final int[] first;

  private FloatAccumulation(int[] slots, int[] first) {
    this.slots = slots;
    this.first = first;
  }

  /** Numbers the first {@code n} places; null if none is named twice, as then nothing adds up. */
  static FloatAccumulation of(int[] places, int n) {
    if (n < 2) {
      return null;
    }
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (int k = 0; k < n; k++) {
      min = Math.min(min, places[k]);
      max = Math.max(max, places[k]);
    }
    int[] slots = new int[n];
    int[] first = new int[n];
    long span = (long) max - min + 1;
    int count =
        span <= 4L * n
            ? byPlace(places, n, min, (int) span, slots, first)
            : byHash(places, n, slots, first);
    return count == n ? null : new FloatAccumulation(slots, Arrays.copyOf(first, count));
  }

  private static int byPlace(int[] places, int n, int min, int span, int[] slots, int[] first) {
    int[] known = new int[span];
    int count = 0;
    for (int k = 0; k < n; k++) {
      int at = places[k] - min;
      if (known[at] == 0) {
        first[count] = k;
        known[at] = ++count;
      }
      slots[k] = known[at] - 1;
    }
    return count;
  }

  /** By open addressing; an entry is the number of a sum, plus 1. */
  private static int byHash(int[] places, int n, int[] slots, int[] first) {
    int[] known = new int[Integer.highestOneBit(Math.min(n, 1 << 28)) << 2];
    int mask = known.length - 1;
    int count = 0;
    for (int k = 0; k < n; k++) {
      int at = places[k] * 0x9E3779B9;
      at = (at ^ at >>> 15) & mask;
      while (known[at] != 0 && places[first[known[at] - 1]] != places[k]) {
        at = at + 1 & mask;
      }
      if (known[at] == 0) {
        first[count] = k;
        known[at] = ++count;
      }
      slots[k] = known[at] - 1;
    }
    return count;
  }

  /**
   * {@code to[j + at[k] + row[c]] += from[i + k*step + c]} for all places and all {@code c}, in
   * this order, rounded once.
   *
   * @param at the places that were numbered
   */
  void add(float[] from, int i, int step, float[] to, int j, int[] at, int[] row) {
    int w = row.length;
    double[] sums = new double[first.length * w];
    for (int s = 0; s < first.length; s++) {
      int base = j + at[first[s]];
      for (int c = 0; c < w; c++) {
        sums[s * w + c] = to[base + row[c]];
      }
    }
    for (int k = 0; k < slots.length; k++) {
      int into = slots[k] * w;
      int read = i + k * step;
      for (int c = 0; c < w; c++) {
        sums[into + c] += from[read + c];
      }
    }
    for (int s = 0; s < first.length; s++) {
      int base = j + at[first[s]];
      for (int c = 0; c < w; c++) {
        to[base + row[c]] = (float) sums[s * w + c];
      }
    }
  }
}
