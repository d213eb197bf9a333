package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.ForwardAD;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Second derivatives of every operator with forward mode in them, against finite differences of
 * first derivatives and against one another.
 */
class OperatorSecondOrderTest {
  private static Stream<DynamicTest> rows(String check, Consumer<Case> test) {
    return OperatorForwardTest.rows(check, r -> true, r -> test.accept(new Case(r)));
  }

  /** A row at one point, with directions for its inputs and weights for its results. */
  private static final class Case {
    final Row row;
    final Numeric n;
    final double[] x;
    final double[] u;
    final double[] w;
    final double[] v;

    Case(Row row) {
      this(row, row.arguments(0));
    }

    Case(Row row, Object[] args) {
      this.row = row;
      n = new Numeric(row, args);
      x = Numeric.flat(n.inputs);
      u = Numeric.random(n.inputs, 31);
      w = Numeric.random(n.inputs, 37);
      v = Numeric.random(List.of(n.outputs), 41);
    }

    List<Tensor> inputs(double[] values) {
      return Numeric.like(n.inputs, values);
    }

    List<Tensor> outputs(double[] values) {
      return Numeric.like(List.of(n.outputs), values);
    }

    /** The inputs as they lie in memory, as leaves. */
    List<Tensor> leaves() {
      return n.inputs.stream().map(t -> t.detach().requiresGrad_()).toList();
    }

    /** The change of Jᵀv along u, by differences. */
    double[] expected() {
      return Numeric.along(p -> n.vjp(p, v), x, u);
    }

    /** The change of Jᵀv along u and, if given, a direction of v, by duals in a gradient. */
    double[] forwardOverReverse(double[] direction) {
      List<Tensor> leaves = leaves();
      try (ForwardAD.Level level = ForwardAD.dualLevel()) {
        Object[] args = Dual.arguments(Row.with(n.args, n.slots, leaves), n.slots, inputs(u));
        Tensor[] results = row.differentiableResults(row.op().run(args));
        List<Tensor> cotangents = outputs(v);
        if (direction != null) {
          List<Tensor> t = outputs(direction);
          for (int i = 0; i < t.size(); i++) {
            cotangents.set(i, ForwardAD.makeDual(cotangents.get(i), t.get(i)));
          }
        }
        List<Tensor> grads =
            Autograd.grad(List.of(results), leaves, cotangents, GradOptions.DEFAULT);
        Tensor[] tangents =
            grads.stream().map(g -> ForwardAD.unpackDual(g).tangent()).toArray(Tensor[]::new);
        return Dual.flat(tangents, grads.toArray(new Tensor[0]));
      }
    }

    /** The gradients of ⟨v, Ju⟩ by the inputs, or by u. */
    double[] reverseOverForward(boolean byDirection) {
      List<Tensor> leaves = leaves();
      List<Tensor> directions = inputs(u).stream().map(Tensor::requiresGrad_).toList();
      Object[] args = Row.with(n.args, n.slots, leaves);
      Tensor[] tangents = Dual.tangents(row, args, n.slots, directions);
      List<Tensor> from = new ArrayList<>();
      List<Tensor> with = new ArrayList<>();
      for (int i = 0; i < tangents.length; i++) {
        if (tangents[i] != null && tangents[i].requiresGrad()) {
          from.add(tangents[i]);
          with.add(outputs(v).get(i));
        }
      }
      List<Tensor> inputs = byDirection ? directions : leaves;
      if (from.isEmpty()) {
        return new double[x.length];
      }
      GradOptions options = GradOptions.DEFAULT.withMaterializeGrads(true);
      return Numeric.flat(Autograd.grad(from, inputs, with, options));
    }

    /** The second derivative along two directions, by nested levels. */
    double[] forwardOverForward(double[] inner, double[] outer) {
      try (ForwardAD.Level one = ForwardAD.dualLevel()) {
        Object[] args = Dual.arguments(n.args, n.slots, inputs(outer));
        Tensor[] first = Dual.tangents(row, args, n.slots, inputs(inner));
        Tensor[] second =
            Arrays.stream(first)
                .map(t -> t == null ? null : ForwardAD.unpackDual(t).tangent())
                .toArray(Tensor[]::new);
        return Dual.flat(second, n.outputs);
      }
    }

    double[] jvp(double[] at, double[] direction) {
      Object[] args = Row.with(n.args, n.slots, inputs(at));
      return Dual.flat(Dual.tangents(row, args, n.slots, inputs(direction)), n.outputs);
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfGradientsEqualFiniteDifferences() {
    return rows(
        "forward over reverse",
        c -> {
          double[] expected = c.expected();
          assertClose("by the inputs", expected, c.forwardOverReverse(null), 1e-7);
          double[] direction = Numeric.random(List.of(c.n.outputs), 43);
          double[] linear = c.n.vjp(c.x, direction);
          double[] both = expected.clone();
          Arrays.setAll(both, i -> expected[i] + linear[i]);
          assertClose("by the gradient too", both, c.forwardOverReverse(direction), 1e-7);
        });
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfTangentsEqualFiniteDifferences() {
    return rows(
        "reverse over forward",
        c -> {
          assertClose("by the inputs", c.expected(), c.reverseOverForward(false), 1e-7);
          assertClose("by the direction", c.n.vjp(c.x, c.v), c.reverseOverForward(true), 1e-12);
        });
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfTangentsEqualFiniteDifferences() {
    return rows(
        "forward over forward",
        c -> {
          double[] expected = Numeric.along(p -> c.jvp(p, c.u), c.x, c.w);
          double[] actual = c.forwardOverForward(c.u, c.w);
          assertClose("second tangents", expected, actual, 1e-7);
          assertClose("in the other order", actual, c.forwardOverForward(c.w, c.u), 1e-12);
        });
  }

  @TestFactory
  Stream<DynamicTest> bothOrdersAgreeInAnyArrangement() {
    return OperatorForwardTest.rows(
        "orders", Operands::isArrangeable, OperatorSecondOrderTest::agree);
  }

  private static void agree(Row row) {
    Object[] plain = row.arguments(0);
    List<Object[]> all = new ArrayList<>(Operands.arranged(plain));
    all.addAll(Operands.expanded(plain));
    for (Object[] args : all) {
      Case c = new Case(row, args);
      double[] forward = c.forwardOverReverse(null);
      assertClose("the two orders", forward, c.reverseOverForward(false), 1e-12);
      double sum = Numeric.dot(c.v, c.forwardOverForward(c.u, c.w));
      double tolerance = 1e-12 * Math.max(1, Math.abs(sum));
      assertEquals(sum, Numeric.dot(forward, c.w), tolerance, "forward over forward");
    }
  }
}
