package org.autograd.kernel.cpu;

/** A reduction of a slice to one number, fed block by block. Used by one thread at a time. */
abstract class Fold {
  /** Starts a slice. */
  abstract void begin();

  /** Takes {@code n} more elements. */
  abstract void take(double[] a, int from, int n);

  /** Returns the result for all that was taken since {@link #begin}. */
  abstract double end();

  /** A sum whose error does not grow with the number of elements in practice. */
  static final class Sum extends Fold {
    private double total;

    @Override
    void begin() {
      total = 0;
    }

    @Override
    void take(double[] a, int from, int n) {
      total += sum(a, from, n);
    }

    @Override
    double end() {
      return total;
    }

    static double sum(double[] a, int from, int n) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      int i = from;
      int end = from + n;
      for (; i <= end - 4; i += 4) {
        s0 += a[i];
        s1 += a[i + 1];
        s2 += a[i + 2];
        s3 += a[i + 3];
      }
      for (; i < end; i++) {
        s0 += a[i];
      }
      return (s0 + s1) + (s2 + s3);
    }
  }

  /** The product. */
  static final class Prod extends Fold {
    private double total;

    @Override
    void begin() {
      total = 1;
    }

    @Override
    void take(double[] a, int from, int n) {
      double t = total;
      for (int i = from; i < from + n; i++) {
        t *= a[i];
      }
      total = t;
    }

    @Override
    double end() {
      return total;
    }
  }

  /** The largest or smallest element; a NaN wins. */
  static final class Extremum extends Fold {
    private final boolean max;
    private double best;

    Extremum(boolean max) {
      this.max = max;
    }

    @Override
    void begin() {
      best = max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    @Override
    void take(double[] a, int from, int n) {
      double b = best;
      if (max) {
        for (int i = from; i < from + n; i++) {
          b = Math.max(b, a[i]);
        }
      } else {
        for (int i = from; i < from + n; i++) {
          b = Math.min(b, a[i]);
        }
      }
      best = b;
    }

    @Override
    double end() {
      return best;
    }
  }

  /** The sum of squared distances from a centre. */
  static final class Squares extends Fold {
    private double total;

    /** The centre. */
    double centre;

    @Override
    void begin() {
      total = 0;
    }

    @Override
    void take(double[] a, int from, int n) {
      double s0 = 0;
      double s1 = 0;
      int i = from;
      int end = from + n;
      for (; i <= end - 2; i += 2) {
        double d0 = a[i] - centre;
        double d1 = a[i + 1] - centre;
        s0 += d0 * d0;
        s1 += d1 * d1;
      }
      if (i < end) {
        double d = a[i] - centre;
        s0 += d * d;
      }
      total += s0 + s1;
    }

    @Override
    double end() {
      return total;
    }
  }

  /** The sum of the exponentials of the distances from a centre. */
  static final class Exponentials extends Fold {
    private double total;

    /** The centre. */
    double centre;

    @Override
    void begin() {
      total = 0;
    }

    @Override
    void take(double[] a, int from, int n) {
      double t = 0;
      for (int i = from; i < from + n; i++) {
        t += Math.exp(a[i] - centre);
      }
      total += t;
    }

    @Override
    double end() {
      return total;
    }
  }

  /** How many elements are not zero; NaN is not zero. */
  static final class Count extends Fold {
    private long total;

    @Override
    void begin() {
      total = 0;
    }

    @Override
    void take(double[] a, int from, int n) {
      int t = 0;
      for (int i = from; i < from + n; i++) {
        t += a[i] != 0 ? 1 : 0;
      }
      total += t;
    }

    @Override
    double end() {
      return total;
    }
  }
}
