package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Operators give the same values and gradients wherever in memory the elements of their operands
 * lie.
 */
class OperatorLayoutTest {
  private static Stream<Row> rows() {
    return Operands.rows();
  }

  @TestFactory
  Stream<DynamicTest> operandsWithOffsetsColumnOrderAndGaps() {
    return rows()
        .map(r -> dynamicTest(r.named("arranged operands"), () -> OperatorLayoutTest.arranged(r)));
  }

  private static void arranged(Row row) {
    Object[] plain = row.arguments(0);
    Outcome expected = outcome(row, plain, 0);
    for (Object[] args : Operands.arranged(plain)) {
      outcome(row, args, 0).assertEqual("arranged", expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> expandedOperands() {
    return rows()
        .map(r -> dynamicTest(r.named("expanded operands"), () -> OperatorLayoutTest.expanded(r)));
  }

  private static void expanded(Row row) {
    for (Object[] args : Operands.expanded(row.arguments(0))) {
      outcome(row, args, 0).assertEqual("expanded", outcome(row, Operands.rowMajor(args), 0));
    }
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
