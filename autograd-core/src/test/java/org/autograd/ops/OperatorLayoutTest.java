package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Operators give the same values and gradients wherever in memory the elements of their operands
 * lie.
 */
class OperatorLayoutTest {
  /** Operators about memory itself: they refuse most arrangements, or show them. */
  private static final Set<String> OF_MEMORY = Set.of("view", "unsafe_view", "asStrided");

  private static Stream<Row> rows() {
    return Row.determined().filter(r -> !OF_MEMORY.contains(r.op().name));
  }

  @TestFactory
  Stream<DynamicTest> operandsWithOffsetsColumnOrderAndGaps() {
    return rows()
        .map(r -> dynamicTest(r.named("arranged operands"), () -> OperatorLayoutTest.arranged(r)));
  }

  private static void arranged(Row row) {
    Object[] plain = row.arguments(0);
    List<Row.Slot> slots = Row.tensors(plain);
    Outcome expected = outcome(row, plain, 0);
    for (int i = 1; i < 5; i++) {
      List<Tensor> moved = new ArrayList<>();
      for (Row.Slot s : slots) {
        moved.add(Arranged.arrangements(Row.get(plain, s)).get(i));
      }
      outcome(row, Row.with(plain, slots, moved), 0).assertEqual("arrangement " + i, expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> expandedOperands() {
    return rows()
        .map(r -> dynamicTest(r.named("expanded operands"), () -> OperatorLayoutTest.expanded(r)));
  }

  private static void expanded(Row row) {
    Object[] plain = row.arguments(0);
    for (Row.Slot slot : Row.tensors(plain)) {
      Tensor t = Row.get(plain, slot);
      for (int d = 0; d < t.dim(); d++) {
        if (t.size(d) > 1) {
          Tensor repeated = repeated(t, d);
          Object[] args = Row.with(plain, List.of(slot), List.of(repeated));
          Object[] copied = Row.with(plain, List.of(slot), List.of(rowMajor(repeated)));
          outcome(row, args, 0)
              .assertEqual(slot + " expanded in dimension " + d, outcome(row, copied, 0));
        }
      }
    }
  }

  private static Tensor repeated(Tensor t, int dim) {
    Layout layout = Raw.layout(t);
    long[] strides = Nd.with(layout.strides(), dim, 0);
    return Raw.alias(
        Raw.storage(t), Layout.of(layout.sizes(), strides, layout.offset()), Raw.dtype(t));
  }

  private static Tensor rowMajor(Tensor t) {
    return Arranged.of(Raw.dtype(t), Arranged.shape(t).clone(), Arranged.values(t));
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfResultsInAnyArrangement() {
    return Row.determined()
        .filter(r -> new Numeric(r).isDifferentiable())
        .map(r -> dynamicTest(r.named("arranged gradients"), () -> gradients(r)));
  }

  private static void gradients(Row row) {
    Object[] plain = row.arguments(0);
    Outcome expected = outcome(row, plain, 0);
    for (int i = 1; i < 5; i++) {
      outcome(row, plain, i).assertEqual("gradient in arrangement " + i, expected);
    }
    outcome(row, plain, EXPANDED).assertEqual("expanded gradient", outcome(row, plain, ONES));
  }

  private static final int EXPANDED = -1;
  private static final int ONES = -2;

  /**
   * What an operator gives.
   *
   * @param sizes the shapes of its results
   * @param values their elements
   * @param gradients those of its operands
   */
  private record Outcome(List<long[]> sizes, double[] values, double[] gradients) {
    void assertEqual(String what, Outcome expected) {
      assertArrayEquals(expected.sizes.toArray(), sizes.toArray(), what + ", shapes");
      assertClose(what + ", values", expected.values, values, 1e-14);
      assertClose(what + ", gradients", expected.gradients, gradients, 1e-14);
    }
  }

  private static Outcome outcome(Row row, Object[] args, int arrangement) {
    List<Row.Slot> slots = row.differentiable(args);
    List<Tensor> leaves = new ArrayList<>();
    for (Row.Slot s : slots) {
      Tensor t = Row.get(args, s);
      leaves.add(Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t)).requiresGrad_());
    }
    Tensor[] results = row.op().run(Row.with(args, slots, leaves));
    List<long[]> sizes = Stream.of(results).map(Arranged::shape).toList();
    List<Tensor> from = new ArrayList<>();
    List<Tensor> with = new ArrayList<>();
    for (Tensor t : row.differentiableResults(results)) {
      if (t.requiresGrad()) {
        from.add(t);
        with.add(cotangent(t, from.size(), arrangement));
      }
    }
    double[] gradients = new double[0];
    if (!from.isEmpty()) {
      GradOptions options = GradOptions.DEFAULT.withMaterializeGrads(true);
      gradients = Numeric.flat(Autograd.grad(from, leaves, with, options));
    }
    return new Outcome(sizes, Numeric.flat(results), gradients);
  }

  private static Tensor cotangent(Tensor like, long seed, int arrangement) {
    long[] sizes = Arranged.shape(like).clone();
    double[] values = Numeric.random(List.of(like), seed);
    if (arrangement >= 0) {
      Tensor plain = Numeric.like(List.of(like), values).get(0);
      return Arranged.arrangements(plain).get(arrangement);
    }
    java.util.Arrays.fill(values, 0.75);
    return arrangement == ONES
        ? Arranged.of(like.dtype(), sizes, values)
        : Arranged.expanded(Arranged.scalar(like.dtype(), 0.75), sizes);
  }
}
