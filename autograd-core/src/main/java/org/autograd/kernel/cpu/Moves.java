package org.autograd.kernel.cpu;

import org.autograd.DType;
import org.autograd.tensor.ElementType;

/**
 * Moves elements between arrays of one type, at given positions. What is moved is not looked at, so
 * there is one kind for each type of array; only sums ask what the elements are.
 */
abstract class Moves {
  private static final Moves[] ALL = new Moves[DType.values().length];

  static {
    for (DType dtype : DType.values()) {
      ALL[dtype.ordinal()] = make(dtype);
    }
  }

  private static Moves make(DType dtype) {
    return switch (ElementType.of(dtype).allocate(0)) {
      case byte[] a -> dtype == DType.BOOL ? new TruthMoves() : new ByteMoves();
      case short[] a -> new ShortMoves();
      case int[] a -> new IntMoves();
      case long[] a -> new LongMoves();
      case float[] a -> new FloatMoves();
      case double[] a -> new DoubleMoves();
      default -> throw new AssertionError(dtype);
    };
  }

  /** Returns the moves of arrays that hold elements of a dtype. */
  static Moves of(DType dtype) {
    return ALL[dtype.ordinal()];
  }

  /** Copies one element. */
  abstract void copy(Object from, int i, Object to, int j);

  /** {@code to[j + k*toStep] = from[i + k*step]} for {@code k} below {@code n}, in this order. */
  abstract void copy(Object from, int i, int step, Object to, int j, int toStep, int n);

  /** {@code a[at + k*step] = a[at]} for {@code k} below {@code n}. */
  abstract void fill(Object array, int at, int step, int n);

  /** {@code to[j + k*step] = from[i + at[k]]} for {@code k} below {@code n}. */
  abstract void take(Object from, int i, int[] at, int n, Object to, int j, int step);

  /** {@code to[j + at[k]] = from[i + k*step]} for {@code k} below {@code n}, in this order. */
  abstract void put(Object from, int i, int step, Object to, int j, int[] at, int n);

  /** {@code to[j + at[k]] += from[i + k*step]} for {@code k} below {@code n}, in this order. */
  abstract void add(Object from, int i, int step, Object to, int j, int[] at, int n);

  /**
   * {@code to[o + k*os] = when[c + k*cs] ? from[i + k*is] : other[j + k*js]} for {@code k} below
   * {@code n}.
   */
  abstract void choose(
      byte[] when,
      int c,
      int cs,
      Object from,
      int i,
      int is,
      Object other,
      int j,
      int js,
      Object to,
      int o,
      int os,
      int n);
}
