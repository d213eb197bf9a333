package org.autograd;

/**
 * What a variance takes off the number of elements before it divides by it, Delta Degrees of
 * Freedom. A type of its own, so that no number after the dimensions can be taken for another
 * dimension: {@code x.var(0, 1)} is the variance along two dimensions, {@code x.var(0,
 * Correction.of(1))} that along one.
 *
 * @param value the number; need not be whole
 */
public record Correction(double value) {
  /** 1, the default: the variance of what the elements are a sample of. */
  public static final Correction BESSEL = new Correction(1);

  /** 0: the variance of the elements themselves. */
  public static final Correction NONE = new Correction(0);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is NaN
   */
  public Correction {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a correction cannot be NaN");
    }
  }

  /**
   * Returns the correction by a number.
   *
   * @throws IllegalArgumentException if it is NaN
   */
  public static Correction of(double value) {
    return new Correction(value);
  }
}
