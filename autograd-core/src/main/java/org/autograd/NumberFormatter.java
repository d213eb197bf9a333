package org.autograd;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * One way to print all floating point numbers of a tensor: as integers with a point, with four
 * decimals, or with an exponent when they are very large, very small, or far apart.
 */
final class NumberFormatter {
  private static final int PRECISION = 4;

  private final boolean integers;
  private final boolean scientific;
  private final int width;

  private NumberFormatter(boolean integers, boolean scientific, int width) {
    this.integers = integers;
    this.scientific = scientific;
    this.width = width;
  }

  /** Chooses how to print the values. Zeros, infinities and NaN have no say. */
  static NumberFormatter of(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    boolean integers = true;
    for (double v : values) {
      if (hasSay(v)) {
        min = Math.min(min, Math.abs(v));
        max = Math.max(max, Math.abs(v));
        integers &= v == Math.rint(v);
      }
    }
    if (max == 0) {
      return new NumberFormatter(true, false, 1);
    }
    boolean scientific = max / min > 1000 || max > 1e8 || !integers && min < 1e-4;
    NumberFormatter chosen = new NumberFormatter(integers, scientific, 1);
    int width = 1;
    for (double v : values) {
      if (hasSay(v)) {
        width = Math.max(width, chosen.format(v).length());
      }
    }
    return new NumberFormatter(integers, scientific, width);
  }

  private static boolean hasSay(double v) {
    return v != 0 && Double.isFinite(v);
  }

  /** Returns the width that the widest finite number needs. */
  int width() {
    return width;
  }

  /** Prints one number, not padded. */
  String format(double v) {
    if (Double.isNaN(v)) {
      return "nan";
    }
    // The sign bit, so that -0.00001 prints as -0.0000 and -0 as -0.
    String sign = Double.doubleToRawLongBits(v) < 0 ? "-" : "";
    if (Double.isInfinite(v)) {
      return sign + "inf";
    }
    BigDecimal exact = new BigDecimal(Math.abs(v));
    if (scientific) {
      return sign + exponential(exact);
    }
    return integers
        ? sign + exact.setScale(0, RoundingMode.HALF_EVEN).toPlainString() + "."
        : sign + exact.setScale(PRECISION, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String exponential(BigDecimal exact) {
    BigDecimal rounded = exact.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = rounded.signum() == 0 ? 0 : digits.length() - 1 - rounded.scale();
    String shown = (digits + "0".repeat(PRECISION)).substring(0, PRECISION + 1);
    return shown.charAt(0)
        + "."
        + shown.substring(1)
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
