package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The strides of results beside libtorch's, for operands that lie in memory in many ways. */
class StridesLibtorchTest {
  private static final int PROGRAMS = 400;

  /**
   * Operators that libtorch lays out by a rule of their own: a row-major power of a number,
   * coordinates in columns, parts that share the memory of the whole.
   */
  private static final Set<String> OTHERS =
      Set.of("pow.base", "nonzero", "unsafeChunk", "unsafeSplit", "unsafeSplitWithSizes");

  private static final List<String> BINARY =
      List.of(
          "add",
          "sub",
          "mul",
          "div",
          "maximum",
          "minimum",
          "pow.tensor",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "logicalAnd",
          "logicalOr",
          "logicalXor");

  @TestFactory
  Stream<DynamicTest> operatorsOfTheTables() {
    return Row.determined()
        .filter(row -> LibtorchCalls.ALL.containsKey(row.op().name))
        .filter(row -> !OTHERS.contains(row.op().name))
        .map(row -> dynamicTest(row.named("strides"), () -> rows(row)));
  }

  private static void rows(Row row) {
    Random random = new Random(3);
    for (int i = 0; i < 30; i++) {
      Object[] args = row.arguments(i);
      List<Row.Slot> slots = Row.tensors(args);
      List<Tensor> moved = new ArrayList<>();
      for (Row.Slot s : slots) {
        moved.add(moved(random, Row.get(args, s)));
      }
      compare(row.op(), Row.with(args, slots, moved));
    }
  }

  @TestFactory
  Stream<DynamicTest> randomOperands() {
    return Row.operators().stream()
        .filter(op -> BINARY.contains(op.name) || op.name.equals("where") || op.name.equals("neg"))
        .map(op -> dynamicTest(op.name, () -> randomly(op)));
  }

  private static void randomly(OpCase op) {
    Random random = new Random(11);
    for (int i = 0; i < PROGRAMS; i++) {
      long[] sizes = new long[random.nextInt(5)];
      Arrays.setAll(sizes, d -> random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(3));
      Object[] args = new Object[op.arguments.size()];
      for (int k = 0; k < args.length; k++) {
        boolean mask = op.name.equals("where") && k == 0;
        DType dtype = mask ? DType.BOOL : random.nextInt(4) == 0 ? DType.FLOAT32 : DType.FLOAT64;
        long[] own = sizes.clone();
        if (k > 0) {
          for (int d = 0; d < own.length; d++) {
            own[d] = random.nextInt(6) == 0 ? 1 : own[d];
          }
          own = Arrays.copyOfRange(own, random.nextInt(4) == 0 ? own.length / 2 : 0, own.length);
        }
        args[k] = moved(random, Arranged.of(dtype, own, new double[(int) Arranged.count(own)]));
      }
      compare(op, args);
    }
  }

  private static void compare(OpCase op, Object[] args) {
    try (PointerScope scope = new PointerScope()) {
      Object[] given = args.clone();
      for (int i = 0; i < given.length; i++) {
        if (given[i] instanceof Tensor t) {
          given[i] = theirs(t);
        } else if (given[i] instanceof Tensor[] list) {
          given[i] =
              Arrays.stream(list)
                  .map(t -> t == null ? null : theirs(t))
                  .toArray(org.bytedeco.pytorch.Tensor[]::new);
        }
      }
      org.bytedeco.pytorch.Tensor[] expected;
      try {
        expected = LibtorchCalls.ALL.get(op.name).apply(new LibtorchArgs(given));
      } catch (RuntimeException e) {
        return; // What cannot be viewed cannot be viewed here, either.
      }
      Tensor[] actual = op.run(args);
      for (int i = 0; i < actual.length; i++) {
        long[] strides = new long[(int) expected[i].dim()];
        Arrays.setAll(strides, d -> 0);
        for (int d = 0; d < strides.length; d++) {
          strides[d] = expected[i].stride(d);
        }
        assertArrayEquals(
            strides, Raw.layout(actual[i]).strides(), () -> op.name + " of " + layouts(args));
      }
    }
  }

  private static String layouts(Object[] args) {
    StringBuilder all = new StringBuilder();
    for (Object a : args) {
      all.append(a instanceof Tensor t ? t.dtype() + " " + Raw.layout(t) : "" + a).append("; ");
    }
    return all.toString();
  }

  private static org.bytedeco.pytorch.Tensor theirs(Tensor ours) {
    Layout l = Raw.layout(ours);
    Layout all = Layout.contiguous(Raw.storage(ours).length());
    Tensor memory = Raw.alias(Raw.storage(ours), all, ours.dtype());
    return Theirs.of(memory).as_strided(l.sizes(), l.strides(), new LongOptional(l.offset()));
  }

  /** The same elements in other places: permuted, with gaps, repeated, with odd strides. */
  private static Tensor moved(Random random, Tensor t) {
    long[] sizes = Arranged.shape(t).clone();
    int rank = sizes.length;
    List<Integer> order = new ArrayList<>();
    for (int d = rank - 1; d >= 0; d--) {
      order.add(d);
    }
    if (random.nextInt(4) > 0) {
      Collections.shuffle(order, random);
    }
    long[] strides = new long[rank];
    long step = random.nextInt(5) == 0 ? 2 : 1;
    for (int d : order) {
      strides[d] = step;
      step *= Math.max(1, sizes[d]);
      step += random.nextInt(6) == 0 ? 1 : 0;
      if (sizes[d] == 1 && random.nextInt(3) == 0) {
        strides[d] = random.nextInt(8);
      }
      if (random.nextInt(9) == 0) {
        strides[d] = 0;
      }
    }
    Layout layout = Layout.of(sizes, strides, random.nextInt(2));
    long length = Math.max(layout.end(), 1);
    double[] memory = new double[(int) length];
    Arrays.fill(memory, 1);
    double[] values = Arranged.values(t);
    int i = 0;
    for (double v : values) {
      long rest = i++;
      long at = layout.offset();
      for (int d = rank - 1; d >= 0; d--) {
        at += rest % sizes[d] * strides[d];
        rest /= sizes[d];
      }
      memory[(int) at] = v;
    }
    Tensor whole = Arranged.of(t.dtype(), new long[] {length}, memory);
    return Raw.alias(Raw.storage(whole), layout, t.dtype());
  }
}
