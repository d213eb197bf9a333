package org.autograd.kernel.cpu;

import java.util.function.IntToDoubleFunction;
import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** The {@link org.autograd.kernel.RandomKernels} of the CPU. */
final class CpuRandom {
  private CpuRandom() {}

  static void uniform(Tensor out, double from, double to, long seed, long block) {
    int off = offset(out);
    int n = numel(out);
    switch (Raw.array(out)) {
      case float[] a -> {
        Philox.uniform(seed, block, a, off, n);
        if (from != 0 || to != 1) {
          float below = Math.nextDown((float) to);
          for (int i = off; i < off + n; i++) {
            float v = (float) (from + a[i] * (to - from));
            // Rounding must not reach the end that does not belong to the range.
            a[i] = v >= (float) to && from < to ? below : v;
          }
        }
      }
      case double[] a -> {
        Philox.uniform(seed, block, a, off, n);
        if (from != 0 || to != 1) {
          double below = Math.nextDown(to);
          for (int i = off; i < off + n; i++) {
            double v = from + a[i] * (to - from);
            a[i] = v >= to && from < to ? below : v;
          }
        }
      }
      default -> throw new AssertionError(Raw.dtype(out));
    }
  }

  static void normal(Tensor out, double mean, double std, long seed, long block) {
    int off = offset(out);
    int n = numel(out);
    switch (Raw.array(out)) {
      case float[] a -> {
        Philox.normal(seed, block, a, off, n);
        if (mean != 0 || std != 1) {
          for (int i = off; i < off + n; i++) {
            a[i] = (float) (mean + a[i] * std);
          }
        }
      }
      case double[] a -> {
        Philox.normal(seed, block, a, off, n);
        if (mean != 0 || std != 1) {
          for (int i = off; i < off + n; i++) {
            a[i] = mean + a[i] * std;
          }
        }
      }
      default -> throw new AssertionError(Raw.dtype(out));
    }
  }

  static void bernoulli(Tensor out, double p, long seed, long block) {
    bernoulli(out, i -> p, seed, block);
  }

  static void bernoulli(Tensor out, Tensor p, long seed, long block) {
    double[] probabilities = (double[]) Raw.array(p);
    int first = offset(p);
    bernoulli(out, i -> probabilities[first + i], seed, block);
  }

  private static void bernoulli(Tensor out, IntToDoubleFunction p, long seed, long block) {
    int off = offset(out);
    int n = numel(out);
    if (Raw.array(out) instanceof float[] a) {
      Philox.uniform(seed, block, a, off, n);
      for (int i = 0; i < n; i++) {
        a[off + i] = a[off + i] < p.applyAsDouble(i) ? 1 : 0;
      }
      return;
    }
    ElementType type = ElementType.of(Raw.dtype(out));
    float[] drawn = new float[n];
    Philox.uniform(seed, block, drawn, 0, n);
    for (int i = 0; i < n; i++) {
      long one = drawn[i] < p.applyAsDouble(i) ? 1 : 0;
      type.put(Raw.array(out), off + i, one);
    }
  }

  static void integers(Tensor out, long low, long high, long seed, long block) {
    Philox.integers(seed, block, low, high, (long[]) Raw.array(out), offset(out), numel(out));
  }

  static void permutation(Tensor out, long seed, long block) {
    Philox.permutation(seed, block, (long[]) Raw.array(out), offset(out), numel(out));
  }

  private static int offset(Tensor t) {
    Layout l = Raw.layout(t);
    assert l.isContiguous();
    return (int) l.offset();
  }

  private static int numel(Tensor t) {
    return (int) Raw.layout(t).numel();
  }
}
