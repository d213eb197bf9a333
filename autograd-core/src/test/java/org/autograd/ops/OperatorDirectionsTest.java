package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.ForwardAD;
import org.autograd.Tensor;
import org.autograd.UnpackedDual;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operator and form on plain values whose tangents are batched. */
class OperatorDirectionsTest {
  private static final int SIZE = 3;

  private static Stream<DynamicTest> rows(String check, Consumer<Row> test) {
    return Row.determined()
        .filter(r -> !r.op().forwards.isEmpty() || r.op().node == null)
        .filter(r -> !r.differentiable(r.arguments(0)).isEmpty())
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  private static List<Tensor> get(Object[] args, List<Row.Slot> slots) {
    return slots.stream().map(s -> Row.get(args, s)).toList();
  }

  /** Random directions, stacked in dimension 0. */
  private static List<Tensor> directions(List<Tensor> primals, int seed) {
    List<List<Tensor>> each = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      each.add(Numeric.like(primals, Numeric.random(primals, seed + i)));
    }
    List<Tensor> stacked = new ArrayList<>();
    for (int k = 0; k < primals.size(); k++) {
      int at = k;
      stacked.add(Mapped.stacked(each.stream().map(e -> e.get(at)).toList(), 0));
    }
    return stacked;
  }

  private static List<Tensor> element(List<Tensor> stacked, int i) {
    return stacked.stream().map(t -> t.select(0, i).clone()).toList();
  }

  /** The tangents of the results of a form; zeros for none. */
  private static List<Tensor> pushed(
      Row row,
      Forms.Form form,
      Object[] args,
      List<Row.Slot> slots,
      List<Tensor> v,
      boolean plain) {
    return ForwardAD.dualLevel(() -> {
      List<Tensor> tangents = new ArrayList<>();
      for (Tensor r : form.call().apply(Dual.arguments(args, slots, v))) {
        if (r.dtype().isDifferentiable()) {
          UnpackedDual parts = ForwardAD.unpackDual(r);
          if (plain) {
            // It can be read.
            parts.primal().toDoubleArray();
          }
          tangents.add(parts.tangent() == null ? Tensor.zerosLike(r) : parts.tangent());
        }
      }
      return tangents;
    });
  }

  @TestFactory
  Stream<DynamicTest> tangentsEqualThoseOfOneDirectionAtATime() {
    return rows("directions", OperatorDirectionsTest::alone);
  }

  private static void alone(Row row) {
    for (Object[] args : Forms.arguments(row)) {
      for (List<Row.Slot> slots : Forms.choices(row.differentiable(args))) {
        for (Forms.Form form : Forms.of(row, args)) {
          List<Tensor> v = directions(get(args, slots), 3);
          Tensor[] expected =
              Mapped.loop(
                  SIZE,
                  i -> pushed(row, form, args, slots, element(v, i), true).toArray(new Tensor[0]));
          Tensor[] actual =
              Vmap.vmapAll(d -> pushed(row, form, args, slots, d, true), VmapOptions.DEFAULT)
                  .apply(v)
                  .toArray(new Tensor[0]);
          Mapped.assertSame(form.name(), expected, actual, 1e-13);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> plainValuesMeetBatchedOnes() {
    return rows("directions, another operand batched", OperatorDirectionsTest::mixed);
  }

  private static void mixed(Row row) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    Object[] args = samples.get(0);
    for (List<Row.Slot> slots : Forms.choices(row.differentiable(args))) {
      List<Row.Slot> others = new ArrayList<>(Row.tensors(args));
      others.removeAll(slots);
      for (List<Row.Slot> batched : Forms.choices(others)) {
        if (OperatorVmapTest.isRefused(row, args, batched)) {
          continue;
        }
        for (Forms.Form form : Forms.of(row, args)) {
          mixed(row, samples, slots, batched, form);
        }
      }
    }
  }

  private static void mixed(
      Row row,
      List<Object[]> samples,
      List<Row.Slot> slots,
      List<Row.Slot> batched,
      Forms.Form form) {
    Object[] args = samples.get(0);
    List<Tensor> v = directions(get(args, slots), 3);
    Tensor[] expected =
        Mapped.loop(
            SIZE,
            i ->
                pushed(row, form, Mapped.sample(samples, batched, i), slots, element(v, i), false)
                    .toArray(new Tensor[0]));
    List<Tensor> inputs = new ArrayList<>(v);
    inputs.addAll(Mapped.batches(samples, batched, Mapped.Place.FRONT));
    Tensor[] actual =
        Vmap.vmapAll(
                given -> {
                  List<Tensor> d = given.subList(0, v.size());
                  Object[] own = Row.with(args, batched, given.subList(v.size(), given.size()));
                  return pushed(row, form, own, slots, d, false);
                },
                VmapOptions.DEFAULT)
            .apply(inputs)
            .toArray(new Tensor[0]);
    Mapped.assertSame(form.name() + batched, expected, actual, 1e-13);
  }

  @TestFactory
  Stream<DynamicTest> nestedDirectionsEqualOneAtATime() {
    return rows("nested directions", OperatorDirectionsTest::nested);
  }

  /** Directions of an inner level in a map inside of the map over those of an outer level. */
  private static void nested(Row row) {
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = row.differentiable(args);
    Forms.Form form = Forms.of(row, args).get(0);
    List<Tensor> primals = get(args, slots);
    List<Tensor> v = directions(primals, 3);
    List<Tensor> w = directions(primals, 30);
    List<double[]> expected = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        expected.add(Numeric.flat(second(row, form, args, slots, element(v, i), element(w, j))));
      }
    }
    List<Tensor> actual =
        Vmap.vmapAll(
                outer ->
                    Vmap.vmapAll(
                            inner -> second(row, form, args, slots, outer, inner),
                            VmapOptions.DEFAULT)
                        .apply(w),
                VmapOptions.DEFAULT)
            .apply(v);
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        int a = i;
        int b = j;
        double[] own =
            Numeric.flat(actual.stream().map(t -> t.select(0, a).select(0, b).clone()).toList());
        assertClose(row.op().name, expected.get(i * SIZE + j), own, 1e-12);
      }
    }
  }

  private static List<Tensor> second(
      Row row,
      Forms.Form form,
      Object[] args,
      List<Row.Slot> slots,
      List<Tensor> outer,
      List<Tensor> inner) {
    return ForwardAD.dualLevel(() -> {
      Object[] duals = Dual.arguments(args, slots, outer);
      return pushed(row, form, duals, slots, inner, true).stream()
          .map(ForwardAD::unpackDual)
          .map(p -> p.tangent() == null ? Tensor.zerosLike(p.primal()) : p.tangent())
          .toList();
    });
  }
}
