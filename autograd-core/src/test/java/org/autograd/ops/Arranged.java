package org.autograd.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Test tensors in all arrangements of memory, and plain loops over them that know nothing of the
 * library's own.
 */
final class Arranged {
  private Arranged() {}

  /** A row-major tensor. */
  static Tensor of(DType dtype, long[] sizes, double... values) {
    Layout layout = Layout.contiguous(sizes.clone());
    Tensor t = Raw.fresh(HeapStorage.allocate(dtype, layout.numel()), layout, dtype);
    for (int i = 0; i < values.length; i++) {
      set(Raw.array(t), i, values[i]);
    }
    return t;
  }

  static Tensor vector(double... values) {
    return of(DType.FLOAT64, sizes(values.length), values);
  }

  static Tensor vector(DType dtype, double... values) {
    return of(dtype, sizes(values.length), values);
  }

  static Tensor scalar(DType dtype, double value) {
    return of(dtype, sizes(), value);
  }

  static Tensor indices(long[] sizes, double... values) {
    return of(DType.INT64, sizes, values);
  }

  static long[] sizes(long... sizes) {
    return sizes;
  }

  static int[] dims(int... dims) {
    return dims;
  }

  /** Small numbers that every dtype holds exactly; 0 and 1 for bool. */
  static Tensor random(DType dtype, int seed, long... sizes) {
    Random random = new Random(seed);
    double[] values = new double[(int) count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype.category()) {
            case BOOL -> random.nextInt(2);
            case INTEGRAL ->
                random.nextInt(isUnsigned(dtype) ? 4 : 9) - (isUnsigned(dtype) ? 0 : 4);
            default -> random.nextInt(64) / 8.0 - 4;
          };
    }
    return of(dtype, sizes, values);
  }

  /** The same elements row-major, at an offset, in column order, with gaps, and mixed. */
  static List<Tensor> arrangements(Tensor t) {
    long[] sizes = Raw.layout(t).sizes();
    int rank = sizes.length;
    long[] columns = new long[rank];
    long[] gaps = new long[rank];
    long[] mixed = new long[rank];
    long step = 1;
    for (int d = 0; d < rank; d++) {
      columns[d] = step;
      step *= Math.max(1, sizes[d]);
    }
    step = 2;
    for (int d = rank - 1; d >= 0; d--) {
      gaps[d] = step;
      step = step * Math.max(1, sizes[d]) + 1;
    }
    step = 1;
    for (int i = 0; i < rank; i++) {
      int d = (i + rank - 2 + rank) % rank;
      mixed[d] = step;
      step *= Math.max(1, sizes[d]);
    }
    List<Tensor> all = new ArrayList<>();
    all.add(t);
    all.add(place(t, Layout.rowMajor(sizes), 3));
    all.add(place(t, columns, 0));
    all.add(place(t, gaps, 5));
    all.add(place(t, mixed, 1));
    return all;
  }

  private static Tensor place(Tensor t, long[] strides, long offset) {
    Layout layout = Layout.of(Raw.layout(t).sizes(), strides, offset);
    long length = offset + 1;
    for (int d = 0; d < strides.length; d++) {
      length += Math.max(0, layout.sizes()[d] - 1) * strides[d];
    }
    DType dtype = Raw.dtype(t);
    Tensor to = Raw.alias(HeapStorage.allocate(dtype, length), layout, dtype);
    for (int i = 0; i < length; i++) {
      set(Raw.array(to), i, 1);
    }
    double[] values = values(t);
    int[] at = places(layout);
    for (int i = 0; i < values.length; i++) {
      set(Raw.array(to), at[i], values[i]);
    }
    return to;
  }

  /** An alias with dimensions of size 1 repeated. */
  static Tensor expanded(Tensor t, long... sizes) {
    return Raw.alias(Raw.storage(t), Views.expand(Raw.layout(t), sizes), Raw.dtype(t));
  }

  /** All elements in row-major order. */
  static double[] values(Tensor t) {
    int[] at = places(Raw.layout(t));
    double[] values = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      values[i] = in(Raw.dtype(t), get(Raw.array(t), at[i]));
    }
    return values;
  }

  static long[] shape(Tensor t) {
    return Raw.layout(t).sizes();
  }

  /** The elements of each slice along some dimensions; slices in row-major order of the others. */
  static List<double[]> slices(Tensor t, int... dims) {
    long[] sizes = shape(t);
    boolean[] gone = new boolean[sizes.length];
    for (int d : dims) {
      gone[d] = true;
    }
    long count = 1;
    for (int d = 0; d < sizes.length; d++) {
      count *= gone[d] ? 1 : sizes[d];
    }
    List<List<Double>> lists = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lists.add(new ArrayList<>());
    }
    double[] values = values(t);
    for (int i = 0; i < values.length; i++) {
      long slice = 0;
      long rest = i;
      long scale = 1;
      for (int d = sizes.length - 1; d >= 0; d--) {
        long at = rest % sizes[d];
        rest /= sizes[d];
        if (!gone[d]) {
          slice += at * scale;
          scale *= sizes[d];
        }
      }
      lists.get((int) slice).add(values[i]);
    }
    return lists.stream().map(l -> l.stream().mapToDouble(Double::doubleValue).toArray()).toList();
  }

  static long count(long... sizes) {
    long n = 1;
    for (long s : sizes) {
      n *= s;
    }
    return n;
  }

  private static int[] places(Layout layout) {
    int[] at = new int[(int) layout.numel()];
    for (int i = 0; i < at.length; i++) {
      long rest = i;
      long place = layout.offset();
      for (int d = layout.dim() - 1; d >= 0; d--) {
        place += rest % layout.sizes()[d] * layout.strides()[d];
        rest /= layout.sizes()[d];
      }
      at[i] = (int) place;
    }
    return at;
  }

  static boolean isUnsigned(DType dtype) {
    return dtype.toString().startsWith("u");
  }

  /** Returns what a number becomes in a dtype: cut off and wrapped around, or rounded. */
  static double in(DType dtype, double value) {
    return switch (dtype.category()) {
      case BOOL -> value != 0 ? 1 : 0;
      case INTEGRAL -> {
        int unused = Long.SIZE - 8 * dtype.bytes();
        long bits = (long) value << unused;
        yield isUnsigned(dtype) ? bits >>> unused : bits >> unused;
      }
      default -> dtype.bytes() < Double.BYTES ? (float) value : value;
    };
  }

  private static double get(Object array, int i) {
    return switch (array) {
      case byte[] a -> a[i];
      case short[] a -> a[i];
      case int[] a -> a[i];
      case long[] a -> a[i];
      case float[] a -> a[i];
      case double[] a -> a[i];
      default -> throw new AssertionError(array.getClass());
    };
  }

  private static void set(Object array, int i, double value) {
    switch (array) {
      case byte[] a -> a[i] = (byte) value;
      case short[] a -> a[i] = (short) value;
      case int[] a -> a[i] = (int) value;
      case long[] a -> a[i] = (long) value;
      case float[] a -> a[i] = (float) value;
      case double[] a -> a[i] = value;
      default -> throw new AssertionError(array.getClass());
    }
  }
}
