package org.autograd.kernel.cpu;

import org.autograd.AutogradException;
import org.autograd.Scalar;

/** Functions of numbers that the pointwise loops call and {@link Math} does not have. */
final class Scalars {
  private static final double LN_2 = 0.6931471805599453;
  private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;

  private Scalars() {}

  /** Returns 1, -1 or 0, the last also for NaN. */
  static float sign(float x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }

  /** Returns 1, -1 or 0, the last also for NaN. */
  static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }

  /** Cuts off the fraction. */
  static float trunc(float x) {
    return (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
  }

  /** Cuts off the fraction. */
  static double trunc(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  /** Logarithm to base 2, exact for powers of 2. */
  static double log2(double x) {
    if (!(x >= Double.MIN_NORMAL) || x == Double.POSITIVE_INFINITY) {
      return Math.log(x) / LN_2;
    }
    int exponent = Math.getExponent(x);
    double m = Math.scalb(x, -exponent);
    if (m > 1.4142135623730951) {
      m /= 2;
      exponent++;
    }
    return exponent + Math.log(m) / LN_2;
  }

  /** Power of 2. */
  static double exp2(double x) {
    return Math.pow(2, x);
  }

  /** The inverse of the error function; infinite at -1 and 1, NaN beyond. */
  static double erfinv(double y) {
    double a = Math.abs(y);
    if (!(a < 1)) {
      return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
    }
    double log = Math.log1p(-a * a);
    double t = 2 / (Math.PI * 0.147) + log / 2;
    double x = Math.sqrt(Math.sqrt(t * t - log / 0.147) - t);
    for (int i = 0; i < 3; i++) {
      double error = a < 0.5 ? SpecialFunctions.erf(x) - a : (1 - a) - SpecialFunctions.erfc(x);
      double step = error / (TWO_OVER_ROOT_PI * Math.exp(-x * x));
      x -= step / (1 + x * step);
    }
    return Math.copySign(x, y);
  }

  /** Inverse of sinh, without cancellation for small arguments. */
  static double asinh(double x) {
    double a = Math.abs(x);
    if (a > 1e150) {
      return Math.copySign(Math.log(a) + LN_2, x);
    }
    return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
  }

  /** Inverse of cosh; NaN below 1. */
  static double acosh(double x) {
    if (x > 1e150) {
      return Math.log(x) + LN_2;
    }
    double t = x - 1;
    return x < 1 ? Double.NaN : Math.log1p(t + Math.sqrt(t * (x + 1)));
  }

  /** Inverse of tanh; infinite at -1 and 1, NaN beyond. */
  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
  }

  /** Returns {@code x * log(y)}, and 0 where x is 0, unless y is NaN. */
  static double xlogy(double x, double y) {
    return Double.isNaN(y) ? y : x == 0 ? 0 : x * Math.log(y);
  }

  /** Returns {@code log(exp(x) + exp(y))} without overflow. */
  static double logaddexp(double x, double y) {
    if (x == y && Double.isInfinite(x)) {
      return x;
    }
    return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
  }

  /** Power as IEEE 754 has it: a base of 1, and -1 to an infinite power, give 1. */
  static double pow(double base, double exponent) {
    return base == 1 || base == -1 && Double.isInfinite(exponent) ? 1 : Math.pow(base, exponent);
  }

  /** Tells whether float32 makes another, whole number of a number. */
  static boolean isRoundedToWhole(Scalar number) {
    double exact = number.toDouble();
    float rounded = (float) exact;
    return rounded != exact && rounded == Math.rint(rounded);
  }

  /** 1 / (1 + exp(-x)) by the exponential that cannot overflow, so that small results stay. */
  static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  /**
   * Power of integers, modulo the size of a long. A negative power is 0, except of 1 and -1.
   *
   * @param exponent any
   */
  static long pow(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
    }
    long result = 1;
    long square = base;
    for (long e = exponent; e > 0; e >>= 1) {
      if ((e & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  /** Remainder with the sign of the divisor. */
  static float remainder(float x, float y) {
    float r = x % y;
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
  }

  /** Remainder with the sign of the divisor. */
  static double remainder(double x, double y) {
    double r = x % y;
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
  }

  /** Remainder with the sign of the divisor. */
  static int remainder(int x, int y) {
    return Math.floorMod(x, divisor(y));
  }

  /** Remainder with the sign of the divisor. */
  static long remainder(long x, long y) {
    return Math.floorMod(x, divisor(y));
  }

  /** Quotient rounded down, consistent with {@link #remainder(double, double)}. */
  static float floorDiv(float x, float y) {
    return (float) floorDiv((double) x, (double) y);
  }

  /** Quotient rounded down, consistent with {@link #remainder(double, double)}. */
  static double floorDiv(double x, double y) {
    if (y == 0) {
      return x / y;
    }
    double quotient = (x - x % y) / y;
    if (x % y != 0 && (x % y < 0) != (y < 0)) {
      quotient -= 1;
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  /** Quotient rounded down. */
  static int floorDiv(int x, int y) {
    return Math.floorDiv(x, divisor(y));
  }

  /** Quotient rounded down. */
  static long floorDiv(long x, long y) {
    return Math.floorDiv(x, divisor(y));
  }

  private static int divisor(int y) {
    return (int) divisor((long) y);
  }

  private static long divisor(long y) {
    if (y == 0) {
      throw new AutogradException(
          "integer division by zero. Convert to a floating point dtype to get infinity or NaN.");
    }
    return y;
  }
}
