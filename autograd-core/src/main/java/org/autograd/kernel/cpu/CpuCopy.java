package org.autograd.kernel.cpu;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Copies elements. Between different dtypes they pass through a small buffer of {@code long} or
 * {@code double}, which holds every value of the source exactly, so there is one reader and one
 * writer for a type and not one loop for a pair.
 */
record CpuCopy(DType to, DType from) implements Loop {
  private static final int BUFFER = 512;

  static void copy(Tensor dst, Tensor src) {
    if (Raw.layout(dst).numel() == 0) {
      // An empty view may begin where its memory has ended.
      return;
    }
    CpuCopy loop = new CpuCopy(Raw.dtype(dst), Raw.dtype(src));
    Layout l = Raw.layout(dst);
    Layout m = Raw.layout(src);
    int step = Strided.step(l, m);
    if (step >= 0 && l.isNonOverlappingAndDense()) {
      Object d = Raw.array(dst);
      Object s = Raw.array(src);
      int o = (int) l.offset();
      int i = (int) m.offset();
      Strided.chunks((int) l.numel(), (at, n) -> loop.row(d, o + at, 1, s, i + at * step, step, n));
    } else {
      Strided.run(loop, dst, src);
    }
  }

  @Override
  public void row(Object[] arrays, int[] at, int[] step, int n) {
    row(arrays[0], at[0], step[0], arrays[1], at[1], step[1], n);
  }

  private void row(Object dst, int o, int os, Object src, int i, int is, int n) {
    if (to == from) {
      same(dst, o, os, src, i, is, n);
    } else if (from.isFloating()) {
      double[] buffer = new double[Math.min(n, BUFFER)];
      for (int j = 0; j < n; j += BUFFER) {
        int m = Math.min(BUFFER, n - j);
        ElementType.of(from).read(src, i + j * is, is, m, buffer);
        ElementType.of(to).write(buffer, m, dst, o + j * os, os);
      }
    } else {
      long[] buffer = new long[Math.min(n, BUFFER)];
      for (int j = 0; j < n; j += BUFFER) {
        int m = Math.min(BUFFER, n - j);
        ElementType.of(from).read(src, i + j * is, is, m, buffer);
        ElementType.of(to).write(buffer, m, dst, o + j * os, os);
      }
    }
  }

  private void same(Object dst, int o, int os, Object src, int i, int is, int n) {
    if (os == 1 && is == 1) {
      System.arraycopy(src, i, dst, o, n);
    } else {
      Moves.of(to).copy(src, i, is, dst, o, os, n);
    }
  }
}
