package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.ForwardAD;
import org.autograd.Functional;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Forward mode gives the same at the edges of the dtypes as reverse mode does: tangents are the
 * gradients, of first and of second order, and the hessian transform agrees with two passes. The
 * operators that formulas alone call take part by the second order of those that they belong to.
 */
class EdgeModesTest {
  private static final double[] DIRECTIONS = {1, 0, Double.POSITIVE_INFINITY, Double.NaN};
  private static final GradOptions KEPT =
      GradOptions.DEFAULT.withMaterializeGrads(true).withRetainGraph(true);
  private static final GradOptions AGAIN = KEPT.withCreateGraph(true);
  private static final int SHOWN = 12;

  private static final String SUMS = "jacobian";

  /** About how many points of a row are compared. */
  private static final int POINTS = 25;

  private static final int SUM_POINTS = 9;

  private interface Check {
    void run(Row row, EdgeGrid.Point point, Row.Slot slot, Found found);
  }

  private static Stream<DynamicTest> rows(boolean pointwise, String name, Check check) {
    return Row.determined()
        .filter(row -> EdgeGrid.isPointwise(row.op()) == pointwise && !EdgeGrid.isRepeated(row))
        .filter(row -> !row.op().name.endsWith("_backward"))
        .filter(row -> !row.differentiable(row.arguments(0)).isEmpty())
        .flatMap(row ->
            Stream.of(DType.FLOAT64, DType.FLOAT32)
                .map(dtype ->
                    dynamicTest(row.named(dtype + name), () -> all(row, dtype, pointwise, check))));
  }

  private static void all(Row row, DType dtype, boolean pointwise, Check check) {
    Found found = new Found(new HashSet<>(), new LinkedHashSet<>());
    List<EdgeGrid.Point> points = EdgeGrid.points(row, dtype, EdgeGrid.edges(dtype));
    int step = 1 + points.size() / (pointwise ? POINTS : SUM_POINTS);
    for (int i = 0; i < points.size(); i += step) {
      EdgeGrid.Point point = points.get(i);
      if (accepts(row, point.args())) {
        row.differentiable(point.args()).forEach(s -> check.run(row, point, s, found));
      }
    }
    if (!found.texts.isEmpty()) {
      fail(String.join("\n", found.texts));
    }
  }

