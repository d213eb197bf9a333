package org.autograd.tensor;

import java.nio.ByteBuffer;

/** Elements of type {@code float}. */
@AlsoFor({double.class, int.class, long.class, short.class})
final class FloatElements extends ElementType {
  @Override
  public Object allocate(int n) {
    return new float[n];
  }

  @Override
  public int bytes() {
    return Float.BYTES;
  }

  @Override
  public double getDouble(Object array, int at) {
    return ((float[]) array)[at];
  }

  @Override
  public long getLong(Object array, int at) {
    return (long) ((float[]) array)[at];
  }

  @Override
  public void put(Object array, int at, double value) {
    ((float[]) array)[at] = (float) value;
  }

  @Override
  public void put(Object array, int at, long value) {
    ((float[]) array)[at] = (float) value;
  }

  @Override
  public void read(Object array, int at, int step, int n, double[] buffer) {
    float[] a = (float[]) array;
    if (step == 1) {
      for (int i = 0; i < n; i++) {
        buffer[i] = a[at + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        buffer[i] = a[at + i * step];
      }
    }
  }

  @Override
  public void read(Object array, int at, int step, int n, long[] buffer) {
    float[] a = (float[]) array;
    for (int i = 0; i < n; i++) {
      buffer[i] = (long) a[at + i * step];
    }
  }

  @Override
  public void write(double[] buffer, int n, Object array, int at, int step) {
    float[] a = (float[]) array;
    for (int i = 0; i < n; i++) {
      a[at + i * step] = (float) buffer[i];
    }
  }

  @Override
  public void write(long[] buffer, int n, Object array, int at, int step) {
    float[] a = (float[]) array;
    for (int i = 0; i < n; i++) {
      a[at + i * step] = (float) buffer[i];
    }
  }

  @Override
  public boolean holds(long value) {
    return (float) value == value;
  }

  @Override
  public void put(ByteBuffer to, Object array, int from, int n) {
    to.asFloatBuffer().put((float[]) array, from, n);
  }

  @Override
  public void get(ByteBuffer from, Object array, int at, int n) {
    from.asFloatBuffer().get((float[]) array, at, n);
  }
}
