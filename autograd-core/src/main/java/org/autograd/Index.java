package org.autograd;

/**
 * One part of an index such as Python's {@code x[1, 2:5, ..., None, mask]}: each takes one or more
 * dimensions of the tensor, in order; what is left over is taken whole.
 */
public sealed interface Index {
  /**
   * One position; the dimension goes away.
   *
   * @param position negative ones count from the end
   */
  record At(long position) implements Index {}

  /**
   * The positions start, start + step, ... before end. Negative ones count from the end; what lies
   * outside is cut off.
   *
   * @param start the first position
   * @param end the position before which to stop; {@link Long#MAX_VALUE} for the end
   * @param step at least 1
   */
  record Slice(long start, long end, long step) implements Index {
    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if the step is less than 1
     */
    public Slice {
      if (step < 1) {
        throw new IllegalArgumentException("Index.slice: step must be at least 1, got " + step);
      }
    }
  }

  /** All dimensions that the other parts leave over. */
  record Ellipsis() implements Index {}

  /** A new dimension of size 1; takes none. */
  record NewAxis() implements Index {}

  /**
   * Positions, or a mask.
   *
   * @param tensor an integer tensor of positions in one dimension, or a bool or uint8 mask over as
   *     many dimensions as it has
   */
  record Of(Tensor tensor) implements Index {
    /**
     * Checks the component.
     *
     * @throws AutogradException if the tensor is neither an integer nor a bool one
     */
    public Of {
      if (tensor.dtype().isFloating() || tensor.dtype().isComplex()) {
        throw new AutogradException(
            "Index.of: positions must be an integer tensor and masks a bool tensor, got "
                + tensor.dtype());
      }
    }
  }

  /** Takes one position; the dimension goes away. */
  static Index at(long position) {
    return new At(position);
  }

  /** Takes the positions from start to before end. */
  static Index slice(long start, long end) {
    return new Slice(start, end, 1);
  }

  /**
   * Takes the positions start, start + step, ... before end.
   *
   * @throws IllegalArgumentException if the step is less than 1
   */
  static Index slice(long start, long end, long step) {
    return new Slice(start, end, step);
  }

  /** Takes the positions from start to the end. */
  static Index from(long start) {
    return new Slice(start, Long.MAX_VALUE, 1);
  }

  /** Takes the positions before end. */
  static Index to(long end) {
    return new Slice(0, end, 1);
  }

  /** Takes a whole dimension. */
  static Index all() {
    return new Slice(0, Long.MAX_VALUE, 1);
  }

  /** Takes all dimensions that the other parts leave over; at most once in an index. */
  static Index ellipsis() {
    return new Ellipsis();
  }

  /** Adds a dimension of size 1. */
  static Index newAxis() {
    return new NewAxis();
  }

  /**
   * Takes the positions in an integer tensor, or those where a bool mask is true.
   *
   * @throws AutogradException if the tensor is neither an integer nor a bool one
   */
  static Index of(Tensor tensor) {
    return new Of(tensor);
  }

  /** Takes some positions, in the given order. */
  static Index of(long... positions) {
    return new Of(Tensor.of(positions));
  }
}
