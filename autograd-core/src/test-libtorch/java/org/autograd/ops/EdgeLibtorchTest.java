package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.DType;
import org.autograd.GradOptions;
import org.autograd.Tensor;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator of the tables beside libtorch's at the edges of its dtypes: values, gradients and
 * second derivatives, the last two also with an infinite, a NaN and a zero gradient coming in. What
 * differs on purpose is in {@link EdgeDecisions}, and in the page on edge values.
 */
class EdgeLibtorchTest {
  private static final DType[] FLOATS = {DType.FLOAT64, DType.FLOAT32};
  private static final DType[] INTEGERS = {
    DType.INT64, DType.INT32, DType.INT16, DType.INT8, DType.UINT8, DType.BOOL
  };
  private static final double[] UPS = {1, Double.POSITIVE_INFINITY, Double.NaN, 0};
  private static final double[] ONE = {1};
  private static final int SHOWN = 40;

  /** At about how many points of a row other gradients than 1 come in. */
  private static final int POINTS = 15;

  /** Of more points than this, one of two is compared. */
  private static final int MANY = 100;

  @Test
  void decisionsAreOfOperatorsThatExist() {
    assertTrue(LibtorchCalls.ALL.keySet().containsAll(EdgeDecisions.operators()));
  }

  @TestFactory
  Stream<DynamicTest> floatingPoint() {
    return tests(FLOATS, EdgeGrid::edges);
  }

  @TestFactory
  Stream<DynamicTest> integers() {
    return tests(INTEGERS, EdgeGrid::integers);
  }

  private static Stream<DynamicTest> tests(DType[] dtypes, Function<DType, double[]> edges) {
    return rows()
        .filter(row -> !EdgeGrid.isRepeated(row))
        .flatMap(row ->
            Arrays.stream(dtypes)
                .map(dtype ->
                    dynamicTest(
                        row.named("" + dtype),
                        () -> {
                          Set<String> found = compareAll(row, dtype, edges.apply(dtype));
                          if (!found.isEmpty()) {
                            fail(String.join("\n", found));
                          }
                        })));
  }

  static Stream<Row> rows() {
    return Row.determined().filter(row -> LibtorchCalls.ALL.containsKey(row.op().name));
  }

