package org.autograd.tensor;

/**
 * Between which values the elements of a tensor lie.
 *
 * @param count how many elements there are
 * @param nan how many of them are NaN
 * @param infinite how many of them are infinite
 * @param min the smallest of those that are not NaN; positive infinity if there are none
 * @param max the largest of those that are not NaN; negative infinity if there are none
 */
public record ValueRange(long count, long nan, long infinite, double min, double max) {
  @Override
  public String toString() {
    if (count == 0) {
      return "no elements";
    }
    String odd = nan == 0 ? "" : ", " + nan + " of " + count + " NaN";
    return nan == count ? "all NaN" : "values in [" + min + ", " + max + "]" + odd;
  }
}
