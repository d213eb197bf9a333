package org.autograd;

import java.util.Arrays;

/** The sizes of a tensor's dimensions; an immutable value. */
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /**
   * Makes a shape; no sizes make that of a zero-dimensional tensor.
   *
   * @throws IllegalArgumentException if a size is negative
   */
  public static Shape of(long... sizes) {
    if (sizes.length == 0) {
      return SCALAR;
    }
    for (long s : sizes) {
      if (s < 0) {
        throw new IllegalArgumentException(
            "Shape: sizes must not be negative, got " + Arrays.toString(sizes));
      }
    }
    return new Shape(sizes.clone());
  }

  /** Returns the number of dimensions. */
  public int dim() {
    return sizes.length;
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dim the dimension; negative ones count from the end
   * @throws IllegalArgumentException if there is no such dimension
   */
  public long size(int dim) {
    int n = sizes.length;
    if (dim < -n || dim >= n) {
      throw new IllegalArgumentException("dimension " + dim + " is out of range for shape " + this);
    }
    return sizes[dim < 0 ? dim + n : dim];
  }

  /** Returns the number of elements: the product of the sizes, 1 for no dimensions. */
  public long numel() {
    long n = 1;
    for (long s : sizes) {
      n *= s;
    }
    return n;
  }

  /** Returns the sizes; the array is the caller's. */
  public long[] toArray() {
    return sizes.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(sizes, s.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** Prints the sizes like {@code [2, 3]}. */
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
