package org.autograd.ops;

import static org.autograd.ops.Mapped.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operator mapped over a batch: equal to a loop over its elements. */
class OperatorVmapTest {
  private static final int SIZE = 3;

  /** Operators whose results have as many elements as a mask or the values say. */
  private static final Set<String> SIZED_BY_VALUES =
      Set.of("nonzero", "maskedSelect", "index", "indexPut", "index_backward");

  static Stream<DynamicTest> rows(String check, Consumer<Row> test) {
    return Row.determined().map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  static List<Object[]> samples(Row row, int size) {
    List<Object[]> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      samples.add(row.arguments(i));
    }
    return samples;
  }

  /** Tells whether how many elements there are would differ between the elements of a batch. */
  static boolean isRefused(Row row, Object[] args, List<Row.Slot> batched) {
    return SIZED_BY_VALUES.contains(row.op().name)
        && (row.op().name.equals("nonzero")
            || batched.stream().anyMatch(s -> Row.get(args, s).dtype() == DType.BOOL));
  }

  static void refuses(Row row, Runnable mapped) {
    AutogradException e = assertThrows(AutogradException.class, mapped::run);
    assertTrue(e.getMessage().matches("(?s)[a-zA-Z]+: .*(mask|values).*"), e.getMessage());
  }

  /** Places of the batch that an operator accepts. */
  static List<Mapped.Place> places(Row row) {
    return Operands.isArrangeable(row)
        ? List.of(Mapped.Place.values())
        : List.of(Mapped.Place.FRONT);
  }

  @TestFactory
  Stream<DynamicTest> mappedRowsEqualLoops() {
    return rows("vmap", OperatorVmapTest::mapped);
  }

  private static void mapped(Row row) {
    // A batch of one must not lose its dimension.
    for (int size : new int[] {1, SIZE}) {
      mapped(row, samples(row, size), size);
    }
  }

