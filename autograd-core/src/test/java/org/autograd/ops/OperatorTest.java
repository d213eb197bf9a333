package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.autograd.GradMode;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator of the tables: its value against a reference and its derivatives against finite
 * differences.
 */
class OperatorTest {
  @Test
  void everyOperatorHasARowAndAReferenceAndNoReferenceIsLeftOver() {
    Set<String> operators =
        Row.operators().stream().map(o -> o.name).collect(Collectors.toCollection(TreeSet::new));
    Set<String> referenced = new TreeSet<>(References.ALL.keySet());
    referenced.addAll(References.DRAWN);
    Set<String> without = new TreeSet<>(operators);
    without.removeAll(referenced);
    assertEquals(Set.of(), without, "operators without a reference");
    referenced.removeAll(operators);
    assertEquals(Set.of(), referenced, "references without an operator");
    for (OpCase op : Row.operators()) {
      assertFalse(op.samples.isEmpty(), op.name + " has no sample");
      assertEquals(op.random, References.DRAWN.contains(op.name), op.name + " is drawn");
    }
  }

  @Test
  void everyDerivativeHasATangentFormula() {
    for (OpCase op : Row.operators()) {
      boolean differentiable =
          op.arguments.stream().anyMatch(a -> a.role() == OpCase.Role.DIFFERENTIABLE);
      assertEquals(differentiable, !op.forwards.isEmpty(), op.name + " has a forward formula");
    }
  }

  private static Stream<DynamicTest> rows(String check, Predicate<Row> which, Consumer<Row> test) {
    return Row.determined()
        .filter(which)
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  @TestFactory
  Stream<DynamicTest> valuesEqualTheReference() {
    return rows("value", r -> true, OperatorTest::value);
  }

  private static void value(Row row) {
    Object[] args = row.arguments(0);
    Nd[] expected = References.ALL.get(row.op().name).apply(Reference.Args.of(args));
    Tensor[] actual = row.op().run(args);
    assertEquals(expected.length, actual.length, "number of results");
    for (int i = 0; i < actual.length; i++) {
      assertArrayEquals(expected[i].sizes(), Arranged.shape(actual[i]), "shape of result " + i);
      assertClose("result " + i, expected[i].data(), Arranged.values(actual[i]), 1e-13);
    }
  }

  private static boolean isDifferentiable(Row row) {
    return new Numeric(row).isDifferentiable();
  }

  @TestFactory
  Stream<DynamicTest> gradientsEqualFiniteDifferences() {
    return rows("vjp", OperatorTest::isDifferentiable, OperatorTest::gradient);
  }

  private static void gradient(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] v = Numeric.random(List.of(n.outputs), 7);
    double[] expected =
        Arrays.stream(Numeric.differences(n::value, x))
            .mapToDouble(c -> Numeric.dot(c, v))
            .toArray();
    assertClose("gradients", expected, n.vjp(x, v), 1e-7);
  }

  @TestFactory
  Stream<DynamicTest> tangentsEqualFiniteDifferences() {
    return rows(
        "jvp",
        r -> !r.op().forwards.isEmpty() && !r.differentiable(r.arguments(0)).isEmpty(),
        row -> GradMode.noGrad(() -> tangent(row)));
  }

  private static void tangent(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[][] jacobian = Numeric.differences(n::value, x);
    double[] u = Numeric.random(n.inputs, 11);
    tangent(n, jacobian, u);
    // One tangent at a time: the others are absent.
    int at = 0;
    for (int i = 0; i < n.inputs.size(); i++) {
      double[] one = new double[u.length];
      int length = Arranged.values(n.inputs.get(i)).length;
      System.arraycopy(u, at, one, at, length);
      at += length;
      tangent(n, jacobian, one, i);
    }
    Tensor[] none = row.op().forwards.get(0).apply(n.args, absent(n.args), row.op().run(n.args));
    assertTrue(none == null || none[0] == null, "no tangent comes from none");
  }

  private static Object[] absent(Object[] args) {
    return Arrays.stream(args)
        .map(a -> a instanceof Tensor[] l ? new Tensor[l.length] : null)
        .toArray();
  }

  private static void tangent(Numeric n, double[][] jacobian, double[] u, int... only) {
    OpCase op = n.row.op();
    List<Row.Slot> slots = only.length == 1 ? List.of(n.slots.get(only[0])) : n.slots;
    double[] expected = new double[Numeric.flat(n.outputs).length];
    for (int i = 0; i < u.length; i++) {
      for (int k = 0; k < expected.length; k++) {
        expected[k] += jacobian[i][k] * u[i];
      }
    }
    Tensor[] results = op.run(n.args);
    Tensor[] actual =
        op.forwards.stream()
            .flatMap(f -> Arrays.stream(f.apply(n.args, given(n, slots, u, only), results)))
            .toArray(Tensor[]::new);
    for (int i = 0; i < actual.length; i++) {
      // No tangent stands for one that is 0.
      actual[i] = actual[i] == null ? Tensor.zerosLike(n.outputs[i]) : actual[i];
      assertArrayEquals(
          Arranged.shape(n.outputs[i]), Arranged.shape(actual[i]), "shape of tangent");
    }
    assertClose("tangent", expected, Numeric.flat(actual), 1e-7);
    double[] v = Numeric.random(List.of(n.outputs), 13);
    double[] vjp = GradMode.enableGrad(() -> n.vjp(Numeric.flat(n.inputs), v));
    double left = Numeric.dot(v, Numeric.flat(actual));
    assertEquals(
        left, Numeric.dot(vjp, u), 1e-10 * Math.max(1, Math.abs(left)), "⟨v, Ju⟩ = ⟨Jᵀv, u⟩");
  }

  private static Object[] given(Numeric n, List<Row.Slot> slots, double[] u, int... only) {
    List<Tensor> all = Numeric.like(n.inputs, u);
    return Row.with(absent(n.args), slots, only.length == 1 ? List.of(all.get(only[0])) : all);
  }

  @TestFactory
  Stream<DynamicTest> secondDerivativesEqualFiniteDifferencesOfGradients() {
    return rows("second order", OperatorTest::isDifferentiable, OperatorTest::second);
  }

  private static void second(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] v = Numeric.random(List.of(n.outputs), 17);
    double[] w = Numeric.random(n.inputs, 19);
    double[] both = Arrays.copyOf(x, x.length + v.length);
    System.arraycopy(v, 0, both, x.length, v.length);
    double[][] differences =
        Numeric.differences(
            p -> n.vjp(Arrays.copyOf(p, x.length), Arrays.copyOfRange(p, x.length, p.length)),
            both);
    double[] expected = Arrays.stream(differences).mapToDouble(c -> Numeric.dot(c, w)).toArray();
    assertClose("second derivatives", expected, n.second(x, v, w), 1e-7);
  }
}
