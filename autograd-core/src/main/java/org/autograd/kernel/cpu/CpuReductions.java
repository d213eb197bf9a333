package org.autograd.kernel.cpu;

import org.autograd.Tensor;
import org.autograd.tensor.ElementType;
import org.autograd.tensor.Raw;

/**
 * Reductions over sets of dimensions. The outs are row-major with one element for each slice; their
 * dtype decides whether a reduction counts in doubles or in longs.
 */
final class CpuReductions {
  private CpuReductions() {}

  static void sum(Tensor out, Tensor self, long dims) {
    if (!CpuSums.sum(out, self, dims, 1)) {
      reduce(out, Source.along(self, dims, false), LongFold.SUM, Fold.Sum::new, 1);
    }
  }

  static void mean(Tensor out, Tensor self, long dims) {
    long slices = Raw.layout(out).numel();
    double divisor = slices == 0 ? 1 : (double) (Raw.layout(self).numel() / slices);
    if (!CpuSums.sum(out, self, dims, divisor)) {
      reduce(out, Source.along(self, dims, false), LongFold.SUM, Fold.Sum::new, divisor);
    }
  }

  static void prod(Tensor out, Tensor self, long dims) {
    reduce(out, Source.along(self, dims, false), LongFold.PROD, Fold.Prod::new, 1);
  }

  static void extremum(Tensor out, Tensor self, long dims, boolean max) {
    LongFold longs = max ? LongFold.MAX : LongFold.MIN;
    reduce(out, Source.along(self, dims, false), longs, () -> new Fold.Extremum(max), 1);
  }

  static void any(Tensor out, Tensor self, long dims, boolean all) {
    Source src = Source.along(self, dims, false);
    byte[] dst = (byte[]) Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    src.run((from, to) -> {
      Fold.Count count = new Fold.Count();
      double[] buffer = Lanes.doubles(src.slices.size);
      for (int i = from; i < to; i++) {
        double n = src.fold(count, i, buffer);
        dst[at + i] = (byte) ((all ? n == src.slices.size : n > 0) ? 1 : 0);
      }
    });
  }

  static void var(Tensor out, Tensor self, long dims, double correction, boolean root) {
    Source src = Source.along(self, dims, false);
    ElementType type = ElementType.of(Raw.dtype(out));
    Object dst = Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    int n = src.slices.size;
    double divisor = Math.max(0, n - correction);
    src.run((from, to) -> {
      Fold.Sum sum = new Fold.Sum();
      Fold.Squares squares = new Fold.Squares();
      double[] buffer = Lanes.doubles(n);
      for (int i = from; i < to; i++) {
        squares.centre = src.fold(sum, i, buffer) / n;
        double v = src.fold(squares, i, buffer) / divisor;
        type.put(dst, at + i, root ? Math.sqrt(v) : v);
      }
    });
  }

  static void logsumexp(Tensor out, Tensor self, long dims) {
    Source src = Source.along(self, dims, false);
    ElementType type = ElementType.of(Raw.dtype(out));
    Object dst = Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    src.run((from, to) -> {
      Fold.Extremum max = new Fold.Extremum(true);
      Fold.Exponentials sum = new Fold.Exponentials();
      double[] buffer = Lanes.doubles(src.slices.size);
      for (int i = from; i < to; i++) {
        double m = src.fold(max, i, buffer);
        sum.centre = Double.isInfinite(m) ? 0 : m;
        double v = Math.log(src.fold(sum, i, buffer)) + sum.centre;
        type.put(dst, at + i, v);
      }
    });
  }

  private interface Maker {
    Fold make();
  }

  private static void reduce(
      Tensor out, Source src, LongFold longs, Maker doubles, double divisor) {
    ElementType type = ElementType.of(Raw.dtype(out));
    Object dst = Raw.array(out);
    int at = (int) Raw.layout(out).offset();
    if (Raw.dtype(out).isFloating()) {
      src.run((from, to) -> {
        Fold fold = doubles.make();
        double[] buffer = Lanes.doubles(src.slices.size);
        for (int i = from; i < to; i++) {
          type.put(dst, at + i, src.fold(fold, i, buffer) / divisor);
        }
      });
    } else {
      src.run((from, to) -> {
        long[] buffer = Lanes.longs(src.slices.size);
        for (int i = from; i < to; i++) {
          type.put(dst, at + i, src.fold(longs, i, buffer));
        }
      });
    }
  }
}
