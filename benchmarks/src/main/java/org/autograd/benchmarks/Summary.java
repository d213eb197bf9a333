package org.autograd.benchmarks;

import java.util.Arrays;

/**
 * Where repeated measurements lie.
 *
 * @param median the middle one
 * @param lower a quarter lies below
 * @param upper a quarter lies above
 * @param min smallest
 * @param max largest
 */
public record Summary(double median, double lower, double upper, double min, double max) {

  /**
   * Summarises measurements; quantiles between two of them are interpolated.
   *
   * @param values at least one, in any order
   * @return their summary
   */
  public static Summary of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a summary needs at least one measurement");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Summary(
        quantile(sorted, 0.5),
        quantile(sorted, 0.25),
        quantile(sorted, 0.75),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
