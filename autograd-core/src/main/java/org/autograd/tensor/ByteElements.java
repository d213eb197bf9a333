package org.autograd.tensor;

import java.nio.ByteBuffer;

/** Elements that take one byte each: truth values, 0 or 1, and integers with and without a sign. */
final class ByteElements extends ElementType {
  static final ByteElements BOOL = new ByteElements(true, 0xff);
  static final ByteElements UNSIGNED = new ByteElements(false, 0xff);
  static final ByteElements SIGNED = new ByteElements(false, -1);

  private final boolean truth;

  /** Which bits of the byte, extended by its sign, are the number. */
  private final int mask;

  private ByteElements(boolean truth, int mask) {
    this.truth = truth;
    this.mask = mask;
  }

  @Override
  public Object allocate(int n) {
    return new byte[n];
  }

  @Override
  public int bytes() {
    return Byte.BYTES;
  }

  @Override
  public double getDouble(Object array, int at) {
    return ((byte[]) array)[at] & mask;
  }

  @Override
  public long getLong(Object array, int at) {
    return ((byte[]) array)[at] & mask;
  }

  private byte narrowed(long value) {
    return truth ? (byte) (value != 0 ? 1 : 0) : (byte) value;
  }

  private byte narrowed(double value) {
    return truth ? (byte) (value != 0 ? 1 : 0) : (byte) (long) value;
  }

  @Override
  public void put(Object array, int at, double value) {
    ((byte[]) array)[at] = narrowed(value);
  }

  @Override
  public void put(Object array, int at, long value) {
    ((byte[]) array)[at] = narrowed(value);
  }

  @Override
  public void read(Object array, int at, int step, int n, double[] buffer) {
    byte[] a = (byte[]) array;
    int bits = mask;
    for (int i = 0; i < n; i++) {
      buffer[i] = a[at + i * step] & bits;
    }
  }

  @Override
  public void read(Object array, int at, int step, int n, long[] buffer) {
    byte[] a = (byte[]) array;
    int bits = mask;
    for (int i = 0; i < n; i++) {
      buffer[i] = a[at + i * step] & bits;
    }
  }

  @Override
  public void write(double[] buffer, int n, Object array, int at, int step) {
    byte[] a = (byte[]) array;
    for (int i = 0; i < n; i++) {
      a[at + i * step] = narrowed(buffer[i]);
    }
  }

  @Override
  public void write(long[] buffer, int n, Object array, int at, int step) {
    byte[] a = (byte[]) array;
    for (int i = 0; i < n; i++) {
      a[at + i * step] = narrowed(buffer[i]);
    }
  }

  @Override
  public boolean holds(long value) {
    return truth ? (value & 1) == value : ((byte) value & mask) == value;
  }

  @Override
  public void put(ByteBuffer to, Object array, int from, int n) {
    to.duplicate().put((byte[]) array, from, n);
  }

  @Override
  public void get(ByteBuffer from, Object array, int at, int n) {
    from.duplicate().get((byte[]) array, at, n);
  }
}
