package org.autograd.ops;

import static org.autograd.ops.Numeric.along;
import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.ForwardAD;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every operator of the tables on dual tensors, in all its forms. */
class OperatorDualTest {
  private static Stream<DynamicTest> rows(String check, Predicate<Row> which, Consumer<Row> test) {
    return Row.determined()
        .filter(r -> !r.differentiable(r.arguments(0)).isEmpty())
        .filter(which)
        .map(r -> dynamicTest(r.named(check), () -> test.accept(r)));
  }

  private static List<Tensor> duals(List<Tensor> primals, double[] u) {
    List<Tensor> tangents = Numeric.like(primals, u);
    List<Tensor> duals = new ArrayList<>();
    for (int i = 0; i < tangents.size(); i++) {
      duals.add(ForwardAD.makeDual(primals.get(i), tangents.get(i)));
    }
    return duals;
  }

  /** Returns the tangent of a result at the innermost level; zeros if it has none. */
  private static Tensor tangent(Tensor result) {
    Tensor t = ForwardAD.unpackDual(result).tangent();
    if (t == null) {
      return Tensor.zerosLike(result);
    }
    assertArrayEquals(Arranged.shape(result), Arranged.shape(t), "shape of tangent");
    assertEquals(result.dtype(), t.dtype(), "dtype of tangent");
    return t;
  }

  private static double[] tangents(Tensor... results) {
    return Numeric.flat(
        Arrays.stream(results).map(OperatorDualTest::tangent).toArray(Tensor[]::new));
  }

  private static Tensor[] results(Numeric n, List<Tensor> inputs) {
    return n.row.differentiableResults(n.row.op().run(Row.with(n.args, n.slots, inputs)));
  }

  private static double[] jvp(Numeric n, double[] x, double[] u) {
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      return tangents(results(n, duals(Numeric.like(n.inputs, x), u)));
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsEqualFiniteDifferences() {
    return rows("dual", r -> true, OperatorDualTest::first);
  }

  private static void first(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] u = Numeric.random(n.inputs, 11);
    assertClose("tangents", along(n::value, x, u), jvp(n, x, u), 1e-7);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      for (Tensor t : row.op().run(Row.with(n.args, n.slots, Numeric.like(n.inputs, x)))) {
        assertNull(ForwardAD.unpackDual(t).tangent(), "no tangent comes from none");
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> nestedLevelsEqualFiniteDifferencesOfTangents() {
    return rows("dual of dual", r -> true, OperatorDualTest::second);
  }

  private static void second(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] u = Numeric.random(n.inputs, 11);
    double[] w = Numeric.random(n.inputs, 13);
    double[] expected = along(p -> jvp(n, p, u), x, w);
    try (ForwardAD.Level outer = ForwardAD.dualLevel()) {
      List<Tensor> inputs = duals(Numeric.like(n.inputs, x), w);
      List<Tensor> first = new ArrayList<>();
      try (ForwardAD.Level inner = ForwardAD.dualLevel()) {
        for (Tensor result : results(n, duals(inputs, u))) {
          first.add(tangent(result));
        }
      }
      assertClose("of tangents", expected, tangents(first.toArray(new Tensor[0])), 1e-7);
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfGradientsEqualFiniteDifferences() {
    return rows("dual gradient", r -> new Numeric(r).isDifferentiable(), OperatorDualTest::reverse);
  }

  private static void reverse(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] u = Numeric.random(n.inputs, 11);
    double[] v = Numeric.random(List.of(n.outputs), 7);
    double[] expected = along(p -> n.vjp(p, v), x, u);
    List<Tensor> leaves = Numeric.like(n.inputs, x);
    leaves.forEach(Tensor::requiresGrad_);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> results = List.of(results(n, duals(leaves, u)));
      List<Tensor> grads =
          Autograd.grad(results, leaves, Numeric.like(results, v), GradOptions.DEFAULT);
      assertClose("of gradients", expected, tangents(grads.toArray(new Tensor[0])), 1e-7);
    }
    // Reverse over forward: the gradient of ⟨v, J u⟩ is the derivative of Jᵀ v along u.
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor sum = Tensor.of(0.0).sum();
      List<Tensor> results = List.of(results(n, duals(leaves, u)));
      List<Tensor> weights = Numeric.like(results, v);
      for (int i = 0; i < weights.size(); i++) {
        sum = sum.add(tangent(results.get(i)).mul(weights.get(i)).sum());
      }
      List<Tensor> grads =
          sum.requiresGrad()
              ? Autograd.grad(
                  List.of(sum), leaves, null, GradOptions.DEFAULT.withMaterializeGrads(true))
              : leaves.stream().map(Tensor::zerosLike).toList();
      assertClose("of tangents", expected, Numeric.flat(grads), 1e-7);
    }
  }