  private static boolean accepts(Row row, Object[] args) {
    try {
      return row.differentiableResults(row.op().run(args)).length > 0;
    } catch (AutogradException | IllegalArgumentException refused) {
      return false;
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsAreGradients() {
    return rows(true, " tangents", EdgeModesTest::first);
  }

  private static void first(Row row, EdgeGrid.Point point, Row.Slot slot, Found found) {
    Tensor x = Row.get(point.args(), slot);
    for (double direction : DIRECTIONS) {
      Tensor[] results = row.op().run(point.args());
      Tensor[] tangents =
          Dual.tangents(row, point.args(), List.of(slot), List.of(filled(x, direction)));
      double[] forward = Dual.flat(tangents, row.differentiableResults(results));
      Tensor leaf = leaf(x);
      Tensor y = result(row, point.args(), slot, leaf);
      double[] reverse = Arranged.values(gradient(y, leaf, filled(y, direction), KEPT));
      found.compare(point, slot, "along " + direction, reverse, forward, x.dtype());
    }
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfGradientsAreSecondDerivatives() {
    return rows(true, " second order", EdgeModesTest::second);
  }

  private static void second(Row row, EdgeGrid.Point point, Row.Slot slot, Found found) {
    Tensor x = Row.get(point.args(), slot);
    UnaryOperator<Tensor> f = t -> result(row, point.args(), slot, t);
    found.compare(
        point, slot, "second", twice(f, x), Arranged.values(overReverse(f, x)), x.dtype());
  }

  /** The derivatives of the sum of the gradients, by reverse mode. */
  private static double[] twice(UnaryOperator<Tensor> f, Tensor x) {
    Tensor leaf = leaf(x);
    Tensor y = f.apply(leaf);
    Tensor g = gradient(y, leaf, filled(y, 1), AGAIN);
    return Arranged.values(
        g.requiresGrad() ? gradient(g, leaf, filled(g, 1), KEPT) : Tensor.zerosLike(x));
  }

  private static Tensor overReverse(UnaryOperator<Tensor> f, Tensor x) {
    Tensor leaf = leaf(x);
    try (ForwardAD.Level level = ForwardAD.dualLevel()) {
      Tensor y = f.apply(ForwardAD.makeDual(leaf, filled(x, 1)));
      Tensor tangent = ForwardAD.unpackDual(gradient(y, leaf, filled(y, 1), KEPT)).tangent();
      return tangent == null ? Tensor.zerosLike(x) : tangent;
    }
  }

  @TestFactory
  Stream<DynamicTest> hessiansAreTwoPasses() {
    return rows(true, " hessian", EdgeModesTest::hessian);
  }

  private static void hessian(Row row, EdgeGrid.Point point, Row.Slot slot, Found found) {
    Tensor whole = Row.get(point.args(), slot);
    int n = (int) whole.numel();
    int size = EdgeGrid.edges(whole.dtype()).length;
    for (int from = 0; from < n; from += size) {
      Object[] args = part(point.args(), from, Math.min(size, n - from));
      Tensor x = Row.get(args, slot);
      UnaryOperator<Tensor> f = t -> result(row, args, slot, t);
      UnaryOperator<Tensor> sum = t -> f.apply(t).sum();
      Tensor hessian = Functional.hessian(sum).apply(x);
      found.compare(
          new EdgeGrid.Point(point.name(), args),
          slot,
          "hessian",
          twice(f, x),
          Arranged.values(hessian.diagonal()),
          x.dtype());
    }
  }

  private static Object[] part(Object[] args, int from, int n) {
    List<Row.Slot> slots = Row.tensors(args);
    return Row.with(
        args, slots, slots.stream().map(s -> Row.get(args, s).narrow(0, from, n).clone()).toList());
  }

  @TestFactory
  Stream<DynamicTest> jacobiansOfBothModesAgree() {
    return rows(false, " jacobian", EdgeModesTest::jacobian);
  }

  /**
   * Where operands are added up, a zero of a direction may meet an infinite slope, in one mode or
   * the other. So what is NaN in one mode only is not compared.
   */
  private static void jacobian(Row row, EdgeGrid.Point point, Row.Slot slot, Found found) {
    Tensor x = Row.get(point.args(), slot);
    int n = (int) x.numel();
    if (n == 0 || n > 12) {
      return;
    }
    Tensor leaf = leaf(x);
    Tensor[] results =
        row.differentiableResults(
            row.op().run(Row.with(point.args(), List.of(slot), List.of(leaf))));
    double[][] forward = new double[n][];
    for (int j = 0; j < n; j++) {
      Tensor[] tangents = Dual.tangents(row, point.args(), List.of(slot), List.of(unit(x, j)));
      forward[j] = Dual.flat(tangents, results);
    }
    int at = 0;
    for (Tensor y : results) {
      for (int i = 0; i < y.numel(); i++, at++) {
        double[] reverse = Arranged.values(gradient(y, leaf, unit(y, i), KEPT));
        double[] column = new double[n];
        int output = at;
        Arrays.setAll(column, j -> forward[j][output]);
        for (int j = 0; j < n; j++) {
          if (Double.isNaN(column[j]) != Double.isNaN(reverse[j])) {
            column[j] = reverse[j];
          }
        }
        found.compare(point, slot, SUMS, reverse, column, x.dtype());
      }
    }
  }

  private static Tensor unit(Tensor like, int place) {
    double[] v = new double[(int) like.numel()];
    v[place] = 1;
    return Arranged.of(like.dtype(), Arranged.shape(like).clone(), v);
  }

  private static Tensor leaf(Tensor x) {
    return x.detach().clone().requiresGrad_();
  }

  private static Tensor filled(Tensor like, double value) {
    double[] v = new double[(int) like.numel()];
    Arrays.fill(v, value);
    return Arranged.of(like.dtype(), Arranged.shape(like).clone(), v);
  }

  private static Tensor result(Row row, Object[] args, Row.Slot slot, Tensor at) {
    return row.differentiableResults(row.op().run(Row.with(args, List.of(slot), List.of(at))))[0];
  }

  private static Tensor gradient(Tensor y, Tensor x, Tensor cotangent, GradOptions options) {
    return y.requiresGrad()
        ? Autograd.grad(List.of(y), List.of(x), List.of(cotangent), options).get(0)
        : Tensor.zerosLike(x);
  }

  /** What differs: one text for each kind. */
  private record Found(Set<String> kinds, Set<String> texts) {
    void compare(
        EdgeGrid.Point point, Row.Slot slot, String what, double[] e, double[] a, DType dtype) {
      if (e.length != a.length) {
        texts.add(what + ": " + a.length + " tangents, but " + e.length + " gradients");
        return;
      }
      double[][] operands =
          Row.tensors(point.args()).stream()
              .map(s -> Arranged.values(Row.get(point.args(), s)))
              .toArray(double[][]::new);
      boolean pointwise = !what.equals(SUMS);
      double scale = pointwise ? 0 : scale(operands);
      for (int i = 0; i < e.length && texts.size() < SHOWN; i++) {
        int at = i;
        double[] x =
            pointwise
                ? Arrays.stream(operands).mapToDouble(o -> o[at]).toArray()
                : Arrays.stream(operands).flatMapToDouble(Arrays::stream).toArray();
        if (!same(e[i], a[i], scale, dtype, x)) {
          if (kinds.add(what + Double.isNaN(e[i]) + Double.isNaN(a[i]) + (e[i] == 0))) {
            texts.add(
                "%s, %s, %s at %d %s: reverse %s, forward %s"
                    .formatted(point.name(), slot, what, i, Arrays.toString(x), e[i], a[i]));
          }
        }
      }
    }

    /** Sums are as exact as their largest term. */
    private static double scale(double[][] operands) {
      return Arrays.stream(operands)
          .flatMapToDouble(Arrays::stream)
          .map(Math::abs)
          .filter(x -> x < 1e15)
          .reduce(1, Math::max);
    }

    private static boolean same(double e, double a, double scale, DType dtype, double[] x) {
      if (e == a || Double.isNaN(e) && Double.isNaN(a)) {
        return true;
      }
      if (!Double.isFinite(e) || !Double.isFinite(a)) {
        return Arrays.stream(x).anyMatch(v -> overflows(v, dtype));
      }
      boolean single = dtype == DType.FLOAT32;
      return Math.abs(e - a)
          <= Math.max(
              (single ? 1e-5 : 1e-12) * Math.max(scale, Math.abs(e)),
              4 * (single ? Float.MIN_VALUE : Double.MIN_VALUE));
    }

    /** Products of such a number may be beyond the range in one order, not in another. */
    private static boolean overflows(double x, DType dtype) {
      double large = dtype == DType.FLOAT32 ? 1e18 : 1e150;
      return Math.abs(x) > large && Double.isFinite(x) || x != 0 && Math.abs(x) < 1 / large;
    }
  }
}
