package org.autograd;

/**
 * A number given to an operator: either an integer or a floating point number, which decides how
 * types are promoted. An integer tensor times an integer scalar stays integral.
 */
public sealed interface Scalar {
  /** An integer scalar. */
  record OfLong(long value) implements Scalar {
    @Override
    public double toDouble() {
      return value;
    }

    @Override
    public long toLong() {
      return value;
    }

    @Override
    public DType.Category category() {
      return DType.Category.INTEGRAL;
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A floating point scalar. */
  record OfDouble(double value) implements Scalar {
    @Override
    public double toDouble() {
      return value;
    }

    @Override
    public long toLong() {
      return (long) value;
    }

    @Override
    public DType.Category category() {
      return DType.Category.FLOATING;
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** Makes an integer scalar. */
  static Scalar of(long value) {
    return new OfLong(value);
  }

  /** Makes a floating point scalar. */
  static Scalar of(double value) {
    return new OfDouble(value);
  }

  /** Returns the value as a double. */
  double toDouble();

  /** Returns the value as a long, cut off towards zero. */
  long toLong();

  /** Returns which kind of number this is. */
  DType.Category category();
}
