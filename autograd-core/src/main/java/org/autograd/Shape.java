package org.autograd;

import java.util.Arrays;

/** The sizes of a tensor's dimensions; an immutable value. */
public final class Shape {
  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /** Makes a shape. */
  public static Shape of(long... sizes) {
    return new Shape(sizes.clone());
  }

  /** Prints the sizes like {@code [2, 3]}. */
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
