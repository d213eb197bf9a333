package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Reading and writing along one dimension at places that an index tensor names. */
final class CpuGather {
  /** The offsets within a row of one element. */
  private static final int[] ONE = {0};

  private CpuGather() {}

  static void gather(Tensor out, Tensor self, int dim, Tensor index) {
    Source at = Source.along(index, dim);
    Source dst = Source.along(out, dim);
    Slices src = seen(self, index, dim);
    int n = at.slices.size;
    int stride = stride(self, dim);
    long size = size(self, dim);
    Moves moves = Moves.of(Raw.dtype(self));
    at.run((from, to) -> {
      long[] read = new long[n];
      int[] places = new int[n];
      for (int i = from; i < to; i++) {
        at.type.read(at.array, at.slices.base(i), at.slices.stride, n, read);
        Indices.check("gather", read, n, size, dim, false);
        places(read, places, n, stride);
        int into = dst.slices.base(i);
        moves.take(Raw.array(self), src.base(i), places, n, dst.array, into, dst.slices.stride);
      }
    });
  }

  /** Nothing is written if an index is out of range. */
  static void scatter(String op, Tensor out, int dim, Tensor index, Tensor src, boolean add) {
    Source at = Source.along(index, dim);
    Slices dst = seen(out, index, dim);
    Slices from = seen(src, index, dim);
    int n = at.slices.size;
    long size = size(out, dim);
    at.run((first, last) -> {
      long[] read = new long[n];
      for (int i = first; i < last; i++) {
        at.type.read(at.array, at.slices.base(i), at.slices.stride, n, read);
        Indices.check(op, read, n, size, dim, false);
      }
    });
    int into = stride(out, dim);
    int step = stride(src, dim);
    Object array = Raw.array(out);
    Moves moves = Moves.of(Raw.dtype(out));
    at.run((first, last) -> {
      long[] read = new long[n];
      int[] places = new int[n];
      for (int i = first; i < last; i++) {
        at.type.read(at.array, at.slices.base(i), at.slices.stride, n, read);
        places(read, places, n, into);
        FloatAccumulation sums =
            add && array instanceof float[] ? FloatAccumulation.of(places, n) : null;
        if (sums != null) {
          float[] read32 = (float[]) Raw.array(src);
          sums.add(read32, from.base(i), step, (float[]) array, dst.base(i), places, ONE);
        } else if (add) {
          moves.add(Raw.array(src), from.base(i), step, array, dst.base(i), places, n);
        } else {
          moves.put(Raw.array(src), from.base(i), step, array, dst.base(i), places, n);
        }
      }
    });
  }

  private static void places(long[] indices, int[] places, int n, int stride) {
    for (int i = 0; i < n; i++) {
      places[i] = (int) indices[i] * stride;
    }
  }

  /** The slices of a tensor that belong to those of the index, which is not larger. */
  private static Slices seen(Tensor t, Tensor index, int dim) {
    Layout layout = Raw.layout(t);
    long[] sizes = Raw.layout(index).sizes();
    long[] strides = layout.dim() == 0 ? new long[sizes.length] : layout.strides();
    return Slices.along(Layout.of(sizes, strides, layout.offset()), dim);
  }

  private static int stride(Tensor t, int dim) {
    return Raw.layout(t).dim() == 0 ? 1 : (int) Raw.layout(t).strides()[dim];
  }

  private static long size(Tensor t, int dim) {
    return Raw.layout(t).dim() == 0 ? 1 : Raw.layout(t).sizes()[dim];
  }
}