  private static boolean fitsItself(Row row) {
    Object[] args = row.arguments(0);
    Tensor result = row.op().run(args)[0];
    return Arrays.equals(Arranged.shape(result), Arranged.shape((Tensor) args[0]))
        && result.dtype() == ((Tensor) args[0]).dtype();
  }

  @TestFactory
  Stream<DynamicTest> inPlaceFormsUpdateTangents() {
    return rows(
        "dual in place", r -> r.op().inplace != null && fitsItself(r), OperatorDualTest::inplace);
  }

  private static void inplace(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] u = Numeric.random(n.inputs, 11);
    double[] expected = along(n::value, x, u);
    for (boolean recorded : new boolean[] {false, true}) {
      List<Tensor> primals = Numeric.like(n.inputs, x);
      if (recorded) {
        primals.forEach(Tensor::requiresGrad_);
      }
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Object[] args = Row.with(n.args, n.slots, duals(primals, u));
        args[0] = ((Tensor) args[0]).clone();
        Tensor before = ForwardAD.unpackDual((Tensor) args[0]).tangent();
        row.op().inplace.apply(args);
        Tensor changed = (Tensor) args[0];
        assertClose("tangent", expected, tangents(changed), 1e-7);
        if (before != null) {
          assertSame(before, ForwardAD.unpackDual(changed).tangent());
        }
      }
    }
    // A slice of a plain tensor becomes dual by what is written into it.
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      List<Tensor> duals = duals(Numeric.like(n.inputs, x), u);
      Object[] args = Row.with(n.args, n.slots, duals);
      Tensor self = (Tensor) args[0];
      Tensor whole = Tensor.zerosLike(self).unsqueeze(0).expand(sizes(self)).clone();
      Tensor part = whole.get(1);
      part.copy_(self);
      args[0] = part;
      row.op().inplace.apply(args);
      assertClose("tangent of a part", expected, tangents(whole.get(1)), 1e-7);
      assertClose("other part", new double[expected.length], tangents(whole.get(0)), 0);
    }
  }

  private static long[] sizes(Tensor t) {
    long[] sizes = new long[t.dim() + 1];
    sizes[0] = 2;
    System.arraycopy(t.sizes(), 0, sizes, 1, t.dim());
    return sizes;
  }

  @TestFactory
  Stream<DynamicTest> copiesOfViewsHaveTangentsOfTheirOwn() {
    return rows("dual copy", r -> r.op().copy != null, OperatorDualTest::copy);
  }

  private static void copy(Row row) {
    Numeric n = new Numeric(row);
    double[] x = Numeric.flat(n.inputs);
    double[] u = Numeric.random(n.inputs, 11);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Object[] args = Row.with(n.args, n.slots, duals(Numeric.like(n.inputs, x), u));
      double[] expected = tangents(row.op().call.apply(args));
      Tensor[] copies = row.op().copy.apply(args);
      assertClose("copies", expected, tangents(copies), 0);
      assertClose("copies", along(n::value, x, u), tangents(copies), 1e-7);
    }
  }

  @TestFactory
  Stream<DynamicTest> outFormsRefuseDuals() {
    return rows("dual out", r -> r.op().out != null, OperatorDualTest::out);
  }

  private static void out(Row row) {
    Object[] plain = row.arguments(0);
    Tensor out = Tensor.zerosLike(row.op().run(plain)[0]);
    for (Row.Slot slot : row.differentiable(plain)) {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor primal = Row.get(plain, slot);
        Tensor dual = ForwardAD.makeDual(primal, Tensor.onesLike(primal));
        Object[] args = Row.with(plain, List.of(slot), List.of(dual));
        assertThrows(UnsupportedOperationException.class, () -> row.op().out.apply(args, out));
      }
    }
    if (out.dtype().isDifferentiable()) {
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Tensor dual = ForwardAD.makeDual(out, Tensor.onesLike(out));
        assertThrows(UnsupportedOperationException.class, () -> row.op().out.apply(plain, dual));
      }
    }
    assertClose("nothing was written", new double[(int) out.numel()], Arranged.values(out), 0);
  }
}
