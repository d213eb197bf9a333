package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.GradOptions;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Which dtypes operators take and give, and that their values are right in each. */
class OperatorDtypeTest {
  /** Functions with poles at the negative integers. */
  private static final Set<String> POSITIVE =
      Set.of("lgamma", "digamma", "polygamma", "pow.tensor");

  /** Whose numbers have the tensors' dtype instead of taking part in promotion. */
  private static final Set<String> AS_TENSORS = Set.of("add.scaled", "sub.scaled");

  private static final List<DType> DTYPES = List.of(DType.values());

  @TestFactory
  Stream<DynamicTest> pointwiseOperatorsInEveryDtype() {
    return Row.determined()
        .filter(r -> r.op().kind.equals("POINTWISE"))
        .flatMap(r ->
            DTYPES.stream()
                .map(d ->
                    dynamicTest(
                        r.named(d.toString()), () -> OperatorDtypeTest.pointwise(r, d, d))));
  }

  @TestFactory
  Stream<DynamicTest> pointwiseOperatorsOfMixedDtypes() {
    return Row.operators().stream()
        .filter(op -> op.kind.equals("POINTWISE") && op.arguments.size() == 2)
        .filter(op -> op.arguments.get(1).isTensor())
        .map(op -> new Row(op, op.samples.get(0)))
        .map(r ->
            dynamicTest(
                r.named("mixed dtypes"),
                () -> {
                  for (DType a : DTYPES) {
                    for (DType b : DTYPES) {
                      pointwise(r, a, b);
                    }
                  }
                }));
  }

  private static void pointwise(Row row, DType first, DType rest) {
    OpCase op = row.op();
    Object[] args = row.arguments(0);
    List<Row.Slot> slots = Row.tensors(args);
    List<Tensor> tensors = new ArrayList<>();
    for (Row.Slot s : slots) {
      tensors.add(in(s.argument() == 0 ? first : rest, Row.get(args, s), op, tensors.size()));
    }
    Object[] typed = Row.with(args, slots, tensors);
    // All tensors of the samples but one have dimensions or none has: their order decides.
    DType common = first;
    for (Row.Slot s : slots) {
      common = wider(common, Row.get(typed, s));
    }
    if (AS_TENSORS.contains(op.name)) {
      if (!common.isFloating() && hasFraction(args)) {
        AutogradException e = assertThrows(AutogradException.class, () -> op.run(typed));
        assertTrue(e.getMessage().contains("alpha must not be a floating point"), e.getMessage());
        return;
      }
    } else {
      for (Object a : args) {
        common = a instanceof Scalar n ? wider(common, n) : common;
      }
    }
    if (!op.accepted.contains(kind(common))) {
      AutogradException e = assertThrows(AutogradException.class, () -> op.run(typed));
      String name = op.name.replaceAll("\\..*", "");
      assertTrue(e.getMessage().startsWith(camel(name)), e.getMessage());
      assertTrue(e.getMessage().contains(common.toString()), e.getMessage());
      return;
    }
    DType expected =
        switch (op.result) {
          case "bool" -> DType.BOOL;
          case "float" -> common.isFloating() ? common : DType.FLOAT32;
          default -> common;
        };
    Tensor result = op.run(typed)[0];
    assertEquals(expected, result.dtype());
    double[] values = References.ALL.get(op.name).apply(Reference.Args.of(typed))[0].data();
    double tolerance = expected == DType.FLOAT64 && first == rest ? 1e-13 : 2e-6;
    assertClose("values", as(expected, values), Arranged.values(result), tolerance);
  }

