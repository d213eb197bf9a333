package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.GradMode;
import org.autograd.GradOptions;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The forms of an operator: in place, with an output tensor, on lists, as a view and as its copy.
 */
class OperatorFormsTest {
  private static Stream<DynamicTest> rows(String check, Predicate<Row> which, Consumer<Row> test) {
    return Row.determined()
        .filter(which)
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  static boolean fitsItself(Row row) {
    Object[] args = row.arguments(0);
    Tensor result = row.op().run(args)[0];
    return Arrays.equals(Arranged.shape(result), Arranged.shape((Tensor) args[0]))
        && result.dtype() == ((Tensor) args[0]).dtype();
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormEqualsFunctionalForm() {
    return rows(
        "in place", r -> r.op().inplace != null && fitsItself(r), OperatorFormsTest::inplace);
  }

  private static void inplace(Row row) {
    OpCase op = row.op();
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = row.differentiable(args);
    double[] v = Numeric.random(List.of((Tensor) args[0]), 5);
    List<Tensor> leaves = leaves(args, slots);
    Tensor expected = op.run(Row.with(args, slots, leaves))[0];
    double[] gradients = gradients(expected, leaves, v);

    List<Tensor> others = leaves(args, slots);
    Object[] changed = Row.with(args, slots, others);
    Tensor self = ((Tensor) changed[0]).clone();
    changed[0] = self;
    Tensor returned = op.inplace.apply(changed);

    assertSame(self, returned);
    assertEquals(1, self.version());
    assertClose("values", Arranged.values(expected), Arranged.values(self), 0);
    assertEquals(op.node, self.gradFn() == null ? null : self.gradFn().name());
    assertClose("gradients", gradients, gradients(self, others, v), 1e-15);
  }

  private static List<Tensor> leaves(Object[] args, List<Row.Slot> slots) {
    List<Tensor> leaves = new ArrayList<>();
    slots.forEach(s -> leaves.add(Copies.clone(Row.get(args, s)).requiresGrad_()));
    return leaves;
  }

  private static double[] gradients(Tensor result, List<Tensor> leaves, double[] v) {
    if (!result.requiresGrad()) {
      return new double[0];
    }
    List<Tensor> with = Numeric.like(List.of(result), v);
    GradOptions options = GradOptions.DEFAULT.withMaterializeGrads(true);
    return Numeric.flat(Autograd.grad(List.of(result), leaves, with, options));
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormRefusesAResultOfAnotherShape() {
    return rows(
        "in place, other shape",
        r -> r.op().inplace != null && !fitsItself(r),
        row -> {
          Object[] args = row.arguments(0);
          refused(row, args, row.op().name);
        });
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormRefusesALeafAndAnExpandedTensor() {
    return rows(
        "in place, leaf",
        r -> r.op().inplace != null,
        row -> {
          Object[] args = row.arguments(0);
          ((Tensor) args[0]).requiresGrad_();
          String message = refused(row, args, "leaf").getMessage();
          assertTrue(message.contains("noGrad"), message);
          Object[] more = row.arguments(0);
          if (((Tensor) more[0]).numel() == 0 || row.op().writesExpanded) {
            return;
          }
          Tensor wide = Arranged.expanded((Tensor) more[0], expandedSizes((Tensor) more[0]));
          more[0] = wide;
          refused(row, more, "clone()");
        });
  }

  private static long[] expandedSizes(Tensor t) {
    return Nd.inserted(Arranged.shape(t), 0, 2);
  }

  private static AutogradException refused(Row row, Object[] args, String mention) {
    Tensor self = (Tensor) args[0];
    double[] before = Arranged.values(self);
    AutogradException e = assertThrows(AutogradException.class, () -> row.op().inplace.apply(args));
    String name = row.op().name.replaceAll("_?\\..*|_$", "");
    assertTrue(e.getMessage().contains(mention.replaceAll("\\..*", "")), e.getMessage());
    assertTrue(e.getMessage().startsWith(name + "_: "), e.getMessage());
    assertArrayEquals(before, Arranged.values(self), "unchanged");
    assertEquals(0, self.version());
    assertNull(self.gradFn());
    return e;
  }

  @TestFactory
  Stream<DynamicTest> outFormWritesTheResult() {
    return rows("out", r -> r.op().out != null, OperatorFormsTest::out);
  }

  private static void out(Row row) {
    OpCase op = row.op();
    Object[] args = row.arguments(0);
    Tensor expected = op.run(args)[0];
    long[] sizes = Arranged.shape(expected).clone();
    for (Tensor t : Arranged.arrangements(filled(expected.dtype(), sizes))) {
      assertSame(t, op.out.apply(args, t));
      assertClose("out", Arranged.values(expected), Arranged.values(t), 0);
      assertEquals(1, t.version());
    }
    if (expected.dtype() == DType.FLOAT64) {
      Tensor narrow = filled(DType.FLOAT32, sizes);
      op.out.apply(args, narrow);
      assertClose("float32 out", Arranged.values(expected), Arranged.values(narrow), 1e-6);
      refusesOut(op, args, filled(DType.INT64, sizes), "int64");
    }
    refusesOut(op, args, filled(expected.dtype(), Nd.inserted(sizes, 0, 3)), "shape");
    List<Row.Slot> slots = row.differentiable(args);
    if (!slots.isEmpty()) {
      Object[] recorded = Row.with(args, slots, leaves(args, slots));
      Tensor t = filled(expected.dtype(), sizes);
      refusesOut(op, recorded, t, "requires grad");
      GradMode.noGrad(() -> op.out.apply(recorded, t));
      assertClose("out under noGrad", Arranged.values(expected), Arranged.values(t), 0);
      assertFalse(t.requiresGrad());
    }
  }

  private static Tensor filled(DType dtype, long[] sizes) {
    double[] values = new double[(int) Arranged.count(sizes)];
    Arrays.fill(values, 1);
    return Arranged.of(dtype, sizes.clone(), values);
  }

  private static void refusesOut(OpCase op, Object[] args, Tensor out, String mention) {
    double[] before = Arranged.values(out);
    AutogradException e = assertThrows(AutogradException.class, () -> op.out.apply(args, out));
    assertTrue(e.getMessage().contains(mention), e.getMessage());
    assertTrue(e.getMessage().startsWith(op.name.replaceAll("\\..*", "")), e.getMessage());
    assertArrayEquals(before, Arranged.values(out), "unchanged");
    assertEquals(0, out.version());
  }

  @TestFactory
  Stream<DynamicTest> listFormsEqualOneByOne() {
    return rows("foreach", r -> r.op().foreach != null, OperatorFormsTest::foreach);
  }

  private static void foreach(Row row) {
    OpCase op = row.op();
    Object[][] each = {row.arguments(1), row.arguments(2), row.arguments(3)};
    Object[] lists = each[0].clone();
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] instanceof Tensor) {
        int at = i;
        lists[i] = Arrays.stream(each).map(a -> (Tensor) a[at]).toArray(Tensor[]::new);
      }
    }
    Tensor[] results = op.foreach.apply(lists);
    assertEquals(3, results.length);
    for (int i = 0; i < results.length; i++) {
      double[] expected = Arranged.values(op.run(each[i])[0]);
      assertClose("element " + i, expected, Arranged.values(results[i]), 0);
    }
    if (op.foreachInplace != null && fitsItself(row)) {
      op.foreachInplace.apply(lists);
      for (int i = 0; i < results.length; i++) {
        Tensor self = (Tensor) each[i][0];
        assertClose("element " + i, Arranged.values(results[i]), Arranged.values(self), 0);
        assertEquals(1, self.version());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> viewsShareMemoryAndCopiesDoNot() {
    return rows("view and copy", r -> r.op().copy != null, OperatorFormsTest::copy);
  }

  private static void copy(Row row) {
    OpCase op = row.op();
    Object[] args = row.arguments(0);
    Tensor self = (Tensor) args[0];
    List<Row.Slot> slots = row.differentiable(args);
    List<Tensor> leaves = leaves(args, slots);
    Object[] recorded = Row.with(args, slots, leaves);
    Tensor[] views = op.call.apply(args);
    Tensor[] recordedViews = op.call.apply(recorded);
    Tensor[] copies = op.copy.apply(recorded);
    assertEquals(views.length, copies.length);
    double[] fromViews = new double[0];
    double[] fromCopies = new double[0];
    for (int i = 0; i < views.length; i++) {
      assertTrue(views[i].isView());
      assertSame(self, views[i].base());
      assertSame(Raw.array(self), Raw.array(views[i]));
      assertFalse(copies[i].isView());
      assertNotSame(Raw.array(leaves.get(0)), Raw.array(copies[i]));
      assertTrue(copies[i].isContiguous());
      assertArrayEquals(Arranged.shape(views[i]), Arranged.shape(copies[i]));
      assertClose("copy", Arranged.values(views[i]), Arranged.values(copies[i]), 0);
      assertEquals(op.node, copies[i].gradFn().name());
      assertEquals(op.node, recordedViews[i].gradFn().name());
      double[] v = Numeric.random(List.of(views[i]), i);
      fromViews = gradients(recordedViews[i], leaves, v);
      fromCopies = gradients(copies[i], leaves, v);
      assertClose("gradient of part " + i, fromViews, fromCopies, 0);
    }
  }

  @TestFactory
  Stream<DynamicTest> resultsCarryTheNodeOfTheTable() {
    return rows(
        "node",
        r -> r.op().node != null && r.op().call != null && new Numeric(r).isDifferentiable(),
        row -> {
          Object[] args = row.arguments(0);
          List<Row.Slot> slots = row.differentiable(args);
          Tensor[] results = row.op().run(Row.with(args, slots, leaves(args, slots)));
          for (int i = 0; i < results.length; i++) {
            boolean carries = row.op().isDifferentiable(i) && results[i].dtype().isDifferentiable();
            assertEquals(carries, results[i].requiresGrad(), "result " + i + " requires grad");
            assertEquals(
                carries ? row.op().node : null,
                results[i].gradFn() == null ? null : results[i].gradFn().name());
            assertEquals(carries ? i : 0, results[i].outputNr());
          }
          Tensor[] unrecorded =
              GradMode.noGrad(() -> row.op().run(Row.with(args, slots, leaves(args, slots))));
          assertNull(unrecorded[0].gradFn());
          assertTrue(unrecorded[0].isLeaf());
          // A view of a leaf still tells that its base requires grad.
          assertEquals(row.op().copy != null, unrecorded[0].requiresGrad());
        });
  }

  @TestFactory
  Stream<DynamicTest> inPlaceChangeOfASavedOperandIsNoticed() {
    return Stream.of(
        dynamicTest(
            "mul — saved operand changed — refused",
            () -> {
              Tensor a = Tensor.of(2.0).requiresGrad_();
              Tensor b = Tensor.of(3.0);
              Tensor c = a.mul(b);
              b.add_(1);
              assertThrows(InplaceModificationException.class, () -> c.sum().backward());
            }));
  }
}
