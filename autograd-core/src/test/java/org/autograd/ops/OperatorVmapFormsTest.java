package org.autograd.ops;

import static org.autograd.ops.Mapped.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.ForwardAD;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Mapped forms of an operator that are not its first one: in place, as a copy, on lists. */
class OperatorVmapFormsTest {
  private static final int SIZE = 3;

  private static Stream<DynamicTest> inplaceRows(String check, Consumer<Row> test) {
    return Row.determined()
        .filter(r -> r.op().inplace != null && OperatorFormsTest.fitsItself(r))
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  /** Changes the first argument in place and returns it. */
  private static TensorFunction inplace(Row row, Object[] args, List<Row.Slot> slots) {
    return given -> {
      Object[] changed = Row.with(args, slots, given);
      Tensor returned = row.op().inplace.apply(changed);
      assertTrue(returned == changed[0], "returns what it changed");
      return List.of(returned);
    };
  }

  private static Tensor[] expected(Row row, List<Object[]> samples, List<Row.Slot> slots) {
    return Mapped.loop(SIZE, i -> row.op().run(Mapped.sample(samples, slots, i)));
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormChangesTheWholeBatch() {
    return inplaceRows("vmap in place", OperatorVmapFormsTest::batched);
  }

  private static void batched(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    for (Mapped.Choice choice : Mapped.choices(args)) {
      List<Row.Slot> slots = choice.slots();
      if (slots.get(0).argument() != 0 || OperatorVmapTest.isRefused(row, args, slots)) {
        continue;
      }
      for (Mapped.Place place : Mapped.Place.values()) {
        List<Tensor> batched = Mapped.batches(samples, slots, place);
        Tensor self = batched.get(0);
        Tensor[] actual = Mapped.run(inplace(row, args, slots), batched, place);
        Tensor[] expected = expected(row, samples, slots);
        assertSame(choice.name() + place, expected, actual, 1e-14);
        // The memory is that of the tensor that was given.
        int dim = place.dim(self.dim() - 1);
        for (int i = 0; i < SIZE; i++) {
          double[] own = Arranged.values(expected[0].select(0, i));
          assertArrayEquals(own, Arranged.values(self.select(dim, i)), 1e-14);
        }
        assertEquals(1, self.version());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormGivesATensorMadeInsideABatch() {
    return inplaceRows("vmap in place, made inside", OperatorVmapFormsTest::inside);
  }

  private static void inside(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    for (Mapped.Choice choice : Mapped.choices(args)) {
      List<Row.Slot> slots = choice.slots();
      if (slots.get(0).argument() == 0 || OperatorVmapTest.isRefused(row, args, slots)) {
        continue;
      }
      Mapped.Place place = Mapped.Place.FRONT;
      List<Tensor> batched = Mapped.batches(samples, slots, place);
      Tensor outside = (Tensor) args[0];
      double[] before = Arranged.values(outside);
      AutogradException e =
          assertThrows(
              AutogradException.class, () -> Mapped.run(inplace(row, args, slots), batched, place));
      assertTrue(e.getMessage().contains("clone()"), e.getMessage());
      assertArrayEquals(before, Arranged.values(outside), "unchanged");
      assertEquals(0, outside.version());
      Tensor[] expected = expected(row, samples, slots);
      for (boolean view : new boolean[] {false, true}) {
        TensorFunction f =
            given -> {
              Object[] own = args.clone();
              Tensor whole = outside.unsqueeze(0).clone();
              own[0] = view ? whole.select(0, 0) : outside.clone();
              Tensor self = inplace(row, own, slots).apply(given).get(0);
              return List.of(view ? whole.squeeze(0) : self);
            };
        assertSame("made inside", expected, Mapped.run(f, batched, place), 1e-14);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> copiesAreTensorsOfTheirOwn() {
    return Row.determined()
        .filter(r -> r.op().copy != null && Operands.isArrangeable(r))
        .map(r -> dynamicTest(r.named("vmap, copy"), () -> OperatorVmapFormsTest.copy(r)));
  }

  private static void copy(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    List<Row.Slot> slots = Row.tensors(samples.get(0));
    for (Mapped.Place place : Mapped.Place.values()) {
      List<Tensor> batched = Mapped.batches(samples, slots, place);
      double[] before = Arranged.values(batched.get(0));
      TensorFunction f =
          given -> {
            Tensor[] copies = row.op().copy.apply(Row.with(samples.get(0), slots, given));
            return Stream.of(copies).map(t -> t.add_(1)).toList();
          };
      Tensor[] expected =
          Mapped.loop(
              SIZE,
              i ->
                  Stream.of(row.op().run(samples.get(i)))
                      .map(t -> t.add(1))
                      .toArray(Tensor[]::new));
      assertSame("copies", expected, Mapped.run(f, batched, place), 1e-14);
      assertArrayEquals(before, Arranged.values(batched.get(0)), "unchanged");
    }
  }

  @TestFactory
  Stream<DynamicTest> viewsChangedInPlaceChangeTheBatch() {
    return Row.determined()
        .filter(r -> r.op().copy != null && Operands.isArrangeable(r))
        .filter(r -> !r.op().name.equals("expand"))
        .map(r -> dynamicTest(r.named("vmap, view"), () -> OperatorVmapFormsTest.view(r)));
  }

  private static void view(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    List<Row.Slot> slots = Row.tensors(samples.get(0));
    for (Mapped.Place place : Mapped.Place.values()) {
      Tensor self = Mapped.batches(samples, slots, place).get(0);
      TensorFunction f =
          given -> {
            changeLast(row.op().call.apply(Row.with(samples.get(0), slots, given)));
            return given;
          };
      Tensor[] actual = Mapped.run(f, List.of(self), place);
      Tensor[] expected =
          Mapped.loop(
              SIZE,
              i -> {
                Object[] own = row.arguments(i);
                changeLast(row.op().call.apply(own));
                return new Tensor[] {(Tensor) own[0]};
              });
      assertSame("base", expected, actual, 0);
      assertEquals(1, self.version(), "version of what was given");
    }
  }

  /** Changes the last view alone, where that is possible. */
  private static void changeLast(Tensor[] views) {
    List<Tensor> all = new ArrayList<>(List.of(views));
    all.get(all.size() - 1).mul_(3);
  }

  @TestFactory
  Stream<DynamicTest> listFormsEqualLoops() {
    return Row.determined()
        .filter(r -> r.op().foreach != null)
        .map(r -> dynamicTest(r.named("vmap, foreach"), () -> OperatorVmapFormsTest.foreach(r)));
  }

  private static void foreach(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> slots = Row.tensors(args);
    List<Tensor> batched = Mapped.batches(samples, slots, Mapped.Place.FRONT);
    TensorFunction f =
        given -> {
          Object[] lists = Row.with(args, slots, given);
          for (int i = 0; i < lists.length; i++) {
            if (lists[i] instanceof Tensor t) {
              lists[i] = new Tensor[] {t, (Tensor) args[i]};
            }
          }
          return List.of(row.op().foreach.apply(lists));
        };
    Tensor[] expected =
        Mapped.loop(
            SIZE,
            i ->
                Stream.of(row.op().run(samples.get(i)), row.op().run(args))
                    .flatMap(Stream::of)
                    .toArray(Tensor[]::new));
    assertSame("list", expected, Mapped.run(f, batched, Mapped.Place.FRONT), 1e-14);
  }

  @TestFactory
  Stream<DynamicTest> listFormsInPlaceEqualLoops() {
    return inplaceRows("vmap, foreach in place", OperatorVmapFormsTest::foreachInplace);
  }

  private static void foreachInplace(Row row) {
    if (row.op().foreachInplace == null) {
      return;
    }
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    List<Row.Slot> slots = Row.tensors(args);
    TensorFunction f =
        given -> {
          Object[] lists = Row.with(args, slots, given);
          for (int i = 0; i < lists.length; i++) {
            if (lists[i] instanceof Tensor t) {
              lists[i] = new Tensor[] {i == 0 ? t.clone() : t};
            }
          }
          row.op().foreachInplace.apply(lists);
          return List.of((Tensor[]) lists[0]);
        };
    List<Tensor> batched = Mapped.batches(samples, slots, Mapped.Place.LAST);
    Tensor[] actual = Mapped.run(f, batched, Mapped.Place.LAST);
    assertSame("list", expected(row, samples, slots), actual, 1e-14);
  }

  @TestFactory
  Stream<DynamicTest> formsWithAnOutputTensorAreRefused() {
    return Row.determined()
        .filter(r -> r.op().out != null)
        .map(r -> dynamicTest(r.named("vmap and dual, out"), () -> OperatorVmapFormsTest.out(r)));
  }

  private static void out(Row row) {
    Object[] args = row.arguments(0);
    Tensor out = Tensor.zerosLike(row.op().run(args)[0]);
    List<Row.Slot> slots = Row.tensors(args);
    TensorFunction f = given -> List.of(row.op().out.apply(Row.with(args, slots, given), out));
    List<Tensor> batched =
        Mapped.batches(OperatorVmapTest.samples(row, SIZE), slots, Mapped.Place.FRONT);
    AutogradException e =
        assertThrows(AutogradException.class, () -> Mapped.run(f, batched, Mapped.Place.FRONT));
    assertTrue(e.getMessage().contains("batched"), e.getMessage());
    List<Row.Slot> inputs = row.differentiable(args);
    if (!inputs.isEmpty()) {
      List<Tensor> tangents = inputs.stream().map(s -> Row.get(args, s)).toList();
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Object[] duals = Dual.arguments(args, inputs, tangents);
        assertThrows(UnsupportedOperationException.class, () -> row.op().out.apply(duals, out));
      }
    }
    assertEquals(0, out.version());
  }
}
