package org.autograd.ops;

/** Special functions by series and recurrences, for references. */
final class ReferenceMath {
  private ReferenceMath() {}

  /** The error function: exp(-x²) times a series without cancellation. */
  static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) > 7) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** The density of the standard normal distribution. */
  static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** The distribution function of the standard normal distribution. */
  static double distribution(double x) {
    return (1 + erf(x / Math.sqrt(2))) / 2;
  }

  /** log |gamma(x)|: Stirling's series far right, and the recurrence back. */
  static double lgamma(double x) {
    double shift = 0;
    while (x < 30) {
      shift += Math.log(Math.abs(x));
      x++;
    }
    double stirling =
        (x - 0.5) * Math.log(x)
            - x
            + 0.5 * Math.log(2 * Math.PI)
            + 1 / (12 * x)
            - 1 / (360 * x * x * x)
            + 1 / (1260 * Math.pow(x, 5));
    return stirling - shift;
  }

  /** The logarithmic derivative of gamma. */
  static double digamma(double x) {
    double shift = 0;
    while (x < 30) {
      shift += 1 / x;
      x++;
    }
    double s = 1 / (x * x);
    return Math.log(x) - 1 / (2 * x) - s / 12 + s * s / 120 - s * s * s / 252 - shift;
  }

  /** The n-th derivative of digamma, n from 1: a sum and its Euler-Maclaurin rest. */
  static double polygamma(long n, double x) {
    double sum = 0;
    for (int k = 0; k < 60; k++) {
      sum += Math.pow(x + k, -n - 1);
    }
    double y = x + 60;
    sum += Math.pow(y, -n) / n + Math.pow(y, -n - 1) / 2 + (n + 1) * Math.pow(y, -n - 2) / 12;
    sum -= (n + 1.0) * (n + 2) * (n + 3) * Math.pow(y, -n - 4) / 720;
    double factorial = 1;
    for (int i = 2; i <= n; i++) {
      factorial *= i;
    }
    return (n % 2 == 0 ? -1 : 1) * factorial * sum;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The argument of tanh in the approximation of gelu, and its derivative. */
  static double[] geluInner(double x) {
    double c = Math.sqrt(2 / Math.PI);
    return new double[] {c * (x + 0.044715 * x * x * x), c * (1 + 3 * 0.044715 * x * x)};
  }

  static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(geluInner(x)[0]));
  }

  static double geluTanhSlope(double x) {
    double[] u = geluInner(x);
    double t = Math.tanh(u[0]);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * u[1];
  }

  /** One if true, else zero. */
  static double truth(boolean b) {
    return b ? 1 : 0;
  }
}
