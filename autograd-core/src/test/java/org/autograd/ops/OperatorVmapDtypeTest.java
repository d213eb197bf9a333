package org.autograd.ops;

import static org.autograd.ops.Mapped.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Promotion inside of a map: an element of a batch counts by the dimensions of the element, not by
 * those that its memory has.
 */
class OperatorVmapDtypeTest {
  private static final int SIZE = 2;
  private static final List<DType> DTYPES = List.of(DType.values());
  private static final long[][] SHAPES = {{}, {2, 3}};

  /** Operators of two or more tensors that promote their dtypes. */
  private static Stream<OpCase> operators() {
    return Row.operators().stream()
        .filter(op -> !op.random)
        .filter(op -> op.kind.equals("POINTWISE") || op.name.matches("where|copy_|mseLoss"))
        .filter(op -> op.arguments.stream().filter(OpCase.Argument::isTensor).count() > 1);
  }

  @TestFactory
  Stream<DynamicTest> mixedDtypesAndRanks() {
    return operators()
        .map(op -> new Row(op, op.samples.get(0)))
        .map(r -> dynamicTest(r.named("vmap, mixed dtypes"), () -> mixed(r)));
  }

  private static void mixed(Row row) {
    List<Row.Slot> slots = Row.tensors(row.arguments(0));
    Row.Slot first = slots.get(slots.size() - 2);
    Row.Slot last = slots.get(slots.size() - 1);
    for (DType a : DTYPES) {
      for (DType b : DTYPES) {
        for (long[] x : SHAPES) {
          for (long[] y : SHAPES) {
            if (x.length == 0 || y.length == 0) {
              check(row, List.of(first, last), new DType[] {a, b}, x, y);
            }
          }
        }
      }
    }
  }

  private static void check(Row row, List<Row.Slot> slots, DType[] dtypes, long[] x, long[] y) {
    List<Object[]> samples = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      List<Tensor> tensors = List.of(in(dtypes[0], i, x), in(dtypes[1], i + 3, y));
      Object[] args = row.arguments(0);
      for (Row.Slot s : Row.tensors(args)) {
        // The others, as conditions, have the shape of the first.
        Tensor other = in(Row.get(args, s).dtype(), 5, x);
        args = Row.with(args, List.of(s), List.of(other));
      }
      samples.add(Row.with(args, slots, tensors));
    }
    for (int choice = 1; choice < 4; choice++) {
      List<Row.Slot> batched = new ArrayList<>();
      for (int k = 0; k < 2; k++) {
        if ((choice >> k & 1) != 0) {
          batched.add(slots.get(k));
        }
      }
      if (row.op().isInplaceOnly() && batched.get(0).argument() != 0) {
        continue;
      }
      String what = dtypes[0] + Arrays.toString(x) + " " + dtypes[1] + Arrays.toString(y);
      compare(what + " " + batched, row, samples, batched);
    }
  }

  private static void compare(
      String what, Row row, List<Object[]> samples, List<Row.Slot> batched) {
    List<Tensor> batches = Mapped.batches(samples, batched, Mapped.Place.FRONT);
    TensorFunction f = Mapped.call(row, samples.get(0), batched);
    Tensor[] expected;
    try {
      expected = Mapped.loop(SIZE, i -> row.op().run(Mapped.sample(samples, batched, i)));
    } catch (AutogradException e) {
      AutogradException refused =
          assertThrows(
              AutogradException.class,
              () -> Mapped.run(f, batches, Mapped.Place.FRONT),
              what + " is refused");
      assertEquals(e.getMessage(), refused.getMessage());
      return;
    }
    assertSame(what, expected, Mapped.run(f, batches, Mapped.Place.FRONT), rounding(expected));
    if (row.op().inplace != null && batched.get(0).argument() == 0) {
      inplace(what, row, samples, batched, batches);
    }
  }

  private static void inplace(
      String what, Row row, List<Object[]> samples, List<Row.Slot> batched, List<Tensor> batches) {
    TensorFunction f =
        given -> {
          Object[] args = Row.with(samples.get(0), batched, given);
          args[0] = ((Tensor) args[0]).clone();
          return List.of(row.op().inplace.apply(args));
        };
    Tensor[] expected;
    try {
      expected =
          Mapped.loop(
              SIZE,
              i -> {
                Object[] args = Mapped.sample(samples, batched, i);
                args[0] = ((Tensor) args[0]).clone();
                return new Tensor[] {row.op().inplace.apply(args)};
              });
    } catch (AutogradException e) {
      AutogradException refused =
          assertThrows(
              AutogradException.class,
              () -> Mapped.run(f, batches, Mapped.Place.FRONT),
              what + " is refused in place");
      assertEquals(e.getMessage(), refused.getMessage());
      return;
    }
    Tensor[] actual = Mapped.run(f, batches, Mapped.Place.FRONT);
    assertSame(what + " in place", expected, actual, rounding(expected));
  }

  private static double rounding(Tensor[] results) {
    return results[0].dtype() == DType.FLOAT32 ? 2e-7 : 1e-15;
  }

  private static Tensor in(DType dtype, int seed, long... sizes) {
    double[] values = new double[(int) Arranged.count(sizes)];
    for (int i = 0; i < values.length; i++) {
      int n = (i * 5 + seed * 3) % 7;
      values[i] = dtype == DType.BOOL ? n % 2 : dtype.isFloating() ? n + 0.3 : n + 1;
    }
    return Arranged.of(dtype, sizes.clone(), values);
  }

  @TestFactory
  Stream<DynamicTest> numbersCountByCategory() {
    return Row.operators().stream()
        .filter(op -> op.kind.equals("POINTWISE") && op.arguments.size() == 2)
        .filter(op -> op.arguments.get(1).isTensor())
        .map(op -> new Row(op, op.samples.get(0)))
        .map(r -> dynamicTest(r.named("vmap, numbers"), () -> numbers(r)));
  }

  private static void numbers(Row row) {
    for (DType dtype : DTYPES) {
      for (long[] sizes : SHAPES) {
        for (boolean real : new boolean[] {false, true}) {
          List<Object[]> samples = new ArrayList<>();
          for (int i = 0; i < SIZE; i++) {
            Tensor t = in(dtype, i, sizes);
            Tensor number = real ? Types.wrap(t, 2.5) : Types.wrap(t, 2);
            samples.add(new Object[] {t, number});
          }
          String what = dtype + Arrays.toString(sizes) + (real ? " and 2.5" : " and 2");
          compare(what, row, samples, List.of(new Row.Slot(0, -1)));
        }
      }
    }
  }
}
