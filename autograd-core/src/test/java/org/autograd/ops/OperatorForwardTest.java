package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operator on dual tensors: its tangents against finite differences. */
class OperatorForwardTest {
  /** Operands on which the result does not depend smoothly: a tangent of theirs gives none. */
  private static final Map<String, Set<String>> WITHOUT_EFFECT =
      Map.of("relu_backward", Set.of("output"), "nll_loss_backward", Set.of("self"));

  @Test
  void everyOperatorOfFloatingInputsHasARow() {
    Set<String> run =
        Row.all()
            .filter(OperatorForwardTest::applies)
            .map(r -> r.op().name)
            .collect(Collectors.toSet());
    for (OpCase op : Row.operators()) {
      boolean differentiable =
          !op.random && op.arguments.stream().anyMatch(a -> a.role() == OpCase.Role.DIFFERENTIABLE);
      assertFalse(differentiable && !run.contains(op.name), op.name + " has no row");
    }
  }

  static boolean applies(Row row) {
    return !row.op().random && new Numeric(row).isDifferentiable();
  }

  static Stream<DynamicTest> rows(String check, Predicate<Row> which, Consumer<Row> test) {
    return Row.determined()
        .filter(OperatorForwardTest::applies)
        .filter(which)
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  @TestFactory
  Stream<DynamicTest> tangentsEqualFiniteDifferences() {
    return rows("dual", r -> true, OperatorForwardTest::tangents);
  }

  private static void tangents(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    List<Tensor> directions = Numeric.like(n.inputs, Numeric.random(n.inputs, 11));
    Tensor[] all = Dual.tangents(row, n.args, n.slots, directions);
    assertClose(
        "tangents", Numeric.along(n::value, x, Numeric.flat(directions)), flat(n, all), 1e-7);
    for (int i = 0; i < n.slots.size(); i++) {
      Row.Slot slot = n.slots.get(i);
      double[] u = Numeric.flat(only(directions, i));
      Tensor[] one = Dual.tangents(row, n.args, List.of(slot), List.of(directions.get(i)));
      assertClose("tangents by " + slot, Numeric.along(n::value, x, u), flat(n, one), 1e-7);
      String name = row.op().arguments.get(slot.argument()).name();
      boolean none = WITHOUT_EFFECT.getOrDefault(row.op().name, Set.of()).contains(name);
      assertEquals(none, Arrays.stream(one).allMatch(t -> t == null), "no tangent by " + name);
    }
  }

  private static double[] flat(Numeric n, Tensor[] tangents) {
    assertEquals(n.outputs.length, tangents.length, "number of tangents");
    return Dual.flat(tangents, n.outputs);
  }

  /** Returns zeros, but for one place. */
  private static List<Tensor> only(List<Tensor> all, int kept) {
    List<Tensor> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      some.add(i == kept ? all.get(i) : Tensor.zerosLike(all.get(i)));
    }
    return some;
  }

  @TestFactory
  Stream<DynamicTest> tangentsAreTheSameInAnyArrangement() {
    return rows("arranged duals", Operands::isArrangeable, OperatorForwardTest::arranged);
  }

  private static void arranged(Row row) {
    Object[] plain = row.arguments(0);
    double[] expected = tangents(row, plain, 0);
    int i = 1;
    for (Object[] args : Operands.arranged(plain)) {
      assertClose("arrangement " + i, expected, tangents(row, args, i++), 1e-14);
    }
    for (Object[] args : Operands.expanded(plain)) {
      double[] copied = tangents(row, Operands.rowMajor(args), 0);
      assertClose("expanded", copied, tangents(row, args, 0), 1e-14);
    }
  }

  private static double[] tangents(Row row, Object[] args, int arrangement) {
    Numeric n = new Numeric(row, args);
    List<Tensor> directions =
        Numeric.like(n.inputs, Numeric.random(n.inputs, 11)).stream()
            .map(t -> Arranged.arrangements(t).get(arrangement))
            .toList();
    return flat(n, Dual.tangents(row, args, n.slots, directions));
  }

