package org.autograd.kernel.cpu;

/** Moves single elements and runs of elements between arrays of equal type, at given positions. */
final class Elements {
  private Elements() {}

  /** Copies one element. */
  static void copy(Object from, int i, Object to, int j) {
    switch (from) {
      case float[] a -> ((float[]) to)[j] = a[i];
      case double[] a -> ((double[]) to)[j] = a[i];
      case int[] a -> ((int[]) to)[j] = a[i];
      case long[] a -> ((long[]) to)[j] = a[i];
      default -> ((byte[]) to)[j] = ((byte[]) from)[i];
    }
  }

  /** {@code to[j + k*step] = from[i + at[k]]} for {@code k} below {@code n}. */
  static void take(Object from, int i, int[] at, int n, Object to, int j, int step) {
    switch (from) {
      case float[] a -> {
        float[] b = (float[]) to;
        for (int k = 0; k < n; k++) {
          b[j + k * step] = a[i + at[k]];
        }
      }
      case double[] a -> {
        double[] b = (double[]) to;
        for (int k = 0; k < n; k++) {
          b[j + k * step] = a[i + at[k]];
        }
      }
      case int[] a -> {
        int[] b = (int[]) to;
        for (int k = 0; k < n; k++) {
          b[j + k * step] = a[i + at[k]];
        }
      }
      case long[] a -> {
        long[] b = (long[]) to;
        for (int k = 0; k < n; k++) {
          b[j + k * step] = a[i + at[k]];
        }
      }
      default -> {
        byte[] a = (byte[]) from;
        byte[] b = (byte[]) to;
        for (int k = 0; k < n; k++) {
          b[j + k * step] = a[i + at[k]];
        }
      }
    }
  }

  /** {@code to[j + at[k]] = from[i + k*step]} for {@code k} below {@code n}, in this order. */
  static void put(Object from, int i, int step, Object to, int j, int[] at, int n) {
    switch (from) {
      case float[] a -> {
        float[] b = (float[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] = a[i + k * step];
        }
      }
      case double[] a -> {
        double[] b = (double[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] = a[i + k * step];
        }
      }
      case int[] a -> {
        int[] b = (int[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] = a[i + k * step];
        }
      }
      case long[] a -> {
        long[] b = (long[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] = a[i + k * step];
        }
      }
      default -> {
        byte[] a = (byte[]) from;
        byte[] b = (byte[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] = a[i + k * step];
        }
      }
    }
  }

  /**
   * {@code to[j + at[k]] += from[i + k*step]} for {@code k} below {@code n}, in this order.
   *
   * @param or whether the bytes are truth values, whose sum is their disjunction
   */
  static void add(Object from, int i, int step, Object to, int j, int[] at, int n, boolean or) {
    switch (from) {
      case float[] a -> {
        float[] b = (float[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] += a[i + k * step];
        }
      }
      case double[] a -> {
        double[] b = (double[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] += a[i + k * step];
        }
      }
      case int[] a -> {
        int[] b = (int[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] += a[i + k * step];
        }
      }
      case long[] a -> {
        long[] b = (long[]) to;
        for (int k = 0; k < n; k++) {
          b[j + at[k]] += a[i + k * step];
        }
      }
      default -> {
        byte[] a = (byte[]) from;
        byte[] b = (byte[]) to;
        for (int k = 0; k < n; k++) {
          int t = b[j + at[k]];
          b[j + at[k]] = (byte) (or ? t | a[i + k * step] : t + a[i + k * step]);
        }
      }
    }
  }
}