  private static boolean hasFraction(Object[] args) {
    return Arrays.stream(args).anyMatch(Scalar.OfDouble.class::isInstance);
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String part : name.split("_")) {
      camel.append(camel.isEmpty() ? part : part.substring(0, 1).toUpperCase() + part.substring(1));
    }
    return camel.toString();
  }

  private static String kind(DType d) {
    return d == DType.BOOL ? "bool" : d.isFloating() ? "floating" : "integral";
  }

  private static int rank(DType d) {
    return d == DType.BOOL ? 0 : d.isFloating() ? 2 : 1;
  }

  /**
   * The common dtype of two tensors of equal standing: by kind, then by width. A signed integer
   * that holds the numbers of an unsigned one of its own width has the next width.
   */
  private static DType wider(DType a, Tensor t) {
    DType b = t.dtype();
    if (rank(a) != rank(b)) {
      return rank(a) > rank(b) ? a : b;
    }
    if (a.bytes() == b.bytes() && a != b) {
      return DType.valueOf("INT" + 16 * a.bytes());
    }
    return a.bytes() > b.bytes() ? a : b;
  }

  /** A number only changes the kind. */
  private static DType wider(DType a, Scalar n) {
    boolean real = n instanceof Scalar.OfDouble;
    return real && !a.isFloating() ? DType.FLOAT32 : a == DType.BOOL ? DType.INT64 : a;
  }

  /** A tensor of the same shape: the same numbers for floats, small integers for others. */
  private static Tensor in(DType dtype, Tensor like, OpCase op, int salt) {
    double[] values = Arranged.values(like);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype.category()) {
            case BOOL -> (i + salt) % 2;
            case INTEGRAL -> integer(dtype, op, i, salt);
            default -> like.dtype().isFloating() ? values[i] : values[i] - 1;
          };
    }
    return Arranged.of(dtype, Arranged.shape(like).clone(), values);
  }

  private static int integer(DType dtype, OpCase op, int i, int salt) {
    if (POSITIVE.contains(op.name)) {
      return 1 + (i + salt) % 4;
    }
    return !Arranged.isUnsigned(dtype) ? (i * 5 + salt) % 7 - 3 : i % 2 == 0 ? i + salt : 250 - i;
  }

  private static double[] as(DType dtype, double[] values) {
    return Arrays.stream(values).map(v -> Arranged.in(dtype, v)).toArray();
  }

  @TestFactory
  Stream<DynamicTest> float32GivesFloat32ValuesAndGradients() {
    return Row.determined()
        .filter(r -> !r.sample().text().contains("dtype="))
        .map(r -> dynamicTest(r.named("float32"), () -> OperatorDtypeTest.float32(r)));
  }

  private static void float32(Row row) {
    Object[] wide = row.arguments(0);
    List<Row.Slot> slots =
        Row.tensors(wide).stream().filter(s -> Row.get(wide, s).dtype().isFloating()).toList();
    List<Tensor> narrowed = new ArrayList<>();
    for (Row.Slot s : slots) {
      Tensor t = Row.get(wide, s);
      narrowed.add(Arranged.of(DType.FLOAT32, Arranged.shape(t).clone(), Arranged.values(t)));
    }
    Object[] args = Row.with(wide, slots, narrowed);
    List<Row.Slot> inputs = row.differentiable(args);
    List<Tensor> leaves = inputs.stream().map(s -> Row.get(args, s).requiresGrad_()).toList();
    Nd[] expected = References.ALL.get(row.op().name).apply(Reference.Args.of(args));
    Tensor[] results = row.op().run(args);
    for (int i = 0; i < results.length; i++) {
      DType wideType = row.op().run(wide)[i].dtype();
      assertEquals(wideType == DType.FLOAT64 ? DType.FLOAT32 : wideType, results[i].dtype());
      assertClose("result " + i, expected[i].data(), Arranged.values(results[i]), 5e-6);
    }
    List<Tensor> from = Arrays.stream(results).filter(Tensor::requiresGrad).toList();
    if (from.isEmpty()) {
      return;
    }
    Numeric n = new Numeric(row, wide);
    double[] v = Numeric.random(from, 23);
    List<Tensor> with =
        Numeric.like(from, v).stream()
            .map(t -> Arranged.of(DType.FLOAT32, Arranged.shape(t).clone(), Arranged.values(t)))
            .toList();
    List<Tensor> grads =
        Autograd.grad(from, leaves, with, GradOptions.DEFAULT.withMaterializeGrads(true));
    grads.forEach(g -> assertEquals(DType.FLOAT32, g.dtype()));
    assertClose("gradients", n.vjp(Numeric.flat(n.inputs), v), Numeric.flat(grads), 2e-5);
  }

  /**
   * Operators that are not pointwise and do not keep integers as they are; null for those that
   * refuse them.
   */
  private static final Map<String, DType> OF_INTEGERS =
      new java.util.HashMap<>(
          Map.of(
              "sum", DType.INT64,
              "sum.dim", DType.INT64,
              "prod", DType.INT64,
              "prod.dim", DType.INT64,
              "cumsum", DType.INT64,
              "reverse_cumsum", DType.INT64,
              "logsumexp", DType.FLOAT32,
              "gelu", DType.FLOAT32,
              "pow.base", DType.FLOAT32));

  static {
    String[] refuse = {
      "mean",
      "mean.dim",
      "var",
      "std",
      "softmax",
      "logSoftmax",
      "nllLoss",
      "crossEntropy",
      "mseLoss"
    };
    for (String op : refuse) {
      OF_INTEGERS.put(op, null);
    }
  }

  @TestFactory
  Stream<DynamicTest> integersStayIntegersWhereTheyCan() {
    return Row.determined()
        .filter(r -> !r.op().kind.equals("POINTWISE") && !r.sample().text().contains("dtype="))
        .filter(r -> !r.op().name.matches("(softmax|log_softmax|nll_loss|mse_loss)_backward"))
        .map(r -> dynamicTest(r.named("int32"), () -> OperatorDtypeTest.int32(r)));
  }

  private static void int32(Row row) {
    OpCase op = row.op();
    Object[] wide = row.arguments(0);
    List<Row.Slot> slots =
        Row.tensors(wide).stream().filter(s -> Row.get(wide, s).dtype().isFloating()).toList();
    List<Tensor> whole = new ArrayList<>();
    for (Row.Slot s : slots) {
      Tensor t = Row.get(wide, s);
      double[] values = Arrays.stream(Arranged.values(t)).map(v -> Math.rint(3 * v)).toArray();
      whole.add(Arranged.of(DType.INT32, Arranged.shape(t).clone(), values));
    }
    Object[] args = Row.with(wide, slots, whole);
    boolean fraction = row.sample().text().contains("beta=0.5");
    if (fraction || (OF_INTEGERS.containsKey(op.name) && OF_INTEGERS.get(op.name) == null)) {
      AutogradException e = assertThrows(AutogradException.class, () -> op.run(args));
      assertTrue(e.getMessage().contains("int32"), e.getMessage());
      assertTrue(e.getMessage().matches("(?s)[a-zA-Z]+: .*"), e.getMessage());
      return;
    }
    Nd[] expected = References.ALL.get(op.name).apply(Reference.Args.of(args));
    Tensor[] results = op.run(args);
    for (int i = 0; i < results.length; i++) {
      DType of64 = op.run(wide)[i].dtype();
      DType type = of64 == DType.FLOAT64 ? OF_INTEGERS.getOrDefault(op.name, DType.INT32) : of64;
      assertEquals(type, results[i].dtype());
      assertClose("result " + i, as(type, expected[i].data()), Arranged.values(results[i]), 1e-6);
    }
  }
}
