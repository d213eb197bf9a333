package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Reading and writing at places that several index tensors name together. A place is the sum of
 * three parts: the dimensions before the indexed ones, the indexed ones, the ones after.
 */
final class CpuIndex {
  private final int[] before;
  private final int[] indexed;
  private final int[] after;
  private final boolean run;

  private CpuIndex(String op, Tensor self, Tensor[] indices, boolean wrap) {
    Layout layout = Raw.layout(self);
    int rank = layout.dim();
    int first = rank;
    int last = -1;
    int named = 0;
    for (int d = 0; d < indices.length; d++) {
      if (indices[d] != null) {
        first = Math.min(first, d);
        last = d;
        named++;
      }
    }
    indexed = indexed(op, layout, indices, wrap);
    if (last - first + 1 == named) {
      before = Indices.offsets(layout, 0, first);
      after = Indices.offsets(layout, last + 1, rank);
    } else {
      before = new int[1];
      long[] sizes = layout.sizes().clone();
      for (int d = 0; d < indices.length; d++) {
        sizes[d] = indices[d] != null ? 1 : sizes[d];
      }
      after = Indices.offsets(Layout.of(sizes, layout.strides(), 0), 0, rank);
    }
    boolean dense = true;
    for (int i = 0; i < after.length && dense; i++) {
      dense = after[i] == i;
    }
    run = dense;
  }

  private static int[] indexed(String op, Layout layout, Tensor[] indices, boolean wrap) {
    int[] places = null;
    for (int d = 0; d < indices.length; d++) {
      if (indices[d] == null) {
        continue;
      }
      long[] read = Indices.read(indices[d]);
      long size = layout.dim() == 0 ? 1 : layout.sizes()[d];
      long stride = layout.dim() == 0 ? 1 : layout.strides()[d];
      Indices.check(op, read, read.length, size, d, wrap);
      if (places == null) {
        places = new int[read.length];
        Arrays.fill(places, (int) layout.offset());
      }
      for (int i = 0; i < read.length; i++) {
        places[i] += (int) ((read[i] < 0 ? read[i] + size : read[i]) * stride);
      }
    }
    return places;
  }

  /**
   * {@code indices} has one entry for each indexed dimension, all of one shape, null for others.
   */
  static void get(String op, Tensor out, Tensor self, Tensor[] indices, boolean wrap) {
    CpuIndex p = new CpuIndex(op, self, indices, wrap);
    Moves moves = Moves.of(Raw.dtype(self));
    Object src = Raw.array(self);
    Object dst = Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    int n = p.after.length;
    int m = p.indexed.length;
    if (n == 0) {
      // Rows without elements begin where memory may have ended.
      return;
    }
    if (n == 1) {
      for (int i = 0; i < p.before.length; i++) {
        moves.take(src, p.before[i], p.indexed, m, dst, at + i * m, 1);
      }
      return;
    }
    Source.run(
        p.before.length * m,
        n,
        (from, to) -> {
          for (int k = from; k < to; k++) {
            int base = p.before[k / m] + p.indexed[k % m];
            if (p.run) {
              System.arraycopy(src, base, dst, at + k * n, n);
            } else {
              moves.take(src, base, p.after, n, dst, at + k * n, 1);
            }
          }
        });
  }

  /** {@code values} has the sizes that {@link #get} would give; nothing is written on failure. */
  static void put(
      String op, Tensor self, Tensor[] indices, Tensor values, boolean add, boolean wrap) {
    CpuIndex p = new CpuIndex(op, self, indices, wrap);
    Tensor dense = dense(values, Raw.array(self));
    Object src = Raw.array(dense);
    Object dst = Raw.array(self);
    int at = (int) Raw.layout(dense).offset();
    int n = p.after.length;
    int m = p.indexed.length;
    if (n == 0) {
      return;
    }
    Moves moves = Moves.of(Raw.dtype(self));
    FloatAccumulation sums =
        add && dst instanceof float[] ? FloatAccumulation.of(p.indexed, m) : null;
    for (int i = 0; i < p.before.length; i++) {
      if (sums != null) {
        int from = at + i * m * n;
        sums.add((float[]) src, from, n, (float[]) dst, p.before[i], p.indexed, p.after);
        continue;
      }
      if (n == 1) {
        write(moves, src, at + i * m, dst, p.before[i], p.indexed, m, add);
        continue;
      }
      for (int k = 0; k < m; k++) {
        int base = p.before[i] + p.indexed[k];
        if (p.run && !add) {
          System.arraycopy(src, at + (i * m + k) * n, dst, base, n);
        } else {
          write(moves, src, at + (i * m + k) * n, dst, base, p.after, n, add);
        }
      }
    }
  }

  private static void write(
      Moves moves, Object src, int from, Object dst, int base, int[] at, int n, boolean add) {
    if (add) {
      moves.add(src, from, 1, dst, base, at, n);
    } else {
      moves.put(src, from, 1, dst, base, at, n);
    }
  }

  /** The tensor itself if it is row-major in another array, else a copy. */
  static Tensor dense(Tensor t, Object array) {
    if (Raw.layout(t).isContiguous() && Raw.array(t) != array) {
      return t;
    }
    Layout layout = Layout.contiguous(Raw.layout(t).sizes());
    DType dtype = Raw.dtype(t);
    Tensor copy = Raw.fresh(HeapStorage.allocate(dtype, layout.numel()), layout, dtype);
    CpuKernels.INSTANCE.copy(copy, t);
    return copy;
  }
}