  static Set<String> compareAll(Row row, DType dtype, double[] edges) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> kinds = new HashSet<>();
    List<EdgeGrid.Point> points = EdgeGrid.points(row, dtype, edges);
    int step = 1 + points.size() / POINTS;
    int next = !EdgeGrid.isPointwise(row.op()) && points.size() > MANY ? 2 : 1;
    for (int i = 0; i < points.size() && found.size() < SHOWN; i += next) {
      try (PointerScope scope = new PointerScope()) {
        compare(row, dtype, points.get(i), i / next % step == 0, kinds, found);
      }
    }
    return found;
  }

  private static void compare(
      Row row,
      DType dtype,
      EdgeGrid.Point point,
      boolean all,
      Set<String> kinds,
      Set<String> found) {
    Object[] args = point.args();
    List<Row.Slot> slots = row.differentiable(args);
    slots.forEach(slot -> Row.get(args, slot).requiresGrad_());
    LibtorchArgs their = LibtorchArgs.of(args);
    List<org.bytedeco.pytorch.Tensor> leaves = new ArrayList<>();
    for (Row.Slot slot : slots) {
      leaves.add(get(their, slot).set_requires_grad(true));
    }
    org.bytedeco.pytorch.Tensor[] theirs;
    try {
      theirs = LibtorchCalls.ALL.get(row.op().name).apply(their);
    } catch (RuntimeException refused) {
      return;
    }
    Tensor[] ours;
    try {
      ours = row.op().run(args);
    } catch (org.autograd.AutogradException | IllegalArgumentException refused) {
      boolean known = EdgeDecisions.refuses(row.op().name, refused.getMessage());
      if (!known && kinds.add("refused")) {
        found.add(point.name() + ": refused here only: " + refused.getMessage());
      }
      return;
    }
    double[] operands =
        Row.tensors(args).stream()
            .flatMapToDouble(s -> Arrays.stream(Arranged.values(Row.get(args, s))))
            .toArray();
    Comparison comparison = new Comparison(row, point, args, operands, dtype, kinds, found);
    for (int i = 0; i < ours.length; i++) {
      comparison.same("value", theirs[i], ours[i], null);
    }
    if (slots.isEmpty() || !dtype.isFloating() || !hasGradient(row.op(), args)) {
      return;
    }
    List<Tensor> inputs = slots.stream().map(s -> Row.get(args, s)).toList();
    for (double up : all ? UPS : ONE) {
      gradients(comparison, inputs, ours, leaves, theirs, up);
    }
  }

  private static void gradients(
      Comparison comparison,
      List<Tensor> inputs,
      Tensor[] ours,
      List<org.bytedeco.pytorch.Tensor> leaves,
      org.bytedeco.pytorch.Tensor[] theirs,
      double up) {
    List<Tensor> from = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    TensorVector theirFrom = new TensorVector();
    TensorVector theirCotangents = new TensorVector();
    for (int i = 0; i < ours.length; i++) {
      if (ours[i].requiresGrad()) {
        double[] v = new double[(int) ours[i].numel()];
        Arrays.fill(v, up);
        Tensor cotangent = Arranged.of(ours[i].dtype(), Arranged.shape(ours[i]), v);
        from.add(ours[i]);
        cotangents.add(cotangent);
        theirFrom.push_back(theirs[i]);
        theirCotangents.push_back(Theirs.of(cotangent));
      }
    }
    if (from.isEmpty()) {
      return;
    }
    boolean again = up == 1;
    GradOptions options =
        GradOptions.DEFAULT.withMaterializeGrads(true).withRetainGraph(true).withCreateGraph(again);
    List<Tensor> grads = Autograd.grad(from, inputs, cotangents, options);
    TensorVector theirLeaves = new TensorVector(leaves.toArray(new org.bytedeco.pytorch.Tensor[0]));
    TensorVector theirGrads =
        torch.grad(theirFrom, theirLeaves, theirCotangents, new BoolOptional(true), again, true);
    String what = up == 1 ? "gradient" : "gradient of " + up;
    for (int i = 0; i < grads.size(); i++) {
      comparison.same(what, theirGrads.get(i), grads.get(i), cotangents.get(0));
    }
    if (!again) {
      return;
    }
    for (int i = 0; i < grads.size(); i++) {
      org.bytedeco.pytorch.Tensor g = theirGrads.get(i);
      boolean their = g.defined() && g.requires_grad();
      if (their != grads.get(i).requiresGrad()) {
        if (their) {
          comparison.add("graph", "gradient " + i + " requires grad in libtorch only");
        }
        continue;
      }
      if (!their) {
        continue;
      }
      List<Tensor> second =
          Autograd.grad(List.of(grads.get(i).sum()), inputs, null, options.withCreateGraph(false));
      TensorVector theirSecond =
          torch.grad(
              new TensorVector(g.sum()),
              theirLeaves,
              new TensorVector(),
              new BoolOptional(true),
              false,
              true);
      for (int j = 0; j < second.size(); j++) {
        comparison.same("second", theirSecond.get(j), second.get(j), null);
      }
    }
  }

  static boolean hasGradient(OpCase op, Object[] args) {
    return !Set.of("scatter", "scatterAdd").contains(op.name)
        || Arrays.equals(Arranged.shape((Tensor) args[2]), Arranged.shape((Tensor) args[3]));
  }

  static org.bytedeco.pytorch.Tensor get(LibtorchArgs args, Row.Slot slot) {
    return slot.element() < 0
        ? args.tensor(slot.argument())
        : ((org.bytedeco.pytorch.Tensor[]) args.values()[slot.argument()])[slot.element()];
  }

  /** Compares results and collects what differs. */
  private record Comparison(
      Row row,
      EdgeGrid.Point point,
      Object[] args,
      double[] operands,
      DType dtype,
      Set<String> kinds,
      Set<String> found) {

    /** Shows one difference of a kind. */
    void add(String kind, String text) {
      if (kinds.add(kind)) {
        found.add(point.name() + ": " + text);
      }
    }

    private static String kind(double x) {
      return Double.isFinite(x) ? x == 0 ? "0" : "finite" : "" + x;
    }

    void same(String what, org.bytedeco.pytorch.Tensor expected, Tensor actual, Tensor cotangent) {
      double[] e = expected.defined() ? Theirs.values(expected) : new double[(int) actual.numel()];
      double[] a = Arranged.values(actual);
      if (e.length != a.length) {
        add("length", what + ": " + e.length + " elements in libtorch, here " + a.length);
        return;
      }
      double scale = EdgeGrid.isPointwise(row.op()) ? 0 : scale(e);
      for (int i = 0; i < e.length; i++) {
        if (close(e[i], a[i], scale, actual.dtype())) {
          continue;
        }
        double[] at = at(i, e.length);
        if (!EdgeDecisions.allows(row.op().name, what, dtype, args, at, e[i], a[i])) {
          add(
              what + kind(e[i]) + kind(a[i]),
              what + " at " + Arrays.toString(at) + ": libtorch " + e[i] + ", here " + a[i]);
          if (scale != 0) {
            return;
          }
        }
      }
    }

    /** Sums are as exact as their largest term: the largest finite result or operand. */
    private double scale(double[] e) {
      double largest = Arrays.stream(e).filter(Double::isFinite).map(Math::abs).max().orElse(0);
      for (double x : operands) {
        largest = Math.abs(x) < 1e15 ? Math.max(largest, Math.abs(x)) : largest;
      }
      return Math.max(1, largest);
    }

    /** The operands' elements at a place, where there is one for each result. */
    private double[] at(int i, int n) {
      return Row.tensors(args).stream()
          .map(s -> Row.get(args, s))
          .filter(t -> t.numel() == n || t.numel() == 1)
          .mapToDouble(t -> Arranged.values(t)[t.numel() == 1 ? 0 : i])
          .toArray();
    }

    private boolean close(double e, double a, double scale, DType type) {
      if (e == a || Double.isNaN(e) && Double.isNaN(a)) {
        return true;
      }
      if (!Double.isFinite(e) || !Double.isFinite(a)) {
        return scale != 0 && overflows();
      }
      boolean single = type == DType.FLOAT32;
      double tolerance = single ? 2e-5 : 1e-9;
      double size = Math.max(scale, Math.max(Math.abs(e), Math.abs(a)));
      return Math.abs(e - a)
          <= Math.max(tolerance * size, 4 * (single ? Float.MIN_VALUE : Double.MIN_VALUE));
    }

    /** Whether a sum overflows depends on its order, which differs, and on its precision. */
    private boolean overflows() {
      double large = dtype == DType.FLOAT32 ? 1e18 : 1e150;
      return Arrays.stream(operands).anyMatch(x -> Math.abs(x) > large && !Double.isInfinite(x));
    }
  }
}
