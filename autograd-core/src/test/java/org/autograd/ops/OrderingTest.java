package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.slices;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderingTest {
  /** The stable order of a slice by the library's standard sort of boxed values. */
  private static int[] order(double[] s, boolean descending) {
    Comparator<Integer> by = Comparator.comparingDouble(i -> s[i] + 0.0);
    return IntStream.range(0, s.length)
        .boxed()
        .sorted(descending ? by.reversed() : by)
        .mapToInt(i -> i)
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void sortIsStableAlongEveryDimension(DType dtype) {
    Tensor t = random(dtype, 4, 3, 40, 2);
    for (Tensor self : arrangements(t)) {
      for (int dim = 0; dim < 3; dim++) {
        for (boolean descending : new boolean[] {false, true}) {
          Tensor[] sorted = Sorting.sort(self, dim, descending);
          List<double[]> before = slices(self, dim);
          List<double[]> values = slices(sorted[0], dim);
          List<double[]> indices = slices(sorted[1], dim);
          for (int i = 0; i < before.size(); i++) {
            double[] s = before.get(i);
            int[] order = order(s, descending);
            assertThat(indices.get(i))
                .containsExactly(Arrays.stream(order).asDoubleStream().toArray());
            assertThat(values.get(i))
                .containsExactly(Arrays.stream(order).mapToDouble(j -> s[j]).toArray());
          }
          assertThat(values(Sorting.argsort(self, dim - 3, descending)))
              .containsExactly(values(sorted[1]));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void nanSortsAsTheLargestAndZerosAreEqual(DType dtype) {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    Tensor t = vector(dtype, 0.0, nan, -1, -0.0, inf, -inf, nan, 0.0);
    assertThat(values(Sorting.argsort(t, 0, false))).containsExactly(5, 2, 0, 3, 7, 4, 1, 6);
    assertThat(values(Sorting.argsort(t, 0, true))).containsExactly(1, 6, 4, 0, 3, 7, 2, 5);
    assertThat(Double.doubleToRawLongBits(values(Sorting.sort(t, 0, false)[0])[3]))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
  }

  @Test
  void sortKeepsTheWholeRangeOfLongs() {
    Tensor t = vector(DType.INT64, 0, 0, 0);
    long[] a = (long[]) Raw.array(t);
    a[0] = Long.MAX_VALUE;
    a[1] = Long.MIN_VALUE;
    a[2] = Long.MAX_VALUE - 1;
    Tensor[] sorted = Sorting.sort(t, 0, true);
    assertThat((long[]) Raw.array(sorted[0]))
        .containsExactly(Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE);
    assertThat(values(Reductions.argmax(t, null, false))).containsExactly(0);
    assertThat(((long[]) Raw.array(Reductions.amin(t, null, false)))[0]).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void scalarsAndEmptySlicesSort() {
    assertThat(values(Sorting.sort(scalar(DType.FLOAT32, 3), -1, false)[0])).containsExactly(3);
    assertThat(values(Sorting.sort(scalar(DType.FLOAT32, 3), 0, true)[1])).containsExactly(0);
    assertThat(shape(Sorting.sort(of(DType.INT64, sizes(2, 0)), 1, false)[1]))
        .containsExactly(2, 0);
    assertThatThrownBy(() -> Sorting.sort(vector(1, 2), 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("sort", "dimension 1");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void indicesPointToTheFirstExtremum(DType dtype) {
    Tensor t = random(dtype, 5, 3, 7, 4);
    for (Tensor self : arrangements(t)) {
      for (int dim = 0; dim < 3; dim++) {
        Tensor[] max = Reductions.maxDim(self, dim, false);
        Tensor[] min = Reductions.minDim(self, dim - 3, true);
        List<double[]> all = slices(self, dim);
        double[] highest =
            all.stream().mapToDouble(s -> Arrays.stream(s).max().orElseThrow()).toArray();
        double[] lowest =
            all.stream().mapToDouble(s -> Arrays.stream(s).min().orElseThrow()).toArray();
        double[] atHighest =
            IntStream.range(0, all.size())
                .mapToDouble(i -> first(all.get(i), highest[i]))
                .toArray();
        double[] atLowest =
            IntStream.range(0, all.size()).mapToDouble(i -> first(all.get(i), lowest[i])).toArray();
        assertThat(values(max[0])).containsExactly(highest);
        assertThat(values(max[1])).containsExactly(atHighest);
        assertThat(values(min[0])).containsExactly(lowest);
        assertThat(values(min[1])).containsExactly(atLowest);
        assertThat(shape(min[1])[dim]).isEqualTo(1);
        assertThat(values(Reductions.argmax(self, dim, false))).containsExactly(atHighest);
      }
      double[] flat = values(self);
      assertThat(values(Reductions.argmin(self, null, false)))
          .containsExactly(first(flat, Arrays.stream(flat).min().orElseThrow()));
    }
  }

  private static double first(double[] s, double value) {
    return IntStream.range(0, s.length).filter(i -> s[i] == value).findFirst().orElseThrow();
  }

  @Test
  void theFirstNanIsTheExtremum() {
    double nan = Double.NaN;
    Tensor t = of(DType.FLOAT64, sizes(2, 4), 1, nan, 9, nan, nan, 1, 2, 3);
    assertThat(values(Reductions.argmax(t, 1, false))).containsExactly(1, 0);
    assertThat(values(Reductions.argmin(t, 1, false))).containsExactly(1, 0);
    assertThat(values(Reductions.maxDim(t, 1, false)[0])).containsExactly(nan, nan);
    assertThatThrownBy(() -> Reductions.argmax(of(DType.FLOAT32, sizes(0)), null, false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("argmax", "[0]");
    assertThatThrownBy(() -> Reductions.maxDim(of(DType.FLOAT32, sizes(3, 0)), 1, false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("max", "[3, 0]");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void cumsumAddsFromEitherEnd(DType dtype) {
    Tensor t = random(dtype, 6, 2, 5, 3);
    for (Tensor self : arrangements(t)) {
      for (int dim = 0; dim < 3; dim++) {
        Tensor forward = Scans.cumsum(self, dim);
        Tensor reverse = Scans.reverseCumsum(self, dim - 3);
        List<double[]> all = slices(self, dim);
        for (int i = 0; i < all.size(); i++) {
          double[] s = all.get(i);
          for (int j = 0; j < s.length; j++) {
            double upTo = Arrays.stream(s, 0, j + 1).sum();
            double from = Arrays.stream(s, j, s.length).sum();
            assertThat(slices(forward, dim).get(i)[j]).isCloseTo(upTo, within(1e-6));
            assertThat(slices(reverse, dim).get(i)[j]).isCloseTo(from, within(1e-6));
          }
        }
        assertThat(Raw.dtype(forward)).isEqualTo(dtype.isFloating() ? dtype : DType.INT64);
      }
    }
    assertThat(shape(Scans.cumsum(of(dtype, sizes(2, 0)), 1))).containsExactly(2, 0);
    assertThat(values(Scans.cumsum(scalar(dtype, 1), 0))).containsExactly(1);
  }
}
