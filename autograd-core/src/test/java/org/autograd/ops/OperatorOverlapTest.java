package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.Generator;
import org.autograd.Randomness;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.autograd.Vmap;
import org.autograd.VmapOptions;
import org.autograd.tensor.Layout;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Forms that write to memory in which an operand lies: the result is as if all operands had been
 * read first, or the form refuses and nothing has changed. Each form of each operator is run with
 * operands that share memory with the destination, and with copies of them made before.
 */
class OperatorOverlapTest {
  private static final int ROOM = 64;

  /** Where a tensor lies in the memory. */
  private record Place(long[] sizes, long[] strides, long offset) {
    Tensor in(Tensor memory) {
      return memory.asStrided(sizes, strides, offset);
    }
  }

  /** A form of an operator, given its arguments and the tensor to write to. */
  private interface Form {
    void run(Object[] args, Tensor target);
  }

  /**
   * One overlap of one row.
   *
   * @param operand which argument lies in the memory of the destination
   * @param first whether the destination is the first argument
   * @param whole whether all numbers are integers, so that an index may lie there, too
   */
  private record Case(
      Row row,
      Form form,
      Place target,
      Place source,
      Row.Slot operand,
      boolean first,
      boolean whole,
      Tensor memory) {
    /** Changes the memory, with the operand in it or with a copy of the operand. */
    Tensor run(Tensor memory, boolean copy) {
      Tensor read = source.in(memory);
      Object[] args =
          Row.with(arguments(row, whole), List.of(operand), List.of(copy ? read.clone() : read));
      Tensor to = target.in(memory);
      if (first) {
        args[0] = to;
      }
      Generator.defaultGenerator().manualSeed(5);
      form.run(args, to);
      return memory;
    }

    /** Whether PyTorch has no reason to refuse it. */
    boolean isEasy() {
      return Arrays.equals(target.sizes, source.sizes)
          && Arrays.equals(target.strides, source.strides)
          && target.offset == source.offset;
    }
  }

  /** The same place, shifted, transposed, interleaved, expanded. */
  private static Map<String, Place> places(long[] sizes) {
    Map<String, Place> all = new LinkedHashMap<>();
    long[] rows = Layout.rowMajor(sizes);
    all.put("same", new Place(sizes, rows, 8));
    all.put("before", new Place(sizes, rows, 7));
    all.put("after", new Place(sizes, rows, 9));
    all.put("two after", new Place(sizes, rows, 10));
    long[] columns = new long[sizes.length];
    long step = 1;
    for (int d = 0; d < sizes.length; d++) {
      columns[d] = step;
      step *= Math.max(1, sizes[d]);
    }
    all.put("transposed", new Place(sizes, columns, 8));
    all.put("spread", new Place(sizes, Arrays.stream(rows).map(s -> 2 * s).toArray(), 8));
    all.put("expanded", new Place(sizes, new long[sizes.length], 9));
    return all;
  }

  /** Memory of values that operators and lookups accept. */
  private static Tensor memory(Tensor like, int seed) {
    double[] of = Arranged.values(like);
    double least = Arrays.stream(of).min().orElse(0);
    double range = Arrays.stream(of).max().orElse(0) - least;
    boolean whole = !like.dtype().isFloating();
    double[] values = new double[ROOM];
    for (int i = 0; i < ROOM; i++) {
      double part = (i * 29 + seed) % 31 / 31.0;
      values[i] = least + (whole ? Math.floor(part * (range + 1)) : part * range);
    }
    return Arranged.of(like.dtype(), new long[] {ROOM}, values);
  }

  private static Object[] arguments(Row row, boolean whole) {
    Object[] args = row.arguments(0);
    if (!whole) {
      return args;
    }
    List<Row.Slot> floating =
        Row.tensors(args).stream().filter(s -> Row.get(args, s).dtype().isFloating()).toList();
    return Row.with(
        args, floating, floating.stream().map(s -> Row.get(args, s).to(DType.INT64)).toList());
  }

  private static Stream<DynamicTest> each(
      String form, Stream<Row> rows, Function<Row, Form> of, boolean first) {
    return rows.flatMap(row ->
        Stream.of(false, true)
            .filter(whole -> !whole || hasIndex(row))
            .flatMap(whole -> each(form, row, of.apply(row), first, whole)));
  }

  private static boolean hasIndex(Row row) {
    Object[] args = row.arguments(0);
    return Row.tensors(args).stream().anyMatch(s -> Row.get(args, s).dtype() == DType.INT64);
  }

  private static Stream<DynamicTest> each(
      String form, Row row, Form run, boolean first, boolean whole) {
    Object[] plain = arguments(row, whole);
    Tensor like;
    try {
      like = first ? (Tensor) plain[0] : row.op().run(plain)[0];
    } catch (AutogradException notForIntegers) {
      return Stream.empty();
    }
    if (like.numel() == 0 || like.numel() > 12) {
      return Stream.empty();
    }
    return Row.tensors(plain).stream()
        .filter(s -> s.argument() > 0 || !first)
        .filter(s -> Row.get(plain, s).dtype() == like.dtype())
        .flatMap(s -> cases(row, run, like, s, Row.get(plain, s), first, whole, form));
  }

