package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Vectors that are one at one element and zero elsewhere. */
final class Bases {
  private Bases() {}

  /** Returns how many elements tensors have together. */
  static long numel(List<Tensor> tensors) {
    return tensors.stream().mapToLong(Tensor::numel).sum();
  }

  /**
   * Returns the vectors for the elements {@code from} to {@code to} of several tensors, counted
   * through.
   *
   * @return for each tensor its part of them: a dimension that counts the vectors, then the
   *     tensor's own; null if that is zero everywhere
   */
  static List<Tensor> rows(List<Tensor> like, long from, long to) {
    List<Tensor> rows = new ArrayList<>(like.size());
    long first = 0;
    for (Tensor t : like) {
      long end = first + t.numel();
      long start = Math.max(from, first);
      long count = Math.min(to, end) - start;
      rows.add(count <= 0 ? null : rows(t, to - from, start - from, start - first, count));
      first = end;
    }
    return rows;
  }

  private static Tensor rows(Tensor like, long all, long row, long column, long count) {
    TensorOptions options = TensorOptions.of(like.dtype()).withDevice(like.device());
    Tensor rows = Tensor.zeros(options, all, like.numel());
    rows.narrow(0, row, count).narrow(1, column, count).diagonal().fill_(1);
    return rows.reshape(sizes(new long[] {all}, like.sizes()));
  }

  /** Returns the sizes of a shape followed by those of another. */
  static long[] sizes(long[] first, long[] second) {
    long[] sizes = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, sizes, first.length, second.length);
    return sizes;
  }

  /** Returns zeros of a tensor's shape, dtype and device, with more dimensions before. */
  static Tensor zeros(long[] before, Tensor like) {
    TensorOptions options = TensorOptions.of(like.dtype()).withDevice(like.device());
    return Tensor.zeros(options, sizes(before, like.sizes()));
  }
}
