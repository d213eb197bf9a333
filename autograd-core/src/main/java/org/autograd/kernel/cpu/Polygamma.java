package org.autograd.kernel.cpu;

/**
 * The derivatives of digamma by the Hurwitz zeta function. A zeta factor and a factorial can lie
 * outside of the range of double where their product does not: then they are multiplied by their
 * logarithms, with fewer exact digits.
 */
final class Polygamma {
  /** From here on, plus the order, the asymptotic series is used. */
  private static final double LARGE = 10;

  /** From here on, times the order, the series has one term. */
  private static final double FAR = 0x1p60;

  private static final int MAX_FACTORIAL = 170;

  /** Powers below have lost digits, or are about to. */
  private static final double SMALL = 1e-290;

  /** B₂ₖ / (2k)!, k from 1. */
  private static final double[] EULER_MACLAURIN = {
    0.08333333333333333,
    -0.001388888888888889,
    3.306878306878307e-05,
    -8.267195767195768e-07,
    2.08767569878681e-08,
    -5.284190138687493e-10,
    1.3382536530684679e-11,
    -3.3896802963225827e-13,
    8.586062056277845e-15,
    -2.174868698558062e-16,
    5.5090028283602295e-18,
    -1.3954464685812522e-19
  };

  private Polygamma() {}

  /**
   * The n-th derivative of digamma: (-1)ⁿ⁺¹ n! ζ(n + 1, x) with the Hurwitz zeta function (DLMF
   * 25.11.12), by Euler and Maclaurin's sum (DLMF 25.11.5). At negative x the sum is split where
   * its terms change sign.
   *
   * @param n the order; 0 is digamma itself
   * @param x any number
   * @return at 0, -1, -2, … positive infinity for odd orders and negative infinity for even ones
   * @throws IllegalArgumentException if {@code n} is negative
   */
  static double polygamma(int n, double x) {
    if (n < 0) {
      throw new IllegalArgumentException("polygamma: the order must not be negative, got " + n);
    }
    if (n == 0) {
      return SpecialFunctions.digamma(x);
    }
    if (Double.isNaN(x) || x == Double.NEGATIVE_INFINITY) {
      return Double.NaN;
    }
    double size = x > 0 ? terms(n, x) : left(n, x);
    return n % 2 == 0 ? -size : size;
  }

  /**
   * The same sum for x of zero and less: what lies left of zero is the mirror of positive terms.
   */
  private static double left(int n, double x) {
    double size = -x;
    double below = size - Math.floor(size);
    if (below == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double left = terms(n, below) - terms(n, size + 1);
    return terms(n, 1 - below) + (n % 2 == 0 ? -left : left);
  }

  /** n! times the sum of (q + k)⁻ⁿ⁻¹ over all k from 0, for positive q. */
  private static double terms(int n, double q) {
    if (Double.isInfinite(q)) {
      return 0;
    }
    int s = n + 1;
    if (q > FAR * s) {
      return far(n, q);
    }
    double power = Math.pow(q, -s);
    if (n > MAX_FACTORIAL || power < SMALL || Double.isInfinite(power)) {
      double logarithm = SpecialFunctions.lgamma(n + 1.0) - s * Math.log(q);
      return Math.exp(logarithm) * zeta(s, q, q);
    }
    double factorial = 1;
    for (int i = 2; i <= n; i++) {
      factorial *= i;
    }
    return factorial * zeta(s, q, 1);
  }

  /** The first term of the asymptotic series, (n - 1)! / qⁿ; the others are too small to count. */
  private static double far(int n, double q) {
    double size = 1 / q;
    for (int i = 1; i < n; i++) {
      size *= i / q;
    }
    return size;
  }

  /** The sum of ((q + k) / unit)⁻ˢ over all k from 0, for positive q. */
  private static double zeta(int s, double q, double unit) {
    double sum = 0;
    double a = q;
    while (a < LARGE + s) {
      double term = Math.pow(a / unit, -s);
      sum += term;
      a += 1;
      if (term < sum * 0x1p-70) {
        return sum;
      }
    }
    double power = Math.pow(a / unit, -s);
    double rest = a * power / (s - 1) + 0.5 * power;
    double factor = s * power / a;
    for (int j = 0; j < EULER_MACLAURIN.length; j++) {
      double term = EULER_MACLAURIN[j] * factor;
      rest += term;
      if (Math.abs(term) < 0x1p-60 * rest) {
        break;
      }
      factor *= (s + 2.0 * j + 1) * (s + 2.0 * j + 2) / (a * a);
    }
    return sum + rest;
  }
}
