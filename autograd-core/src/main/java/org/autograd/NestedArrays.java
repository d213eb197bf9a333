package org.autograd;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Reads nested Java arrays into tensors. */
final class NestedArrays {
  private NestedArrays() {}

  /**
   * Copies nested arrays into a row-major tensor.
   *
   * @throws IllegalArgumentException if it is no array of primitives, or it is ragged
   */
  static Tensor read(Object nested) {
    Class<?> type = nested.getClass();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    DType dtype = dtype(type, nested);
    List<Long> sizes = new ArrayList<>();
    Object first = nested;
    for (Class<?> c = nested.getClass(); c.isArray(); c = c.getComponentType()) {
      int n = first == null ? 0 : Array.getLength(first);
      sizes.add((long) n);
      first = n > 0 && c.getComponentType().isArray() ? Array.get(first, 0) : null;
    }
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    Layout layout = Factories.layout("ofArray", shape);
    HeapStorage storage = HeapStorage.allocate(dtype, layout.numel());
    copy(nested, shape, 0, storage.array, 0);
    return Raw.fresh(storage, layout, dtype);
  }

  private static DType dtype(Class<?> type, Object nested) {
    if (nested.getClass().isArray()) {
      if (type == float.class) {
        return DType.FLOAT32;
      } else if (type == double.class) {
        return DType.FLOAT64;
      } else if (type == int.class) {
        return DType.INT32;
      } else if (type == long.class) {
        return DType.INT64;
      } else if (type == byte.class) {
        return DType.UINT8;
      } else if (type == boolean.class) {
        return DType.BOOL;
      }
    }
    throw new IllegalArgumentException(
        "ofArray: expects nested arrays of float, double, int, long, byte or boolean, got "
            + nested.getClass().getTypeName());
  }

  private static int copy(Object from, long[] shape, int d, Object to, int at) {
    int n = from == null ? -1 : Array.getLength(from);
    if (n != shape[d]) {
      throw new IllegalArgumentException(
          "ofArray: all arrays at depth "
              + d
              + " must have the same length, found "
              + (n < 0 ? "null" : Integer.toString(n))
              + " instead of "
              + shape[d]);
    }
    int next = at;
    if (d < shape.length - 1) {
      for (int i = 0; i < n; i++) {
        next = copy(Array.get(from, i), shape, d + 1, to, next);
      }
      return next;
    }
    if (from instanceof boolean[] flags) {
      for (boolean flag : flags) {
        ((byte[]) to)[next++] = (byte) (flag ? 1 : 0);
      }
      return next;
    }
    System.arraycopy(from, 0, to, at, n);
    return at + n;
  }
}
