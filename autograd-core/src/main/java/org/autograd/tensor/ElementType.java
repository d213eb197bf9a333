package org.autograd.tensor;

import java.nio.ByteBuffer;
import org.autograd.DType;
import org.autograd.Scalar;

/**
 * How the elements of a dtype lie in a Java array, and what numbers they are. Everything that
 * depends on how a dtype is stored asks here, so adding a dtype means adding an element type.
 *
 * <p>Every element is readable as a {@code double} and as a {@code long}: the first is exact but
 * for integers beyond 2^53, the second cuts off fractions. Writing converts as a Java cast does, to
 * bool by comparing with 0. Objects have no state and serve any thread.
 */
public abstract class ElementType {
  private static final ElementType[] ALL = new ElementType[DType.values().length];

  static {
    for (DType dtype : DType.values()) {
      ALL[dtype.ordinal()] = make(dtype);
    }
  }

  /** Makes an element type. */
  protected ElementType() {}

  private static ElementType make(DType dtype) {
    return switch (dtype) {
      case BOOL -> ByteElements.BOOL;
      case UINT8 -> ByteElements.UNSIGNED;
      case INT8 -> ByteElements.SIGNED;
      case INT16 -> new ShortElements();
      case INT32 -> new IntElements();
      case INT64 -> new LongElements();
      case FLOAT32 -> new FloatElements();
      case FLOAT64 -> new DoubleElements();
    };
  }

  /** Returns the element type of a dtype. */
  public static ElementType of(DType dtype) {
    return ALL[dtype.ordinal()];
  }

  /** Makes an array of {@code n} zeros. */
  public abstract Object allocate(int n);

  /** Returns how many bytes an element takes in the array. */
  public abstract int bytes();

  /** Returns an element. */
  public abstract double getDouble(Object array, int at);

  /** Returns an element. */
  public abstract long getLong(Object array, int at);

  /** Sets an element. */
  public abstract void put(Object array, int at, double value);

  /** Sets an element. */
  public abstract void put(Object array, int at, long value);

  /** Sets an element. */
  public final void put(Object array, int at, Scalar value) {
    switch (value) {
      case Scalar.OfLong l -> put(array, at, l.value());
      case Scalar.OfDouble d -> put(array, at, d.value());
    }
  }

  /** Reads {@code n} elements, {@code step} apart from {@code at} on, to the start of a buffer. */
  public abstract void read(Object array, int at, int step, int n, double[] buffer);

  /** Reads {@code n} elements, {@code step} apart from {@code at} on, to the start of a buffer. */
  public abstract void read(Object array, int at, int step, int n, long[] buffer);

  /** Writes the start of a buffer to {@code n} elements, {@code step} apart from {@code at} on. */
  public abstract void write(double[] buffer, int n, Object array, int at, int step);

  /** Writes the start of a buffer to {@code n} elements, {@code step} apart from {@code at} on. */
  public abstract void write(long[] buffer, int n, Object array, int at, int step);

  /** Tells whether an integer is among the numbers of this type, maybe rounded. */
  public abstract boolean holds(long value);

  /** Appends neighbouring elements to bytes, in the buffer's byte order. */
  public abstract void put(ByteBuffer to, Object array, int from, int n);

  /** Takes neighbouring elements from the start of bytes, in the buffer's byte order. */
  public abstract void get(ByteBuffer from, Object array, int at, int n);
}
