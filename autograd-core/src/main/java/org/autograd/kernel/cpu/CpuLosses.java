package org.autograd.kernel.cpu;

import org.autograd.AutogradException;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The negative log likelihood of target classes, and the squared error. */
final class CpuLosses {
  private CpuLosses() {}

  static void nll(
      Tensor out,
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    Source src = Source.along(self, classes(self));
    int[] targets = targets(target, src.slices.size, ignoreIndex);
    Object dst = Raw.array(out);
    ElementType type = ElementType.of(Raw.dtype(out));
    int at = (int) Raw.layout(out).offset();
    double total = 0;
    double weights = 0;
    for (int i = 0; i < targets.length; i++) {
      int t = targets[i];
      double loss = 0;
      if (t >= 0) {
        double w = weight(weight, t);
        weights += w;
        loss = -w * src.type.getDouble(src.array, src.slices.base(i) + t * src.slices.stride);
        total += loss;
      }
      if (reduction == Reduction.NONE) {
        type.put(dst, at + i, loss);
      }
    }
    if (reduction != Reduction.NONE) {
      type.put(dst, at, reduction == Reduction.MEAN ? total / weights : total);
    }
  }

  /** {@code out} is all zeros before. */
  static void nllBackward(
      Tensor out,
      Tensor grad,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    Source dst = Source.along(out, classes(out));
    Source g = Source.along(grad, 0L, true);
    int[] targets = targets(target, dst.slices.size, ignoreIndex);
    double divisor = reduction == Reduction.MEAN ? 0 : 1;
    for (int i = 0; i < targets.length && reduction == Reduction.MEAN; i++) {
      divisor += targets[i] < 0 ? 0 : weight(weight, targets[i]);
    }
    for (int i = 0; i < targets.length; i++) {
      int t = targets[i];
      if (t >= 0) {
        double up = g.type.getDouble(g.array, g.slices.base(reduction == Reduction.NONE ? i : 0));
        int into = dst.slices.base(i) + t * dst.slices.stride;
        dst.type.put(dst.array, into, -weight(weight, t) * up / divisor);
      }
    }
  }

  private static int classes(Tensor self) {
    return Raw.layout(self).dim() < 2 ? 0 : 1;
  }

  private static double weight(Tensor weight, int at) {
    if (weight == null) {
      return 1;
    }
    long stride = Raw.layout(weight).strides()[0];
    int place = (int) (Raw.layout(weight).offset() + at * stride);
    return ElementType.of(Raw.dtype(weight)).getDouble(Raw.array(weight), place);
  }

  /** The target classes in row-major order, with -1 for those to be ignored. */
  private static int[] targets(Tensor target, int classes, long ignoreIndex) {
    long[] read = Indices.read(target);
    int[] targets = new int[read.length];
    for (int i = 0; i < read.length; i++) {
      long t = read[i];
      if (t != ignoreIndex && (t < 0 || t >= classes)) {
        throw new AutogradException(
            "nllLoss: target "
                + t
                + " at position "
                + i
                + " is out of range for "
                + classes
                + " classes; targets are classes counted from 0, or equal to ignoreIndex "
                + ignoreIndex);
      }
      targets[i] = t == ignoreIndex ? -1 : (int) t;
    }
    return targets;
  }

  /** {@code self} and {@code target} have equal sizes. */
  static void mse(Tensor out, Tensor self, Tensor target, Reduction reduction) {
    Layout layout = Raw.layout(self);
    int dim = Math.max(0, layout.dim() - 1);
    Source a = Source.along(self, dim);
    Source b = Source.along(target, dim);
    int n = a.slices.size;
    double[] x = Lanes.doubles(n);
    double[] y = Lanes.doubles(n);
    Object dst = Raw.array(out);
    ElementType type = ElementType.of(Raw.dtype(out));
    int at = (int) Raw.layout(out).offset();
    double total = 0;
    for (int i = 0; i < a.slices.count; i++) {
      for (int j = 0; j < n; j += Lanes.BLOCK) {
        int m = Math.min(Lanes.BLOCK, n - j);
        squares(a, b, i, j, m, x, y);
        if (reduction == Reduction.NONE) {
          type.write(x, m, dst, at + i * n + j, 1);
        } else {
          total += Fold.Sum.sum(x, 0, m);
        }
      }
    }
    if (reduction != Reduction.NONE) {
      double divisor = reduction == Reduction.MEAN ? layout.numel() : 1;
      type.put(dst, at, total / divisor);
    }
  }

  private static void squares(
      Source a, Source b, int slice, int from, int n, double[] x, double[] y) {
    differences(a, b, slice, from, n, x, y);
    for (int k = 0; k < n; k++) {
      x[k] *= x[k];
    }
  }

  private static void differences(
      Source a, Source b, int slice, int from, int n, double[] x, double[] y) {
    int s = a.slices.stride;
    int t = b.slices.stride;
    a.type.read(a.array, a.slices.base(slice) + from * s, s, n, x);
    b.type.read(b.array, b.slices.base(slice) + from * t, t, n, y);
    for (int k = 0; k < n; k++) {
      x[k] -= y[k];
    }
  }

  /** {@code grad}, {@code self} and {@code target} have equal sizes. */
  static void mseBackward(
      Tensor out, Tensor grad, Tensor self, Tensor target, Reduction reduction) {
    int dim = Math.max(0, Raw.layout(self).dim() - 1);
    Source g = Source.along(grad, dim);
    Source a = Source.along(self, dim);
    Source b = Source.along(target, dim);
    Source dst = Source.along(out, dim);
    int n = a.slices.size;
    double factor = reduction == Reduction.MEAN ? 2.0 / Raw.layout(self).numel() : 2;
    a.run((from, to) -> {
      double[] x = Lanes.doubles(n);
      double[] y = Lanes.doubles(n);
      for (int i = from; i < to; i++) {
        for (int j = 0; j < n; j += Lanes.BLOCK) {
          int m = Math.min(Lanes.BLOCK, n - j);
          differences(a, b, i, j, m, x, y);
          int step = g.slices.stride;
          g.type.read(g.array, g.slices.base(i) + j * step, step, m, y);
          for (int k = 0; k < m; k++) {
            x[k] *= factor * y[k];
          }
          int into = dst.slices.base(i) + j * dst.slices.stride;
          dst.type.write(x, m, dst.array, into, dst.slices.stride);
        }
      }
    });
  }
}
