package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.expanded;
import static org.autograd.ops.Arranged.indices;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import java.util.Random;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatherTest {
  private static Tensor index(int bound, int seed, DType dtype, long... sizes) {
    Random random = new Random(seed);
    double[] at = new double[(int) Arranged.count(sizes)];
    for (int i = 0; i < at.length; i++) {
      at[i] = random.nextInt(bound);
    }
    return of(dtype, sizes, at);
  }

  /**
   * The row-major position in a tensor of {@code sizes} of the place that index element i names.
   */
  private static int place(long[] sizes, int dim, Tensor index, int i) {
    long[] within = shape(index);
    long rest = i;
    long place = 0;
    long scale = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      long at = d == dim ? (long) values(index)[i] : rest % within[d];
      rest /= within[d];
      place += at * scale;
      scale *= sizes[d];
    }
    return (int) place;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void gatherAndScatterFollowTheIndex(DType dtype) {
    Tensor t = random(dtype, 1, 3, 4, 5);
    long[] sizes = shape(t);
    for (int dim = 0; dim < 3; dim++) {
      long[] smaller = {2, 3, 4};
      smaller[dim] = 6;
      Tensor at = index((int) sizes[dim], 2, dim == 1 ? DType.INT32 : DType.INT64, smaller);
      Tensor src = random(dtype, 3, 6, 6, 6);
      double[] gathered = new double[(int) Arranged.count(smaller)];
      double[] scattered = values(t);
      double[] added = values(t);
      for (int i = 0; i < gathered.length; i++) {
        int place = place(sizes, dim, at, i);
        double from = values(src)[sourcePlace(smaller, i)];
        gathered[i] = values(t)[place];
        scattered[place] = from;
        added[place] = dtype == DType.BOOL ? Math.max(added[place], from) : added[place] + from;
      }
      for (Tensor self : arrangements(t)) {
        for (Tensor index : arrangements(at)) {
          assertThat(values(Gather.gather(self, dim, index))).containsExactly(gathered);
          assertThat(values(Gather.scatter(self, dim - 3, index, src))).containsExactly(scattered);
          assertThat(values(Gather.scatterAdd(self, dim, index, src))).containsExactly(added);
        }
        for (Tensor from : arrangements(src)) {
          assertThat(values(Gather.scatter(self, dim, at, from))).containsExactly(scattered);
        }
        Gather.scatterInto(self, dim, at, src);
        assertThat(values(self)).containsExactly(scattered);
      }
      t = random(dtype, 1, 3, 4, 5);
    }
  }

  private static int sourcePlace(long[] within, int i) {
    long c = i % within[2];
    long b = i / within[2] % within[1];
    long a = i / within[2] / within[1];
    return (int) ((a * 6 + b) * 6 + c);
  }

  @Test
  void scatterOfANumberAndInPlace() {
    Tensor t = of(DType.FLOAT32, sizes(2, 3));
    Tensor at = indices(sizes(2, 1), 2, 0);
    assertThat(values(Gather.scatter(t, 1, at, Scalar.of(7)))).containsExactly(0, 0, 7, 7, 0, 0);
    assertThat(values(t)).containsOnly(0);
    Gather.scatterInto(t, 1, at, Scalar.of(2.5));
    assertThat(values(t)).containsExactly(0, 0, 2.5, 2.5, 0, 0);
    Gather.scatterAddInto(t, 1, at, expanded(of(DType.FLOAT32, sizes(1, 1), 1), 2, 1));
    assertThat(values(t)).containsExactly(0, 0, 3.5, 3.5, 0, 0);
  }

  @Test
  void gatherBackwardAddsUpRepeatedPlaces() {
    Tensor grad = of(DType.FLOAT32, sizes(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor at = indices(sizes(2, 3), 0, 0, 1, 1, 1, 1);
    Tensor back = Gather.gatherBackward(grad, sizes(2, 2), 1, at);
    assertThat(values(back)).containsExactly(3, 3, 0, 15);
    assertThat(Raw.dtype(back)).isEqualTo(DType.FLOAT32);
  }

  @Test
  void scalarsAndEmptyIndicesWork() {
    Tensor s = scalar(DType.FLOAT64, 4);
    assertThat(values(Gather.gather(s, 0, indices(sizes(), 0)))).containsExactly(4);
    assertThat(values(Gather.gather(s, 0, indices(sizes(3), 0, 0, 0)))).containsExactly(4, 4, 4);
    assertThat(values(Gather.gather(vector(1, 2, 3), 0, indices(sizes(), 2)))).containsExactly(3);
    assertThat(shape(Gather.gather(vector(1, 2), 0, indices(sizes(0))))).containsExactly(0);
    assertThat(values(Gather.scatter(vector(1, 2), 0, indices(sizes(0)), vector())))
        .containsExactly(1, 2);
    assertThat(values(Gather.scatterAdd(s, 0, indices(sizes(), 0), s))).containsExactly(8);
  }

  @Test
  void nothingIsWrittenWhenAnIndexIsOutOfRange() {
    Tensor t = vector(1, 2, 3);
    Tensor bad = indices(sizes(3), 0, 1, 3);
    assertThatThrownBy(() -> Gather.scatterInto(t, 0, bad, vector(7, 8, 9)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("scatter_", "index 3", "dimension 0", "size 3");
    assertThat(values(t)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> Gather.gather(t, 0, indices(sizes(1), -1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("gather", "index -1", "size 3", "negative");
    assertThatThrownBy(() -> Gather.indexSelect(t, 0, indices(sizes(1), 5)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("indexSelect", "index 5", "size 3");
  }

  @Test
  void operandsThatDoNotFitAreRefused() {
    Tensor t = random(DType.FLOAT32, 1, 2, 3);
    assertThatThrownBy(() -> Gather.gather(t, 1, vector(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("gather", "int64", "float64");
    assertThatThrownBy(() -> Gather.gather(t, 1, indices(sizes(2), 0, 0)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("gather", "[2]", "[2, 3]");
    assertThatThrownBy(() -> Gather.gather(t, 1, indices(sizes(3, 1), 0, 0, 0)))
        .isInstanceOf(AutogradException.class);
    assertThatThrownBy(() ->
            Gather.scatter(t, 1, indices(sizes(2, 2), 0, 0, 0, 0), random(DType.FLOAT32, 1, 2, 1)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("scatter", "[2, 2]", "[2, 1]");
    assertThatThrownBy(() ->
            Gather.scatter(t, 1, indices(sizes(2, 2), 0, 0, 0, 0), random(DType.INT64, 1, 2, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("float32", "int64");
    assertThatThrownBy(() -> Gather.gather(t, 2, indices(sizes(2, 1), 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dimension 2");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void indexSelectTakesWholeSlices(DType dtype) {
    Tensor t = random(dtype, 1, 3, 4, 5);
    Tensor at = indices(sizes(4), 2, 0, 0, 1);
    for (Tensor self : arrangements(t)) {
      for (int dim = 0; dim < 3; dim++) {
        for (Tensor index : arrangements(at)) {
          Tensor got = Gather.indexSelect(self, dim, index);
          long[] sizes = shape(t).clone();
          sizes[dim] = 4;
          assertThat(shape(got)).containsExactly(sizes);
          long[] ones = {1, 1, 1};
          ones[dim] = 4;
          Tensor wide = expanded(of(DType.INT64, ones, values(at)), sizes);
          assertThat(values(got)).containsExactly(values(Gather.gather(t, dim, wide)));
        }
      }
    }
    assertThat(values(Gather.indexSelect(scalar(dtype, 1), 0, indices(sizes(1), 0))))
        .containsExactly(1);
    assertThat(shape(Gather.indexSelect(t, 1, indices(sizes(0))))).containsExactly(3, 0, 5);
    assertThat(shape(Gather.indexSelect(t, 1, indices(sizes(), 3)))).containsExactly(3, 1, 5);
  }

  @Test
  void indexSelectBackwardAddsUpRepeatedPlaces() {
    Tensor grad = of(DType.FLOAT64, sizes(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor at = indices(sizes(3), 1, 1, 0);
    for (Tensor g : arrangements(grad)) {
      assertThat(values(Gather.indexSelectBackward(g, sizes(2, 4), 1, at)))
          .containsExactly(3, 3, 0, 0, 6, 9, 0, 0);
    }
    assertThat(values(Gather.indexSelectBackward(grad, sizes(3, 3), 0, indices(sizes(2), 2, 2))))
        .containsExactly(0, 0, 0, 0, 0, 0, 5, 7, 9);
    assertThat(
            values(
                Gather.indexSelectBackward(
                    scalar(DType.FLOAT32, 3), sizes(), 0, indices(sizes(1), 0))))
        .containsExactly(3);
  }
}
