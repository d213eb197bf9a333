package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Vmap;
import org.autograd.VmapOptions;

/** Rows mapped over batches, and the same by loops. */
final class Mapped {
  private Mapped() {}

  /**
   * One of several ways to batch the tensors of a row.
   *
   * @param slots the batched ones
   * @param name says which they are
   */
  record Choice(List<Row.Slot> slots, String name) {}

  /** Each tensor alone and, if there are several, all together. */
  static List<Choice> choices(Object[] args) {
    List<Row.Slot> slots = Row.tensors(args);
    List<Choice> all = new ArrayList<>();
    slots.forEach(s -> all.add(new Choice(List.of(s), s.toString())));
    if (slots.size() > 1) {
      all.add(new Choice(slots, "all"));
    }
    return all;
  }

  /** Where the batch lies in its tensors: in front, in the middle, at the end. */
  enum Place {
    FRONT,
    MIDDLE,
    LAST;

    int dim(int rank) {
      return switch (this) {
        case FRONT -> 0;
        case MIDDLE -> (rank + 1) / 2;
        case LAST -> rank;
      };
    }
  }

  /** The tensors of several samples in one, with the batch in a dimension. */
  static Tensor stacked(List<Tensor> elements, int dim) {
    Tensor first = elements.get(0);
    long[] sizes = Nd.inserted(Arranged.shape(first), dim, elements.size());
    double[] values = new double[(int) Arranged.count(sizes)];
    int inner = (int) Arranged.count(Arrays.copyOfRange(sizes, dim + 1, sizes.length));
    for (int e = 0; e < elements.size(); e++) {
      double[] own = Arranged.values(elements.get(e));
      for (int i = 0; i < own.length; i++) {
        values[(i / inner * elements.size() + e) * inner + i % inner] = own[i];
      }
    }
    return Arranged.of(first.dtype(), sizes, values);
  }

  /** Maps a function of some tensors, all batched in the same place of theirs. */
  static Tensor[] run(TensorFunction f, List<Tensor> batched, Place place) {
    Integer[] dims = batched.stream().map(t -> place.dim(t.dim() - 1)).toArray(Integer[]::new);
    VmapOptions options = VmapOptions.DEFAULT.withInDims(dims);
    return Vmap.vmapAll(f, options).apply(batched).toArray(new Tensor[0]);
  }

  /** Runs a row on what a mapped function is given. */
  static TensorFunction call(Row row, Object[] args, List<Row.Slot> slots) {
    return inputs -> List.of(row.op().run(Row.with(args, slots, inputs)));
  }

  /** The tensors in some places of several samples, stacked slot by slot. */
  static List<Tensor> batches(List<Object[]> samples, List<Row.Slot> slots, Place place) {
    List<Tensor> batched = new ArrayList<>();
    for (Row.Slot s : slots) {
      int dim = place.dim(Row.get(samples.get(0), s).dim());
      batched.add(stacked(samples.stream().map(a -> Row.get(a, s)).toList(), dim));
    }
    return batched;
  }

  /** The first of some arguments with the tensors of another in some places. */
  static Object[] sample(List<Object[]> samples, List<Row.Slot> slots, int i) {
    List<Tensor> own = slots.stream().map(s -> Row.get(samples.get(i), s)).toList();
    return Row.with(samples.get(0), slots, own);
  }

  /** Stacks in front what each element gives. */
  static Tensor[] loop(int size, IntFunction<Tensor[]> element) {
    List<Tensor[]> each = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      each.add(element.apply(i));
    }
    Tensor[] results = new Tensor[each.get(0).length];
    Arrays.setAll(results, r -> stacked(each.stream().map(e -> e[r]).toList(), 0));
    return results;
  }

  static void assertSame(String what, Tensor[] expected, Tensor[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what + ", number of results");
    for (int i = 0; i < actual.length; i++) {
      String which = what + ", result " + i;
      assertEquals(expected[i].dtype(), actual[i].dtype(), which + ", dtype");
      assertArrayEquals(Arranged.shape(expected[i]), Arranged.shape(actual[i]), which + ", shape");
      assertClose(
          which + ", values", Arranged.values(expected[i]), Arranged.values(actual[i]), tolerance);
    }
  }
}
