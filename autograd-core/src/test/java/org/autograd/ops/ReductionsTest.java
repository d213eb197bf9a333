package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.dims;
import static org.autograd.ops.Arranged.expanded;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.slices;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.autograd.AutogradException;
import org.autograd.Correction;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.cpu.CpuThreads;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReductionsTest {
  private static final int[][] SETS = {
    {0}, {1}, {2}, {-1}, {0, 1}, {1, 2}, {0, 2}, {2, 0}, {0, 1, 2}, {}
  };

  private interface Op {
    Tensor call(Tensor self, int[] dim, boolean keepdim);
  }

  private static void check(Tensor t, Op op, ToDoubleFunction<double[]> expected) {
    for (Tensor self : arrangements(t)) {
      for (int[] set : SETS) {
        int[] named =
            set.length == 0 ? dims(0, 1, 2) : Arrays.stream(set).map(d -> (d + 3) % 3).toArray();
        double[] want = slices(self, named).stream().mapToDouble(expected).toArray();
        Tensor result = op.call(self, set, false);
        assertThat(values(result)).as(Raw.layout(self) + Arrays.toString(set)).hasSize(want.length);
        for (int i = 0; i < want.length; i++) {
          assertThat(values(result)[i])
              .as(Raw.layout(self) + Arrays.toString(set))
              .isCloseTo(want[i], within(1e-6 * Math.max(1, Math.abs(want[i]))));
        }
        long[] kept = shape(self).clone();
        Arrays.stream(named).forEach(d -> kept[d] = 1);
        assertThat(shape(op.call(self, set, true))).containsExactly(kept);
      }
    }
  }

  /** Makes negative zeros positive, which a product of integers always has. */
  private static double[] noMinus(double[] a) {
    return Arrays.stream(a).map(v -> v + 0.0).toArray();
  }

  private static double[] sorted(double[] a) {
    double[] b = a.clone();
    Arrays.sort(b);
    return b;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void sumAddsUpEachSlice(DType dtype) {
    Tensor t = random(dtype, 1, 3, 4, 5);
    check(t, Reductions::sum, s -> Arrays.stream(s).sum());
    check(random(dtype, 2, 12, 11, 13), Reductions::sum, s -> Arrays.stream(s).sum());
    DType expected = dtype.isFloating() ? dtype : DType.INT64;
    assertThat(Raw.dtype(Reductions.sum(t))).isEqualTo(expected);
    assertThat(values(Reductions.sum(t))).containsExactly(Arrays.stream(values(t)).sum());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void extremaAndTruthHoldForEachSlice(DType dtype) {
    Tensor t = random(dtype, 2, 3, 4, 5);
    check(t, Reductions::amax, s -> sorted(s)[s.length - 1]);
    check(t, Reductions::amin, s -> sorted(s)[0]);
    assertThat(Raw.dtype(Reductions.amax(t, dims(0), false))).isEqualTo(dtype);
    for (int d = 0; d < 3; d++) {
      List<double[]> all = slices(t, d);
      double[] any =
          all.stream().mapToDouble(s -> Arrays.stream(s).anyMatch(v -> v != 0) ? 1 : 0).toArray();
      double[] every =
          all.stream().mapToDouble(s -> Arrays.stream(s).allMatch(v -> v != 0) ? 1 : 0).toArray();
      double[] prod =
          all.stream()
              .mapToDouble(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b) + 0.0)
              .toArray();
      for (Tensor self : arrangements(t)) {
        assertThat(values(Reductions.any(self, d, false))).containsExactly(any);
        assertThat(values(Reductions.all(self, d - 3, true))).containsExactly(every);
        assertThat(noMinus(values(Reductions.prod(self, d, false)))).containsExactly(prod);
      }
    }
    assertThat(Raw.dtype(Reductions.any(t))).isEqualTo(DType.BOOL);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void meanVarianceAndLogsumexpHoldForEachSlice(DType dtype) {
    Tensor t = random(dtype, 3, 3, 4, 5);
    check(t, Reductions::mean, s -> Arrays.stream(s).average().orElseThrow());
    check(t, (self, dim, keep) -> Reductions.var(self, dim, 1, keep), s -> variance(s, 1));
    check(t, (self, dim, keep) -> Reductions.var(self, dim, 0, keep), s -> variance(s, 0));
    check(
        t, (self, dim, keep) -> Reductions.std(self, dim, 1, keep), s -> Math.sqrt(variance(s, 1)));
    check(t, Reductions::logsumexp, s -> Math.log(Arrays.stream(s).map(Math::exp).sum()));
    assertThat(Raw.dtype(Reductions.mean(t))).isEqualTo(dtype);
  }

  private static double variance(double[] s, double correction) {
    double mean = Arrays.stream(s).average().orElseThrow();
    return Arrays.stream(s).map(v -> (v - mean) * (v - mean)).sum() / (s.length - correction);
  }

  @Test
  void largeSumsAreAccurateAndTheSameAtAnyThreadCount() {
    int n = 300_000;
    float[] array = new float[n];
    Arrays.fill(array, 0.1f);
    Tensor t =
        Raw.alias(HeapStorage.of(array), Views.view(layout(n), sizes(500, 600)), DType.FLOAT32);
    int threads = CpuThreads.get();
    try {
      double[][] sums = new double[3][];
      for (int i = 0; i < 3; i++) {
        CpuThreads.set(i + 1);
        sums[i] = values(Reductions.sum(t));
        assertThat(sums[i][0]).isCloseTo(n * (double) 0.1f, within(0.03));
        assertThat(values(Reductions.sum(t, dims(0), false))[599])
            .isCloseTo(500 * (double) 0.1f, within(1e-4));
        assertThat(values(Reductions.mean(t, dims(1), false))[499]).isCloseTo(0.1f, within(1e-7));
      }
      assertThat(sums[1]).isEqualTo(sums[0]);
      assertThat(sums[2]).isEqualTo(sums[0]);
    } finally {
      CpuThreads.set(threads);
    }
  }

  private static Layout layout(long... sizes) {
    return Layout.contiguous(sizes);
  }

  @Test
  void expandedOperandsCountEachRepetition() {
    Tensor t = expanded(vector(1, 2, 3), 4, 3);
    assertThat(values(Reductions.sum(t))).containsExactly(24);
    assertThat(values(Reductions.sum(t, dims(0), false))).containsExactly(4, 8, 12);
    assertThat(values(Reductions.prod(t, 0, false))).containsExactly(1, 16, 81);
    assertThat(values(Reductions.mean(t))).containsExactly(2);
    Tensor all = expanded(of(DType.FLOAT32, sizes(1, 1), 2), 3, 5);
    assertThat(values(Reductions.sum(all))).containsExactly(30);
  }

  @Test
  void emptyReductionsGiveTheNeutralElement() {
    Tensor t = of(DType.FLOAT32, sizes(2, 0, 3));
    assertThat(values(Reductions.sum(t))).containsExactly(0);
    assertThat(values(Reductions.prod(t))).containsExactly(1);
    assertThat(values(Reductions.mean(t))).containsExactly(Double.NaN);
    assertThat(values(Reductions.sum(t, dims(1), false))).containsExactly(new double[6]);
    assertThat(values(Reductions.mean(t, dims(1, 2), false)))
        .containsExactly(Double.NaN, Double.NaN);
    assertThat(values(Reductions.var(t, null, 1, false))).containsExactly(Double.NaN);
    assertThat(values(Reductions.logsumexp(t, dims(1, 2), false)))
        .containsExactly(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
    assertThat(values(Reductions.any(t))).containsExactly(0);
    assertThat(values(Reductions.all(t))).containsExactly(1);
    assertThat(shape(Reductions.sum(t, dims(0), true))).containsExactly(1, 0, 3);
    assertThat(shape(Reductions.amax(t, dims(0), false))).containsExactly(0, 3);
  }

  @Test
  void nanWinsInExtrema() {
    Tensor t = of(DType.FLOAT32, sizes(2, 3), 1, Double.NaN, 3, 4, 5, 6);
    assertThat(values(Reductions.amax(t, dims(1), false))).containsExactly(Double.NaN, 6);
    assertThat(values(Reductions.amin(t, dims(1), false))).containsExactly(Double.NaN, 4);
    assertThat(values(Reductions.max(t))).containsExactly(Double.NaN);
    assertThat(values(Reductions.min(t))).containsExactly(Double.NaN);
    assertThat(values(Reductions.any(vector(0, Double.NaN)))).containsExactly(1);
  }

  @Test
  void logsumexpNeitherOverflowsNorLosesInfinities() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(values(Reductions.logsumexp(vector(1000, 1000), dims(0), false))[0])
        .isCloseTo(1000 + Math.log(2), within(1e-12));
    assertThat(values(Reductions.logsumexp(vector(-inf, -inf), dims(0), false)))
        .containsExactly(-inf);
    assertThat(values(Reductions.logsumexp(vector(inf, 0), dims(0), false))).containsExactly(inf);
    Tensor ints = Reductions.logsumexp(vector(DType.INT64, 0, 0), dims(0), false);
    assertThat(Raw.dtype(ints)).isEqualTo(DType.FLOAT32);
    assertThat(values(ints)[0]).isCloseTo(Math.log(2), within(1e-7));
  }

  @Test
  void varianceHasAnEmptyDivisorAtWorst() {
    assertThat(values(Reductions.var(vector(3), null, 1, false))).containsExactly(Double.NaN);
    assertThat(values(Reductions.var(vector(1, 3), null, 2, false)))
        .containsExactly(Double.POSITIVE_INFINITY);
    assertThat(values(Reductions.var(vector(1e9 + 1, 1e9 + 3), null, 1, false))).containsExactly(2);
  }

  @Test
  void scalarsHaveOneDimensionToReduce() {
    Tensor s = scalar(DType.FLOAT64, 5);
    assertThat(values(Reductions.sum(s, dims(0), true))).containsExactly(5);
    assertThat(shape(Reductions.sum(s, dims(-1), true))).isEmpty();
    assertThat(values(Reductions.amax(s, dims(), false))).containsExactly(5);
    assertThat(values(Reductions.var(s, dims(0), 0, false))).containsExactly(0);
  }

  @Test
  void badArgumentsAreRefusedByName() {
    Tensor t = random(DType.FLOAT32, 1, 2, 3);
    assertThatThrownBy(() -> Reductions.sum(t, dims(2), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("sum", "dimension 2");
    assertThatThrownBy(() -> Reductions.amax(t, dims(1, -1), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("amax", "more than once");
    assertThatThrownBy(() -> Reductions.mean(random(DType.INT64, 1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mean", "int64", "to(");
    assertThatThrownBy(() -> Reductions.std(random(DType.BOOL, 1, 2), null, 1, false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("std", "bool");
    assertThatThrownBy(() -> Reductions.max(of(DType.FLOAT32, sizes(0))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("max", "[0]");
    assertThatThrownBy(() -> Reductions.amin(of(DType.FLOAT32, sizes(2, 0)), dims(1), false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("amin", "dimension 1", "[2, 0]");
  }

  @Test
  void numbersAfterDimensionsAreDimensions() {
    // Mean 6, squares of differences 16, 4, 0, 36.
    Tensor t = Tensor.of(new double[] {2, 4, 6, 12}, 2, 2);
    assertThat(t.var(0, 1).item()).isCloseTo(56 / 3.0, within(1e-12));
    assertThat(t.var(Correction.NONE).item()).isEqualTo(14);
    assertThat(values(t.var(0, Correction.NONE))).containsExactly(4, 16);
    assertThat(values(t.std(0, Correction.of(0)))).containsExactly(2, 4);
    assertThat(t.std(1, true).sizes()).containsExactly(2, 1);
    assertThat(t.std(new int[] {0, 1}, Correction.NONE, true).sizes()).containsExactly(1, 1);
    assertThat(t.var(Correction.NONE, true).sizes()).containsExactly(1, 1);
    assertThatThrownBy(() -> Correction.of(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
