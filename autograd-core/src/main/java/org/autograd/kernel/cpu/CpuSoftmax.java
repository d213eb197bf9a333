package org.autograd.kernel.cpu;

import org.autograd.Tensor;

/** Softmax, its logarithm, and their derivatives, slice by slice in double precision. */
final class CpuSoftmax {
  private CpuSoftmax() {}

  static void softmax(Tensor out, Tensor self, int dim, boolean log) {
    Source src = Source.along(self, dim);
    Source dst = Source.along(out, dim);
    int n = src.slices.size;
    src.run((from, to) -> {
      double[] x = new double[n];
      for (int i = from; i < to; i++) {
        src.type.read(src.array, src.slices.base(i), src.slices.stride, n, x);
        if (log) {
          logSoftmax(x, n);
        } else {
          softmax(x, n);
        }
        dst.type.write(x, n, dst.array, dst.slices.base(i), dst.slices.stride);
      }
    });
  }

  private static double max(double[] x, int n) {
    double m = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      m = Math.max(m, x[j]);
    }
    return m;
  }

  private static void softmax(double[] x, int n) {
    double m = max(x, n);
    double total = 0;
    for (int j = 0; j < n; j++) {
      x[j] = Math.exp(x[j] - m);
      total += x[j];
    }
    double factor = 1 / total;
    for (int j = 0; j < n; j++) {
      x[j] *= factor;
    }
  }

  private static void logSoftmax(double[] x, int n) {
    double m = max(x, n);
    double total = 0;
    for (int j = 0; j < n; j++) {
      total += Math.exp(x[j] - m);
    }
    double log = Math.log(total);
    for (int j = 0; j < n; j++) {
      x[j] = x[j] - m - log;
    }
  }

  static void backward(Tensor out, Tensor grad, Tensor result, int dim, boolean log) {
    Source g = Source.along(grad, dim);
    Source y = Source.along(result, dim);
    Source dst = Source.along(out, dim);
    int n = g.slices.size;
    g.run((from, to) -> {
      double[] a = new double[n];
      double[] b = new double[n];
      for (int i = from; i < to; i++) {
        g.type.read(g.array, g.slices.base(i), g.slices.stride, n, a);
        y.type.read(y.array, y.slices.base(i), y.slices.stride, n, b);
        double total = 0;
        for (int j = 0; j < n; j++) {
          total += log ? a[j] : a[j] * b[j];
        }
        for (int j = 0; j < n; j++) {
          a[j] = log ? a[j] - Math.exp(b[j]) * total : b[j] * (a[j] - total);
        }
        dst.type.write(a, n, dst.array, dst.slices.base(i), dst.slices.stride);
      }
    });
  }
}
