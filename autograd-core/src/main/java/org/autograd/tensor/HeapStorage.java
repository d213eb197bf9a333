package org.autograd.tensor;

import java.lang.reflect.Array;
import org.autograd.DType;
import org.autograd.Device;

/** A primitive Java array on the heap. */
public final class HeapStorage extends Storage {
  /**
   * The array: {@code byte[]}, {@code int[]}, {@code long[]}, {@code float[]} or {@code double[]}.
   */
  public final Object array;

  private HeapStorage(Object array) {
    this.array = array;
  }

  /** Wraps an array without a copy. */
  public static HeapStorage of(Object array) {
    return new HeapStorage(array);
  }

  /**
   * Allocates a zeroed array.
   *
   * @throws IllegalArgumentException if that many elements do not fit into a Java array
   */
  public static HeapStorage allocate(DType dtype, long length) {
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a CPU tensor holds at most "
              + (Integer.MAX_VALUE - 8)
              + " elements, asked for "
              + length);
    }
    int n = (int) length;
    return new HeapStorage(
        switch (dtype) {
          case BOOL, UINT8 -> new byte[n];
          case INT32 -> new int[n];
          case INT64 -> new long[n];
          case FLOAT32 -> new float[n];
          case FLOAT64 -> new double[n];
        });
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public long length() {
    return Array.getLength(array);
  }

  @Override
  public long bytes() {
    int element =
        switch (array) {
          case byte[] b -> 1;
          case short[] s -> 2;
          case int[] i -> 4;
          case float[] f -> 4;
          default -> 8;
        };
    return element * length();
  }

  @Override
  public Storage alias() {
    return new HeapStorage(array);
  }

  @Override
  public Object memory() {
    return array;
  }
}