  private static void mapped(Row row, List<Object[]> samples, int size) {
    Object[] args = samples.get(0);
    for (Mapped.Choice choice : Mapped.choices(args)) {
      List<Row.Slot> slots = choice.slots();
      for (Mapped.Place place : places(row)) {
        List<Tensor> batched = Mapped.batches(samples, slots, place);
        if (isRefused(row, args, slots)) {
          refuses(row, () -> Mapped.run(Mapped.call(row, args, slots), batched, place));
          continue;
        }
        Tensor[] expected = Mapped.loop(size, i -> row.op().run(Mapped.sample(samples, slots, i)));
        Tensor[] actual = Mapped.run(Mapped.call(row, args, slots), batched, place);
        assertSame(choice.name() + " batched, " + place, expected, actual, 1e-14);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> mappedRowsInAnyArrangement() {
    return Operands.rows()
        .map(r -> dynamicTest(r.named("arranged vmap"), () -> OperatorVmapTest.arranged(r)));
  }

  private static void arranged(Row row) {
    List<Object[]> samples = samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> slots = Row.tensors(args);
    if (isRefused(row, args, slots)) {
      return;
    }
    Tensor[] expected = Mapped.loop(SIZE, i -> row.op().run(samples.get(i)));
    Mapped.Place place = Mapped.Place.MIDDLE;
    List<Tensor> batched = Mapped.batches(samples, slots, place);
    for (int i = 1; i < 5; i++) {
      int at = i;
      List<Tensor> moved = batched.stream().map(t -> Arranged.arrangements(t).get(at)).toList();
      Tensor[] actual = Mapped.run(Mapped.call(row, args, slots), moved, place);
      assertSame("arrangement " + i, expected, actual, 1e-14);
    }
    // One element repeated without a copy.
    List<Tensor> repeated = new ArrayList<>();
    for (Row.Slot s : slots) {
      Tensor t = Row.get(args, s);
      repeated.add(t.unsqueeze(0).expand(Nd.inserted(Arranged.shape(t), 0, SIZE)));
    }
    assertSame(
        "expanded",
        Mapped.loop(SIZE, i -> row.op().run(args)),
        Mapped.run(Mapped.call(row, args, slots), repeated, Mapped.Place.FRONT),
        1e-14);
  }

  @TestFactory
  Stream<DynamicTest> aBatchOfNothingGivesEmptyResults() {
    return rows("empty batch", OperatorVmapTest::nothing);
  }

  private static void nothing(Row row) {
    Object[] args = row.arguments(0);
    for (Mapped.Choice choice : Mapped.choices(args)) {
      List<Row.Slot> slots = choice.slots();
      List<Tensor> batched = new ArrayList<>();
      for (Row.Slot s : slots) {
        Tensor t = Row.get(args, s);
        batched.add(Arranged.of(t.dtype(), Nd.inserted(Arranged.shape(t), 0, 0)));
      }
      if (isRefused(row, args, slots)) {
        continue;
      }
      Tensor[] one = row.op().run(args);
      Tensor[] none = Mapped.run(Mapped.call(row, args, slots), batched, Mapped.Place.FRONT);
      for (int i = 0; i < one.length; i++) {
        assertArrayEquals(
            Nd.inserted(Arranged.shape(one[i]), 0, 0), Arranged.shape(none[i]), choice.name());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> nestedMappedRowsEqualNestedLoops() {
    return rows("nested vmap", OperatorVmapTest::nested);
  }

  private static void nested(Row row) {
    int outer = 2;
    List<Object[]> samples = samples(row, outer * SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> all = Row.tensors(args);
    if (isRefused(row, args, all)) {
      return;
    }
    nested(row, samples, all, all, outer);
    if (all.size() > 1) {
      List<Row.Slot> first = all.subList(0, 1);
      List<Row.Slot> rest = all.subList(1, all.size());
      nested(row, samples, rest, first, outer);
      nested(row, samples, all, first, outer);
      nested(row, samples, first, all, outer);
      if (!row.op().isInplaceOnly()) {
        nested(row, samples, first, rest, outer);
      }
    }
  }

  /** Batches some tensors at the outer level and some at the inner one. */
  private static void nested(
      Row row, List<Object[]> samples, List<Row.Slot> atOuter, List<Row.Slot> atInner, int outer) {
    List<Row.Slot> slots = Row.tensors(samples.get(0));
    List<Tensor> batched = new ArrayList<>();
    Integer[] outerDims = new Integer[slots.size()];
    Integer[] innerDims = new Integer[slots.size()];
    Tensor[][] elements = new Tensor[slots.size()][outer * SIZE];
    for (int k = 0; k < slots.size(); k++) {
      Row.Slot s = slots.get(k);
      boolean o = atOuter.contains(s);
      boolean i = atInner.contains(s);
      for (int e = 0; e < outer * SIZE; e++) {
        // Those not batched at a level are the same along it.
        elements[k][e] = Row.get(samples.get((o ? e / SIZE * SIZE : 0) + (i ? e % SIZE : 0)), s);
      }
      Tensor t = elements[k][0];
      if (o && i) {
        List<Tensor> rows = new ArrayList<>();
        for (int e = 0; e < outer; e++) {
          rows.add(Mapped.stacked(List.of(elements[k]).subList(e * SIZE, (e + 1) * SIZE), 0));
        }
        t = Mapped.stacked(rows, 0);
      } else if (o) {
        t = Mapped.stacked(List.of(elements[k][0], elements[k][SIZE]), 0);
      } else if (i) {
        t = Mapped.stacked(List.of(elements[k]).subList(0, SIZE), 0);
      }
      batched.add(t);
      outerDims[k] = o ? 0 : null;
      innerDims[k] = i ? 0 : null;
    }
    Tensor[] expected =
        Mapped.loop(
            outer,
            a ->
                Mapped.loop(
                    SIZE,
                    b -> {
                      List<Tensor> own = new ArrayList<>();
                      for (Tensor[] e : elements) {
                        own.add(e[a * SIZE + b]);
                      }
                      return row.op().run(Row.with(samples.get(0), slots, own));
                    }));
    Tensor[] actual =
        Vmap.vmapAll(
                Vmap.vmapAll(
                    Mapped.call(row, samples.get(0), slots),
                    VmapOptions.DEFAULT.withInDims(innerDims)),
                VmapOptions.DEFAULT.withInDims(outerDims))
            .apply(batched)
            .toArray(new Tensor[0]);
    assertSame("outer " + atOuter + ", inner " + atInner, expected, actual, 1e-14);
  }
}
