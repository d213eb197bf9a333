package org.autograd;

/**
 * Two values of one Jacobian, that of an output with respect to an input, or of one product with
 * it.
 *
 * @param forward whether the analytical one is from forward mode
 * @param analytical by automatic differentiation, one row for each element of the output
 * @param numerical by central differences
 * @param atol the absolute tolerance
 * @param rtol the tolerance relative to the numerical value
 */
record GradcheckComparison(
    boolean forward,
    int output,
    int input,
    double[][] analytical,
    double[][] numerical,
    double atol,
    double rtol) {

  int rows() {
    return numerical.length;
  }

  int columns() {
    return numerical.length == 0 ? 0 : numerical[0].length;
  }

  /** Returns how far the two values at a place are apart; infinite if one is not a number. */
  double error(int row, int column) {
    double a = analytical[row][column];
    double n = numerical[row][column];
    double error = a == n ? 0 : Math.abs(a - n);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  /** Returns the error as a part of the larger of the two values. */
  double relativeError(int row, int column) {
    double error = error(row, column);
    double size = Math.max(Math.abs(analytical[row][column]), Math.abs(numerical[row][column]));
    return error == 0 ? 0 : Double.isFinite(error) ? error / size : error;
  }

  /** Returns the error as a multiple of what is allowed: above 1 it is too large. */
  double excess(int row, int column) {
    double error = error(row, column);
    if (error == 0) {
      return 0;
    }
    double allowed = atol + Math.abs(rtol * numerical[row][column]);
    return Double.isFinite(error) && error <= allowed ? error / allowed : beyond(error / allowed);
  }

  /** Where nothing, or anything, is allowed, the ratio has no meaning. */
  private static double beyond(double ratio) {
    return ratio > 1 ? ratio : Double.POSITIVE_INFINITY;
  }

  boolean isOff(int row, int column) {
    return excess(row, column) > 1;
  }

  /** Returns how many places are out of tolerance. */
  int countOff() {
    int off = 0;
    for (int r = 0; r < rows(); r++) {
      for (int k = 0; k < columns(); k++) {
        off += isOff(r, k) ? 1 : 0;
      }
    }
    return off;
  }
}
