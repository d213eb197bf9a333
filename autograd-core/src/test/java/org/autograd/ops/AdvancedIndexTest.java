package org.autograd.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.ops.Arranged.arrangements;
import static org.autograd.ops.Arranged.indices;
import static org.autograd.ops.Arranged.of;
import static org.autograd.ops.Arranged.random;
import static org.autograd.ops.Arranged.scalar;
import static org.autograd.ops.Arranged.shape;
import static org.autograd.ops.Arranged.sizes;
import static org.autograd.ops.Arranged.values;
import static org.autograd.ops.Arranged.vector;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdvancedIndexTest {
  private static Tensor[] at(Tensor... indices) {
    return indices;
  }

  private static Tensor mask(long[] sizes, double... values) {
    return of(DType.BOOL, sizes, values);
  }

  /** Counts up from 0. */
  private static Tensor counted(DType dtype, long... sizes) {
    double[] values = new double[(int) Arranged.count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return of(dtype, sizes, values);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void neighbouringIndicesStayInPlace(DType dtype) {
    // counted(2, 3, 4): element [a, b, c] is 12a + 4b + c.
    for (Tensor self : arrangements(counted(dtype, 2, 3, 4))) {
      Tensor b = indices(sizes(2), 2, 0);
      Tensor c = indices(sizes(2), 3, -4);
      Tensor got = AdvancedIndex.index(self, at(null, b, c));
      assertThat(shape(got)).containsExactly(2, 2);
      assertThat(values(got)).containsExactly(11, 0, 23, 12);
      Tensor first = AdvancedIndex.index(self, at(indices(sizes(3), 1, 0, 1)));
      assertThat(shape(first)).containsExactly(3, 3, 4);
      assertThat(values(first)[0]).isEqualTo(12);
      assertThat(values(first)[12 + 5]).isEqualTo(5);
      Tensor middle = AdvancedIndex.index(self, at(null, indices(sizes(2, 1), 1, 2)));
      assertThat(shape(middle)).containsExactly(2, 2, 1, 4);
      assertThat(values(middle))
          .containsExactly(4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23);
    }
  }

  @Test
  void separatedIndicesComeFirst() {
    for (Tensor self : arrangements(counted(DType.FLOAT32, 2, 3, 4))) {
      Tensor a = indices(sizes(2), 0, 1);
      Tensor c = indices(sizes(1), 3);
      Tensor got = AdvancedIndex.index(self, at(a, null, c));
      assertThat(shape(got)).containsExactly(2, 3);
      assertThat(values(got)).containsExactly(3, 7, 11, 15, 19, 23);
    }
  }

  @Test
  void indicesBroadcastTogether() {
    Tensor self = counted(DType.INT32, 3, 4);
    Tensor rows = of(DType.INT32, sizes(2, 1), 0, 2);
    Tensor columns = indices(sizes(3), 1, 1, 3);
    assertThat(values(AdvancedIndex.index(self, at(rows, columns))))
        .containsExactly(1, 1, 3, 9, 9, 11);
    Tensor one = AdvancedIndex.index(self, at(indices(sizes(), 1), indices(sizes(), -1)));
    assertThat(shape(one)).isEmpty();
    assertThat(values(one)).containsExactly(7);
  }

  @Test
  void masksSelectWhatIsTrue() {
    Tensor self = counted(DType.FLOAT64, 2, 3);
    Tensor whole = mask(sizes(2, 3), 1, 0, 0, 0, 1, 1);
    for (Tensor t : arrangements(self)) {
      for (Tensor m : arrangements(whole)) {
        assertThat(values(AdvancedIndex.index(t, at(m)))).containsExactly(0, 4, 5);
      }
      Tensor rows = of(DType.UINT8, sizes(2), 0, 1);
      assertThat(values(AdvancedIndex.index(t, at(rows)))).containsExactly(3, 4, 5);
      Tensor columns = AdvancedIndex.index(t, at(null, mask(sizes(3), 1, 0, 1)));
      assertThat(shape(columns)).containsExactly(2, 2);
      assertThat(values(columns)).containsExactly(0, 2, 3, 5);
    }
    Tensor none = AdvancedIndex.index(self, at(mask(sizes(2), 0, 0)));
    assertThat(shape(none)).containsExactly(0, 3);
  }

  @Test
  void putWritesWhatIndexReads() {
    Tensor values = of(DType.FLOAT32, sizes(2, 2), 1, 2, 3, 4);
    for (Tensor self : arrangements(of(DType.FLOAT32, sizes(2, 3)))) {
      for (Tensor from : arrangements(values)) {
        Tensor put = AdvancedIndex.indexPut(self, at(null, indices(sizes(2), 2, 0)), from, false);
        assertThat(values(put)).containsExactly(2, 0, 1, 4, 0, 3);
      }
      AdvancedIndex.indexPutInto(
          self, at(mask(sizes(2, 3), 0, 1, 0, 1, 0, 0)), scalar(DType.INT64, 9), false);
      assertThat(values(self)).containsExactly(0, 9, 0, 9, 0, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
  void accumulatingPutAddsAtRepeatedPlaces(DType dtype) {
    for (Tensor self : arrangements(of(dtype, sizes(3, 2), 1, 1, 1, 1, 1, 1))) {
      Tensor at = indices(sizes(3), 0, -1, 0);
      Tensor values = of(dtype, sizes(3, 1), 1, 2, 3);
      Tensor put = AdvancedIndex.indexPut(self, at(at), values, true);
      assertThat(values(put)).containsExactly(5, 5, 1, 1, 3, 3);
      assertThat(values(self)).containsOnly(1);
    }
    Tensor last =
        AdvancedIndex.indexPut(
            of(dtype, sizes(2)), at(indices(sizes(3), 0, 1, 0)), vector(dtype, 1, 2, 3), false);
    assertThat(values(last)).containsExactly(3, 2);
  }

  @Test
  void putReadsItsOwnMemoryBeforeItWrites() {
    Tensor t = vector(1, 2, 3);
    AdvancedIndex.indexPutInto(t, at(indices(sizes(3), 2, 0, 1)), t, false);
    assertThat(values(t)).containsExactly(2, 3, 1);
  }

  @Test
  void indexBackwardAddsUp() {
    Tensor grad = vector(1, 2, 3);
    Tensor[] at = at(indices(sizes(3), 0, 1, 0), indices(sizes(1), 1));
    assertThat(values(AdvancedIndex.indexBackward(grad, sizes(2, 2), at)))
        .containsExactly(0, 4, 0, 2);
  }

  @Test
  void nonzeroListsIndices() {
    Tensor t = of(DType.FLOAT32, sizes(2, 3), 0, -1, 0, Double.NaN, 0, 2);
    for (Tensor self : arrangements(t)) {
      Tensor found = AdvancedIndex.nonzero(self);
      assertThat(shape(found)).containsExactly(3, 2);
      assertThat(values(found)).containsExactly(0, 1, 1, 0, 1, 2);
      assertThat(Raw.dtype(found)).isEqualTo(DType.INT64);
    }
    assertThat(shape(AdvancedIndex.nonzero(of(DType.BOOL, sizes(0, 2))))).containsExactly(0, 2);
    assertThat(shape(AdvancedIndex.nonzero(scalar(DType.INT64, 3)))).containsExactly(1, 0);
  }

  @Test
  void emptyTensorsAndIndices() {
    Tensor empty = of(DType.FLOAT32, sizes(0, 3));
    assertThat(shape(AdvancedIndex.index(empty, at(indices(sizes(0)))))).containsExactly(0, 3);
    assertThat(shape(AdvancedIndex.index(empty, at(null, indices(sizes(1), 2)))))
        .containsExactly(0, 1);
    Tensor t = vector(1, 2);
    AdvancedIndex.indexPutInto(t, at(indices(sizes(0))), vector(), true);
    assertThat(values(t)).containsExactly(1, 2);
    assertThatThrownBy(() -> AdvancedIndex.index(empty, at(indices(sizes(1), 0))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("index 0", "size 0");
  }

  @Test
  void indicesThatDoNotFitAreRefusedBeforeAnyChange() {
    Tensor t = random(DType.FLOAT32, 1, 2, 3);
    double[] before = values(t);
    assertThatThrownBy(() -> AdvancedIndex.index(t, at(indices(sizes(1), 2))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("index 2", "dimension 0", "size 2");
    assertThatThrownBy(() ->
            AdvancedIndex.indexPutInto(
                t, at(null, indices(sizes(2), 0, -4)), scalar(DType.FLOAT32, 1), false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("indexPut_", "index -4", "dimension 1", "size 3");
    assertThatThrownBy(() -> AdvancedIndex.index(t, at(null, null, indices(sizes(1), 0))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("too many", "[2, 3]");
    assertThatThrownBy(() -> AdvancedIndex.index(t, at(null, null)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> AdvancedIndex.index(t, at(mask(sizes(3), 1, 0, 1))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("mask", "[3]", "[2, 3]", "dimension 0");
    assertThatThrownBy(() -> AdvancedIndex.index(t, at(vector(1, 0))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("int64", "float64");
    assertThatThrownBy(
            () -> AdvancedIndex.index(t, at(indices(sizes(2), 0, 0), indices(sizes(3), 0, 0, 0))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("[2]", "[3]");
    assertThatThrownBy(() ->
            AdvancedIndex.indexPutInto(
                t, at(indices(sizes(1), 0)), vector(DType.FLOAT32, 1, 2), false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("indexPut_", "[2]", "[1, 3]");
    assertThatThrownBy(
            () -> AdvancedIndex.indexPutInto(t, at(indices(sizes(1), 0)), vector(1, 2, 3), false))
        .isInstanceOf(AutogradException.class)
        .hasMessageContainingAll("float32", "float64");
    assertThat(values(t)).containsExactly(before);
  }
}
