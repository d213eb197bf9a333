package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.ForwardAD;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every operator and form shows of memory inside of vmap: the strides, the offset and the
 * contiguity of one element run alone, and the same elements by asStrided.
 */
class OperatorVmapLayoutTest {
  private static final int SIZE = 3;

  @TestFactory
  Stream<DynamicTest> resultsLieAsThoseOfOneElement() {
    return Row.determined()
        .map(r -> dynamicTest(r.named("vmap, layout"), () -> check(r, r.op()::run)));
  }

  @TestFactory
  Stream<DynamicTest> copiesLieAsThoseOfOneElement() {
    return Row.determined()
        .filter(r -> r.op().copy != null)
        .map(r -> dynamicTest(r.named("vmap, layout of a copy"), () -> check(r, r.op().copy)));
  }

  @TestFactory
  Stream<DynamicTest> listsLieAsThoseOfOneElement() {
    return Row.determined()
        .filter(r -> r.op().foreach != null)
        .map(r ->
            dynamicTest(
                r.named("vmap, layout of a list"),
                () ->
                    check(
                        r,
                        args -> {
                          Object[] lists = args.clone();
                          for (int i = 0; i < lists.length; i++) {
                            lists[i] =
                                lists[i] instanceof Tensor t ? new Tensor[] {t, t} : lists[i];
                          }
                          return r.op().foreach.apply(lists);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> whatWasChangedInPlaceLiesAsItDid() {
    return Row.determined()
        .filter(r -> r.op().inplace != null && OperatorFormsTest.fitsItself(r))
        .map(r ->
            dynamicTest(
                r.named("vmap, layout in place"),
                () ->
                    check(
                        r,
                        args -> {
                          Object[] own = args.clone();
                          own[0] = ((Tensor) args[0]).clone();
                          return new Tensor[] {r.op().inplace.apply(own)};
                        })));
  }

  @TestFactory
  Stream<DynamicTest> dualsLieAsThoseOfOneElement() {
    return Row.determined()
        .filter(r -> !r.differentiable(r.arguments(0)).isEmpty())
        .map(r -> dynamicTest(r.named("vmap, layout of a dual"), () -> check(r, duals(r))));
  }

  /** The primals of the results; their tangents are not compared. */
  private static OpCase.Call duals(Row row) {
    return args -> {
      List<Row.Slot> slots = row.differentiable(args);
      List<Tensor> all = new ArrayList<>();
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        List<Tensor> duals = new ArrayList<>();
        for (Row.Slot s : slots) {
          Tensor t = Row.get(args, s);
          duals.add(ForwardAD.makeDual(t, t.clone()));
        }
        for (Tensor t : row.op().run(Row.with(args, slots, duals))) {
          all.add(ForwardAD.unpackDual(t).primal());
        }
      }
      return all.toArray(new Tensor[0]);
    };
  }

  /**
   * What a function sees of a tensor.
   *
   * @param layout its layout
   * @param memory the elements of the memory that it covers
   */
  private record Seen(Layout layout, Tensor memory) {
    static Seen of(Tensor t) {
      Layout l = Raw.layout(t);
      assertEquals(l.isContiguous(), t.isContiguous());
      assertEquals(l.offset(), t.storageOffset());
      assertArrayEquals(l.strides(), t.strides());
      long[] length = {Math.max(0, l.end() - l.offset())};
      return new Seen(l, t.asStrided(length, new long[] {1}, l.offset()));
    }
  }

  /**
   * Compares all ways in which batches lie: the dimension of the batch, the memory order within.
   */
  private static void check(Row row, OpCase.Call call) {
    List<Object[]> samples = OperatorVmapTest.samples(row, SIZE);
    for (Mapped.Choice choice : Mapped.choices(samples.get(0))) {
      if (OperatorVmapTest.isRefused(row, samples.get(0), choice.slots())) {
        continue;
      }
      for (Mapped.Place place : Mapped.Place.values()) {
        if (place == Mapped.Place.FRONT || Operands.isArrangeable(row)) {
          check(call, samples, choice, place, false);
        }
      }
      if (Operands.isArrangeable(row)) {
        check(call, samples, choice, Mapped.Place.FRONT, true);
      }
    }
  }

  private static void check(
      OpCase.Call call,
      List<Object[]> samples,
      Mapped.Choice choice,
      Mapped.Place place,
      boolean columns) {
    List<Row.Slot> slots = choice.slots();
    Object[] args = samples.get(0);
    List<Tensor> batched = new ArrayList<>();
    for (Tensor t : Mapped.batches(samples, slots, place)) {
      batched.add(columns ? columns(t) : t);
    }
    List<Integer> dims = batched.stream().map(t -> place.dim(t.dim() - 1)).toList();
    List<Tensor> first = new ArrayList<>();
    for (int i = 0; i < batched.size(); i++) {
      first.add(batched.get(i).select(dims.get(i), 0));
    }
    List<Seen> alone = Stream.of(call.apply(Row.with(args, slots, first))).map(Seen::of).toList();
    for (Integer chunk : Arrays.asList(null, 2)) {
      VmapOptions options =
          VmapOptions.DEFAULT.withInDims(dims.toArray(new Integer[0])).withChunkSize(chunk);
      TensorFunction f =
          given -> {
            List<Tensor> memory = new ArrayList<>();
            Tensor[] results = call.apply(Row.with(args, slots, given));
            for (int i = 0; i < results.length; i++) {
              Seen seen = Seen.of(results[i]);
              String what = choice.name() + " " + place + ", result " + i;
              assertEquals(alone.get(i).layout(), seen.layout(), what);
              memory.add(seen.memory().clone());
            }
            return memory;
          };
      List<Tensor> memory = Vmap.vmapAll(f, options).apply(batched);
      for (int i = 0; i < memory.size(); i++) {
        assertArrayEquals(
            Arranged.values(alone.get(i).memory()),
            Arranged.values(memory.get(i).select(0, 0)),
            1e-12,
            "memory of result " + i);
      }
    }
  }

  /** The same elements with the dimensions of each element in column order. */
  private static Tensor columns(Tensor t) {
    int[] order = new int[t.dim()];
    for (int d = 1; d < order.length; d++) {
      order[d] = order.length - d;
    }
    return t.permute(order).contiguous().permute(order);
  }
}