  private static Stream<DynamicTest> cases(
      Row row,
      Form run,
      Tensor like,
      Row.Slot operand,
      Tensor argument,
      boolean first,
      boolean whole,
      String form) {
    Map<String, Place> sources = places(Arranged.shape(argument));
    Map<String, Place> targets = places(Arranged.shape(like));
    return Stream.of("same", "transposed")
        .flatMap(to ->
            sources.keySet().stream()
                .map(from -> {
                  Place target = targets.get(to);
                  Tensor memory = memory(argument, 3);
                  Case c =
                      new Case(row, run, target, sources.get(from), operand, first, whole, memory);
                  String name = row.named(form + " " + to + ", operand " + operand + " " + from);
                  return dynamicTest(name + (whole ? ", integers" : ""), () -> check(c));
                }));
  }

  private static void check(Case c) {
    Tensor shared = c.memory.clone();
    try {
      c.run(shared, false);
    } catch (AutogradException | IllegalArgumentException e) {
      if (c.isEasy()) {
        throw e;
      }
      assertArrayEquals(Arranged.values(c.memory), Arranged.values(shared), "changed");
      assertEquals(0, shared.version(), "refused, but counted");
      return;
    }
    double[] expected = Arranged.values(c.run(c.memory.clone(), true));
    // Vector loops may round another last bit where elements lie elsewhere.
    assertClose("values", expected, Arranged.values(shared), 1e-14);
    if (c.first) {
      mapped(c);
    }
    if (c.first && c.memory.dtype().isFloating()) {
      assertClose("gradient", gradient(c, true), gradient(c, false), 1e-14);
      assertClose("tangent", tangent(c, true), tangent(c, false), 1e-14);
    }
  }

  private static double[] weights() {
    return IntStream.range(0, ROOM).mapToDouble(i -> 1 + i % 7).toArray();
  }

  private static double[] gradient(Case c, boolean copy) {
    Tensor x = c.memory.clone().requiresGrad_();
    Tensor changed = c.run(x.mul(1), copy);
    return Arranged.values(Autograd.grad(changed.mul(Arranged.vector(weights())).sum(), x));
  }

  private static double[] tangent(Case c, boolean copy) {
    try (Scope level = ForwardAD.dualLevel()) {
      Tensor x = ForwardAD.makeDual(c.memory.clone(), Arranged.vector(weights()));
      return Arranged.values(ForwardAD.unpackDual(c.run(x.mul(1), copy)).tangent());
    }
  }

  private static void mapped(Case c) {
    Tensor batch = Tensors.stack(List.of(c.memory, memory(c.memory, 11)), 0);
    VmapOptions options = VmapOptions.DEFAULT.withRandomness(Randomness.SAME);
    List<double[]> results = new ArrayList<>();
    for (boolean copy : new boolean[] {true, false}) {
      UnaryOperator<Tensor> f = m -> c.run(m.clone(), copy);
      results.add(Arranged.values(Vmap.vmap(f, options).apply(batch)));
    }
    assertArrayEquals(results.get(0), results.get(1), "mapped");
  }

  @TestFactory
  Stream<DynamicTest> formsInPlaceReadTheirOperandsFirst() {
    Stream<Row> rows =
        Row.all()
            .filter(r -> r.op().inplace != null)
            .filter(r -> r.op().random || OperatorFormsTest.fitsItself(r));
    return each("in place", rows, row -> (args, to) -> row.op().inplace.apply(args), true);
  }

  @TestFactory
  Stream<DynamicTest> formsWithAnOutputReadTheirOperandsFirst() {
    Stream<Row> rows = Row.determined().filter(r -> r.op().out != null);
    return each("out", rows, row -> (args, to) -> row.op().out.apply(args, to), false);
  }

  @TestFactory
  Stream<DynamicTest> formsOnListsReadTheirOperandsFirst() {
    return Row.determined()
        .filter(r -> r.op().foreachInplace != null && OperatorFormsTest.fitsItself(r))
        .flatMap(row ->
            IntStream.range(1, row.arguments(0).length)
                .filter(i -> row.arguments(0)[i] instanceof Tensor)
                .boxed()
                .flatMap(i ->
                    places(Arranged.shape((Tensor) row.arguments(0)[i])).entrySet().stream()
                        .map(place ->
                            dynamicTest(
                                row.named("foreach, operand " + i + " " + place.getKey()),
                                () -> lists(row, i, place.getValue())))));
  }

  /** Each list element's operand lies in the memory of the other element. */
  private static void lists(Row row, int operand, Place source) {
    Tensor like = (Tensor) row.arguments(0)[0];
    Place target = places(Arranged.shape(like)).get("same");
    Tensor[] shared = {memory(like, 3), memory(like, 8)};
    Tensor[] apart = {memory(like, 3), memory(like, 8)};
    row.op().foreachInplace.apply(lists(row, operand, target, source, shared, false));
    row.op().foreachInplace.apply(lists(row, operand, target, source, apart, true));
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(Arranged.values(apart[i]), Arranged.values(shared[i]), "element " + i);
    }
  }

  private static Object[] lists(
      Row row, int operand, Place target, Place source, Tensor[] memory, boolean copy) {
    Object[] lists = row.arguments(0);
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] instanceof Tensor t) {
        lists[i] = new Tensor[] {t, t.clone()};
      }
    }
    lists[0] = new Tensor[] {target.in(memory[0]), target.in(memory[1])};
    Tensor[] read = {source.in(memory[1]), source.in(memory[0])};
    lists[operand] = copy ? new Tensor[] {read[0].clone(), read[1].clone()} : read;
    return lists;
  }
}
