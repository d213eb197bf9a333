package org.autograd.kernel.cpu;

import org.autograd.DType;

/**
 * Moves elements of any dtype between a tensor's array and a buffer of doubles or longs, so that a
 * loop that is not worth writing for every dtype is written for these two.
 */
final class Lanes {
  /** How many elements a buffer holds at most. */
  static final int BLOCK = 1024;

  private Lanes() {}

  /** Makes a buffer for slices of this many elements. */
  static double[] doubles(int size) {
    return new double[Math.min(size, BLOCK)];
  }

  /** Makes a buffer for slices of this many elements. */
  static long[] longs(int size) {
    return new long[Math.min(size, BLOCK)];
  }

  /** Reads {@code n} elements, {@code stride} apart, to the start of the buffer. */
  static void read(Object array, int from, int stride, int n, double[] buffer) {
    switch (array) {
      case float[] a -> {
        if (stride == 1) {
          for (int i = 0; i < n; i++) {
            buffer[i] = a[from + i];
          }
        } else {
          for (int i = 0; i < n; i++) {
            buffer[i] = a[from + i * stride];
          }
        }
      }
      case double[] a -> {
        if (stride == 1 && n > 0) {
          System.arraycopy(a, from, buffer, 0, n);
        } else {
          for (int i = 0; i < n; i++) {
            buffer[i] = a[from + i * stride];
          }
        }
      }
      case int[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride];
        }
      }
      case long[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride];
        }
      }
      case byte[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride] & 0xff;
        }
      }
      default -> throw unknown(array);
    }
  }

  /** Reads {@code n} elements, {@code stride} apart, to the start of the buffer. */
  static void read(Object array, int from, int stride, int n, long[] buffer) {
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = (long) a[from + i * stride];
        }
      }
      case double[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = (long) a[from + i * stride];
        }
      }
      case int[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride];
        }
      }
      case long[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride];
        }
      }
      case byte[] a -> {
        for (int i = 0; i < n; i++) {
          buffer[i] = a[from + i * stride] & 0xff;
        }
      }
      default -> throw unknown(array);
    }
  }

  /** Writes the start of the buffer to {@code n} elements, {@code stride} apart. */
  static void write(double[] buffer, int n, Object array, DType dtype, int to, int stride) {
    switch (array) {
      case float[] a -> {
        for (int i = 0; i < n; i++) {
          a[to + i * stride] = (float) buffer[i];
        }
      }
      case double[] a -> {
        for (int i = 0; i < n; i++) {
          a[to + i * stride] = buffer[i];
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          put(array, dtype, to + i * stride, buffer[i]);
        }
      }
    }
  }

  /** Writes the start of the buffer to {@code n} elements, {@code stride} apart. */
  static void write(long[] buffer, int n, Object array, DType dtype, int to, int stride) {
    for (int i = 0; i < n; i++) {
      put(array, dtype, to + i * stride, buffer[i]);
    }
  }

  /** Writes one element. */
  static void put(Object array, DType dtype, int at, double value) {
    switch (array) {
      case float[] a -> a[at] = (float) value;
      case double[] a -> a[at] = value;
      case int[] a -> a[at] = (int) (long) value;
      case long[] a -> a[at] = (long) value;
      case byte[] a -> a[at] = dtype == DType.BOOL ? (byte) (value != 0 ? 1 : 0) : (byte) value;
      default -> throw unknown(array);
    }
  }

  /** Writes one element. */
  static void put(Object array, DType dtype, int at, long value) {
    switch (array) {
      case float[] a -> a[at] = value;
      case double[] a -> a[at] = value;
      case int[] a -> a[at] = (int) value;
      case long[] a -> a[at] = value;
      case byte[] a -> a[at] = dtype == DType.BOOL ? (byte) (value != 0 ? 1 : 0) : (byte) value;
      default -> throw unknown(array);
    }
  }

  /** Returns one element. */
  static double get(Object array, int at) {
    return switch (array) {
      case float[] a -> a[at];
      case double[] a -> a[at];
      case int[] a -> a[at];
      case long[] a -> a[at];
      case byte[] a -> a[at] & 0xff;
      default -> throw unknown(array);
    };
  }

  private static IllegalStateException unknown(Object array) {
    return new IllegalStateException("no tensor lives in " + array.getClass());
  }
}
