package org.autograd.tensor;

import java.lang.reflect.Array;
import org.autograd.DType;
import org.autograd.Device;

/** A primitive Java array on the heap. */
public final class HeapStorage extends Storage {
  /** The array, of the type that {@link ElementType#allocate} gives for the elements' dtype. */
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
    return new HeapStorage(ElementType.of(dtype).allocate((int) length));
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
