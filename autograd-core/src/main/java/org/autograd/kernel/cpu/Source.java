package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The operand of a kernel that works slice by slice. */
final class Source {
  /** How many elements one chunk of a parallel loop has at least, where slices allow it. */
  static final int GRAIN = 1 << 15;

  /** The array. */
  final Object array;

  /** What the array holds. */
  final ElementType type;

  /** Where the slices are. */
  final Slices slices;

  private Source(Tensor t, Slices slices) {
    this.array = Raw.array(t);
    this.type = ElementType.of(Raw.dtype(t));
    this.slices = slices;
  }

  /** Work on a range of slices. */
  interface Work {
    /** Does slices {@code from} to {@code to}, exclusive. */
    void run(int from, int to);
  }

  /** A tensor's slices along one dimension. */
  static Source along(Tensor t, int dim) {
    return new Source(t, Slices.along(Raw.layout(t), dim));
  }

  /**
   * A tensor's slices along a set of dimensions; a copy of the tensor where they do not lie a
   * constant distance apart.
   *
   * @param ordered whether a slice must run through its dimensions in row-major order
   */
  static Source along(Tensor t, long dims, boolean ordered) {
    Slices slices = Slices.of(Raw.layout(t), dims, ordered);
    return slices != null ? new Source(t, slices) : copied(t, dims, ordered);
  }

  private static Source copied(Tensor t, long dims, boolean ordered) {
    Layout from = Raw.layout(t);
    int rank = from.dim();
    long[] sizes = new long[rank];
    long[] strides = new long[rank];
    int kept = 0;
    for (int bit = 0; bit < 2; bit++) {
      for (int d = 0; d < rank; d++) {
        if ((dims >>> d & 1) == bit) {
          sizes[kept] = from.sizes()[d];
          strides[kept++] = from.strides()[d];
        }
      }
    }
    long last = 0;
    for (int d = 0; d < rank; d++) {
      last |= d >= rank - Long.bitCount(dims) ? 1L << d : 0;
    }
    DType dtype = Raw.dtype(t);
    Layout dense = Layout.contiguous(Arrays.copyOf(sizes, rank));
    Tensor copy = Raw.fresh(HeapStorage.allocate(dtype, from.numel()), dense, dtype);
    CpuKernels.INSTANCE.copy(
        copy, Raw.alias(Raw.storage(t), Layout.of(sizes, strides, from.offset()), dtype));
    return new Source(copy, Slices.of(dense, last, ordered));
  }

  /** Feeds a slice to a fold; the buffer comes from {@link Lanes#doubles}. */
  double fold(Fold fold, int slice, double[] buffer) {
    int size = slices.size;
    int stride = slices.stride;
    int base = slices.base(slice);
    fold.begin();
    boolean direct = stride == 1 && array instanceof double[];
    for (int j = 0; j < size; j += Lanes.BLOCK) {
      int n = Math.min(Lanes.BLOCK, size - j);
      if (direct) {
        fold.take((double[]) array, base + j, n);
      } else {
        type.read(array, base + j * stride, stride, n, buffer);
        fold.take(buffer, 0, n);
      }
    }
    return fold.end();
  }

  /** Feeds a slice to a fold; the buffer comes from {@link Lanes#longs}. */
  long fold(LongFold fold, int slice, long[] buffer) {
    int size = slices.size;
    int stride = slices.stride;
    int base = slices.base(slice);
    long total = fold.start;
    for (int j = 0; j < size; j += Lanes.BLOCK) {
      int n = Math.min(Lanes.BLOCK, size - j);
      type.read(array, base + j * stride, stride, n, buffer);
      total = fold.take(total, buffer, n);
    }
    return total;
  }

  /** Cuts the slices into chunks by their shape and works on the chunks, in parallel if many. */
  void run(Work work) {
    run(slices.count, slices.size, work);
  }

  /** Cuts {@code count} slices of {@code size} elements into chunks and works on these. */
  static void run(int count, int size, Work work) {
    int each = Math.max(1, GRAIN / Math.max(1, size));
    if (count <= each) {
      work.run(0, count);
    } else {
      CpuThreads.parallelFor(
          CpuThreads.chunks(count, each),
          c -> work.run(c * each, (int) Math.min(count, (c + 1L) * each)));
    }
  }
}