  @TestFactory
  Stream<DynamicTest> tangentsAndGradientsAreAdjoint() {
    return rows("⟨v, Ju⟩ = ⟨Jᵀv, u⟩", r -> true, OperatorForwardTest::adjoint);
  }

  private static void adjoint(Row row) {
    for (long seed = 1; seed <= 3; seed++) {
      Numeric n = new Numeric(row, row.arguments(seed));
      double[] u = Numeric.random(n.inputs, 100 + seed);
      double[] v = Numeric.random(List.of(n.outputs), 200 + seed);
      Tensor[] tangents = Dual.tangents(row, n.args, n.slots, Numeric.like(n.inputs, u));
      double left = Numeric.dot(v, flat(n, tangents));
      double right = Numeric.dot(n.vjp(Numeric.flat(n.inputs), v), u);
      assertEquals(left, right, 1e-12 * Math.max(1, Math.abs(left)));
    }
  }

  private static boolean changesInPlace(Row row) {
    return row.op().inplace != null && OperatorFormsTest.fitsItself(row);
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormGivesTheTangentsOfTheFunctionalForm() {
    return rows("dual in place", OperatorForwardTest::changesInPlace, OperatorForwardTest::inplace);
  }

  private static void inplace(Row row) {
    Numeric n = new Numeric(row);
    List<Tensor> directions = Numeric.like(n.inputs, Numeric.random(n.inputs, 11));
    inplace(row, n, n.slots, directions);
    for (int i = 0; i < n.slots.size(); i++) {
      inplace(row, n, List.of(n.slots.get(i)), List.of(directions.get(i)));
    }
  }

  private static void inplace(Row row, Numeric n, List<Row.Slot> slots, List<Tensor> u) {
    double[] expected = flat(n, Dual.tangents(row, n.args, slots, u));
    for (boolean view : new boolean[] {false, true}) {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Object[] args = Dual.arguments(n.args, slots, u);
        Tensor whole = ((Tensor) args[0]).unsqueeze(0).clone();
        Tensor self = view ? whole.select(0, 0) : whole.squeeze(0).clone();
        args[0] = self;
        row.op().inplace.apply(args);
        Tensor changed = view ? whole.squeeze(0) : self;
        assertClose("values", Numeric.flat(n.outputs), Arranged.values(self), 0);
        Tensor[] tangents = Dual.unpacked(row, new Tensor[] {changed});
        assertClose(view ? "by a view" : "tangents", expected, flat(n, tangents), 1e-15);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsHaveTheDtypeOfTheirResults() {
    return rows(
        "float32 duals",
        r -> !r.sample().text().contains("dtype="),
        row -> {
          float32(row, true);
          if (row.op().kind.equals("POINTWISE")) {
            float32(row, false);
          }
        });
  }

  /** Compares the tangents of float32 operands, all or the first alone, with those of float64. */
  private static void float32(Row row, boolean all) {
    Numeric n = new Numeric(row);
    List<Tensor> wide = Numeric.like(n.inputs, Numeric.random(n.inputs, 11));
    double[] expected = flat(n, Dual.tangents(row, n.args, n.slots, wide));
    List<Row.Slot> narrowed =
        Row.tensors(n.args).stream()
            .filter(s -> Row.get(n.args, s).dtype().isFloating())
            .limit(all ? Long.MAX_VALUE : 1)
            .toList();
    Object[] args =
        Row.with(
            n.args,
            narrowed,
            narrowed.stream().map(s -> Row.get(n.args, s).to(DType.FLOAT32)).toList());
    List<Tensor> directions = new ArrayList<>();
    for (int i = 0; i < wide.size(); i++) {
      directions.add(wide.get(i).to(Row.get(args, n.slots.get(i)).dtype()));
    }
    Tensor[] results = row.differentiableResults(row.op().run(args));
    Tensor[] tangents = Dual.tangents(row, args, n.slots, directions);
    assertClose("float32", expected, Dual.flat(tangents, results), 2e-5);
  }
}
