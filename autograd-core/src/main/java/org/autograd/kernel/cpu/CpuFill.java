package org.autograd.kernel.cpu;

import java.util.Arrays;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Sets elements to one value. */
record CpuFill(DType dtype, Scalar value) implements Loop {

  static void fill(Tensor dst, Scalar value) {
    if (Raw.layout(dst).numel() == 0) {
      // An empty view may begin where its memory has ended.
      return;
    }
    CpuFill loop = new CpuFill(Raw.dtype(dst), value);
    Layout l = Raw.layout(dst);
    if (l.isNonOverlappingAndDense()) {
      int offset = (int) l.offset();
      Object array = Raw.array(dst);
      Strided.chunks((int) l.numel(), (from, n) -> loop.row(array, offset + from, 1, n));
    } else {
      Strided.run(loop, dst);
    }
  }

  @Override
  public void row(Object[] arrays, int[] at, int[] step, int n) {
    row(arrays[0], at[0], step[0], n);
  }

  private void row(Object array, int at, int step, int n) {
    switch (dtype) {
      case FLOAT32 -> row((float[]) array, at, step, n, (float) value.toDouble());
      case FLOAT64 -> row((double[]) array, at, step, n, value.toDouble());
      case INT64 -> row((long[]) array, at, step, n, value.toLong());
      case INT32 -> row((int[]) array, at, step, n, (int) value.toLong());
      case UINT8 -> row((byte[]) array, at, step, n, (byte) value.toLong());
      case BOOL -> row((byte[]) array, at, step, n, (byte) (value.toDouble() != 0 ? 1 : 0));
    }
  }

  private static void row(float[] a, int at, int step, int n, float value) {
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int i = 0; i < n; i++) {
      a[at + i * step] = value;
    }
  }

  private static void row(double[] a, int at, int step, int n, double value) {
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int i = 0; i < n; i++) {
      a[at + i * step] = value;
    }
  }

  private static void row(long[] a, int at, int step, int n, long value) {
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int i = 0; i < n; i++) {
      a[at + i * step] = value;
    }
  }

  private static void row(int[] a, int at, int step, int n, int value) {
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int i = 0; i < n; i++) {
      a[at + i * step] = value;
    }
  }

  private static void row(byte[] a, int at, int step, int n, byte value) {
    if (step == 1) {
      Arrays.fill(a, at, at + n, value);
      return;
    }
    for (int i = 0; i < n; i++) {
      a[at + i * step] = value;
    }
  }
}
