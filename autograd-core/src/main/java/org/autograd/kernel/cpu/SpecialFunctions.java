package org.autograd.kernel.cpu;

/**
 * Special functions of a real double. Relative errors are near 1e-15 to 1e-14, except in the
 * immediate neighbourhood of a zero at negative arguments, where the absolute error is as small.
 * NaN gives NaN.
 */
public final class SpecialFunctions {

  private static final double HALF_LOG_TWO_PI = 0.91893853320467274178;

  /** From here on the asymptotic series are used. */
  private static final double LARGE = 10;

  private static final double DIGAMMA_ZERO = 1.4616321449683622;
  private static final double DIGAMMA_ZERO_REST = 9.549995429965697e-17;
  private static final double NEAR_ZERO = 0.4;

  /** Coefficients of log Γ(2 + z): 1 - γ, then (-1)ᵏ(ζ(k) - 1)/k. */
  private static final double[] LGAMMA = {
    0.0,
    0.42278433509846713,
    0.3224670334241132,
    -0.0673523010531981,
    0.020580808427784546,
    -0.007385551028673986,
    0.0028905103307415234,
    -0.001192753911703261,
    0.0005096695247430425,
    -0.00022315475845357939,
    9.945751278180853e-05,
    -4.492623673813314e-05,
    2.050721277567069e-05,
    -9.439488275268397e-06,
    4.374866789907488e-06,
    -2.039215753801366e-06,
    9.55141213040742e-07,
    -4.492469198764566e-07,
    2.1207184805554665e-07,
    -1.0043224823968099e-07,
    4.7698101693639804e-08,
    -2.2711094608943164e-08,
    1.0838659214896955e-08,
    -5.183475041970047e-09,
    2.4836745438024785e-09,
    -1.1921401405860912e-09,
    5.731367241678862e-10,
    -2.7595228851242334e-10,
    1.330476437424449e-10,
    -6.4229645638381e-11,
    3.1044247747322276e-11
  };

  /** B₂ₖ / (2k(2k - 1)), k from 1. */
  private static final double[] STIRLING = {
    0.08333333333333333,
    -0.002777777777777778,
    0.0007936507936507937,
    -0.0005952380952380953,
    0.0008417508417508417,
    -0.0019175269175269176,
    0.00641025641025641,
    -0.029550653594771242,
    0.17964437236883057
  };

  /** Taylor coefficients of digamma about its positive zero: ψ⁽ⁿ⁾(x₀)/n!, n from 1. */
  private static final double[] DIGAMMA_TAYLOR = {
    0.9676722454476212,
    -0.4427631689835921,
    0.258499760955651,
    -0.16394270544240652,
    0.10782405069126237,
    -0.07219956125645471,
    0.04880428816414311,
    -0.03316112647484736,
    0.022597648232218104,
    -0.01542476590494896,
    0.010538791616612175,
    -0.007204534386356869,
    0.004926781395729853,
    -0.003369801655439328,
    0.002305126326734928,
    -0.0015769367714301972,
    0.0010788252019162967,
    -0.0007380709389960052,
    0.000504953265834602,
    -0.0003454680251063077,
    0.00023635601564027053,
    -0.00016170622091974803,
    0.0001106337276874741,
    -7.569179582195066e-05,
    5.178575795222081e-05,
    -3.5430070947659604e-05,
    2.424006611860132e-05
  };

  /** B₂ₖ / 2k, k from 1. */
  private static final double[] DIGAMMA_SERIES = {
    0.08333333333333333,
    -0.008333333333333333,
    0.003968253968253968,
    -0.004166666666666667,
    0.007575757575757576,
    -0.021092796092796094,
    0.08333333333333333,
    -0.4432598039215686,
    3.0539543302701198
  };

  private SpecialFunctions() {}

  /**
   * The error function, 2/√π ∫₀ˣ exp(-t²) dt, by fdlibm's rational approximations.
   *
   * @param x any number
   * @return a value in [-1, 1]
   */
  public static double erf(double x) {
    return ErrorFunction.erf(x);
  }

  /**
   * The complementary error function 1 - erf(x), accurate also where it is tiny, by fdlibm's
   * rational approximations.
   *
   * @param x any number
   * @return a value in [0, 2]
   */
  public static double erfc(double x) {
    return ErrorFunction.erfc(x);
  }

  /**
   * The logarithm of |Γ(x)|. Near 1 and 2, where it is zero, by its Taylor series (DLMF 5.7.3); in
   * between by recurrence; for large x by Stirling's series (DLMF 5.11.1); for negative x by
   * reflection (DLMF 5.5.3).
   *
   * @param x any number
   * @return infinity at the poles 0, -1, -2, … and at both infinities
   */
  public static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.rint(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < 0) {
      double sine = Math.abs(Math.sin(Math.PI * (x - Math.rint(x))));
      return Math.abs(x) < 0x1p-60 ? -Math.log(-x) : Math.log(Math.PI / sine) - lgamma(1 - x);
    }
    if (x < 0.5) {
      return lgammaNearTwo(x) - Math.log1p(x) - Math.log(x);
    }
    if (x < 1.5) {
      return lgammaNearTwo(x - 1) - Math.log1p(x - 1);
    }
    if (x < LARGE) {
      double product = 1;
      double y = x;
      while (y > 2.5) {
        y -= 1;
        product *= y;
      }
      return Math.log(product) + lgammaNearTwo(y - 2);
    }
    double inverse = 1 / x;
    double series = inverse * ErrorFunction.polynomial(STIRLING, inverse * inverse);
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series;
  }

  /** log Γ(2 + z) for |z| up to 1/2. */
  private static double lgammaNearTwo(double z) {
    return ErrorFunction.polynomial(LGAMMA, z);
  }

  /**
   * The digamma function ψ(x) = Γ'(x)/Γ(x). Near its positive zero by Taylor series; elsewhere by
   * recurrence to large x and the asymptotic series there (DLMF 5.5.2, 5.11.2); for negative x by
   * reflection (DLMF 5.5.4).
   *
   * @param x any number
   * @return at zero the infinity of the sign opposite to the zero's; NaN at -1, -2, … and at
   *     negative infinity
   */
  public static double digamma(double x) {
    if (x == 0) {
      return Math.copySign(Double.POSITIVE_INFINITY, -x);
    }
    if (x < 0) {
      if (x == Math.rint(x)) {
        return Double.NaN;
      }
      return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.rint(x)));
    }
    if (Math.abs(x - DIGAMMA_ZERO) < NEAR_ZERO) {
      double h = (x - DIGAMMA_ZERO) - DIGAMMA_ZERO_REST;
      return h * ErrorFunction.polynomial(DIGAMMA_TAYLOR, h);
    }
    double shift = 0;
    double y = x;
    while (y < LARGE) {
      shift += 1 / y;
      y += 1;
    }
    double square = 1 / (y * y);
    double series = square * ErrorFunction.polynomial(DIGAMMA_SERIES, square);
    return Math.log(y) - 0.5 / y - series - shift;
  }

  /**
   * The trigamma function ψ'(x), the derivative of digamma.
   *
   * @param x any number
   * @return infinity at 0, -1, -2, …
   */
  public static double trigamma(double x) {
    return polygamma(1, x);
  }

  /** The n-th derivative of digamma, see {@link Polygamma}. */
  public static double polygamma(int n, double x) {
    return Polygamma.polygamma(n, x);
  }
}
