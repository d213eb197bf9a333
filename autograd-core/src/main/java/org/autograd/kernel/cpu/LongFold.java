package org.autograd.kernel.cpu;

/** The reductions of integers to one number; overflow wraps around. */
enum LongFold {
  SUM(0),
  PROD(1),
  MAX(Long.MIN_VALUE),
  MIN(Long.MAX_VALUE);

  /** The result for no elements. */
  final long start;

  LongFold(long start) {
    this.start = start;
  }

  /** Returns the result for what was taken before and the first {@code n} elements of a buffer. */
  long take(long before, long[] a, int n) {
    long t = before;
    switch (this) {
      case SUM -> {
        for (int i = 0; i < n; i++) {
          t += a[i];
        }
      }
      case PROD -> {
        for (int i = 0; i < n; i++) {
          t *= a[i];
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          t = Math.max(t, a[i]);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          t = Math.min(t, a[i]);
        }
      }
    }
    return t;
  }
}
