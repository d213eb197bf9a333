package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

/** Every operator of the tables beside libtorch's: results, dtypes, shapes and gradients. */
class OperatorLibtorchTest {
  private static final DType[] DTYPES = {DType.FLOAT64, DType.FLOAT32};
  private static final int SEEDS = 3;

  /** Samples grow by this factor, so that vector loops have whole vectors and a rest. */
  private static final int FACTOR = 11;

  /** Operators whose samples cannot grow: literal indices fix a size, or numbers overflow. */
  private static final Set<String> AS_THEY_ARE = Set.of("prod", "prod.dim", "indexPut");

  /** Operators whose derivatives use libtorch's trigamma, which has nine digits. */
  private static final Set<String> NINE_DIGITS = Set.of("lgamma", "digamma", "polygamma");

  private static final Pattern SIZES = Pattern.compile("\\d+");

  @Test
  void everyOperatorHasACallOrAReason() {
    Set<String> operators =
        Row.operators().stream().map(op -> op.name).collect(Collectors.toCollection(TreeSet::new));
    Set<String> known = new TreeSet<>(LibtorchCalls.ALL.keySet());
    known.addAll(LibtorchCalls.NOT_COMPARED.keySet());

    Set<String> without = new TreeSet<>(operators);
    without.removeAll(known);
    assertEquals(Set.of(), without, "operators without a libtorch call");
    known.removeAll(operators);
    assertEquals(Set.of(), known, "calls of operators that do not exist");
    assertEquals(
        operators.size(),
        LibtorchCalls.ALL.size() + LibtorchCalls.NOT_COMPARED.size(),
        "no operator has both a call and a reason for none");
  }

  @TestFactory
  Stream<DynamicTest> samplesAgree() {
    return rows().flatMap(row -> tests(row, "", SEEDS));
  }

  @TestFactory
  Stream<DynamicTest> largerSamplesAgree() {
    return rows()
        .filter(OperatorLibtorchTest::canGrow)
        .flatMap(row -> tests(new Row(row.op(), grown(row.sample())), " enlarged", 1));
  }

  private static Stream<Row> rows() {
    return Row.all().filter(row -> LibtorchCalls.ALL.containsKey(row.op().name));
  }

  private static Stream<DynamicTest> tests(Row row, String what, int seeds) {
    return Arrays.stream(DTYPES)
        .map(dtype ->
            dynamicTest(
                row.named(dtype + what),
                () -> {
                  for (int seed = 0; seed < seeds; seed++) {
                    compare(row, dtype, seed);
                  }
                }));
  }

  private static boolean canGrow(Row row) {
    return !AS_THEY_ARE.contains(row.op().name)
        && row.op().arguments.stream().noneMatch(a -> a.type().startsWith("long["));
  }

  private static OpCase.Sample grown(OpCase.Sample sample) {
    Object[] values = sample.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String spec) {
        values[i] = grown(spec);
      } else if (values[i] instanceof String[] specs) {
        values[i] =
            Arrays.stream(specs).map(s -> s == null ? null : grown(s)).toArray(String[]::new);
      }
    }
    return new OpCase.Sample(sample.text(), values);
  }

  /** Multiplies all sizes but 0 and 1, so that what could be broadcast still can. */
  private static String grown(String spec) {
    int open = Math.max(spec.indexOf('('), spec.indexOf(';'));
    if (open < 0) {
      return spec;
    }
    String sizes =
        SIZES
            .matcher(spec.substring(open))
            .replaceAll(m -> {
              int size = Integer.parseInt(m.group());
              return Integer.toString(size < 2 ? size : size * FACTOR);
            });
    return spec.substring(0, open) + sizes;
  }

  private static void compare(Row row, DType dtype, long seed) {
    Object[] args = cast(row.arguments(seed), dtype);
    double tolerance = tolerance(row.op(), dtype);
    try (PointerScope scope = new PointerScope()) {
      List<Row.Slot> slots = row.differentiable(args);
      slots.forEach(slot -> Row.get(args, slot).requiresGrad_());
      Tensor[] ours = row.op().run(args);

      LibtorchArgs their = LibtorchArgs.of(args);
      List<org.bytedeco.pytorch.Tensor> leaves = new ArrayList<>();
      for (Row.Slot slot : slots) {
        leaves.add(get(their, slot).set_requires_grad(true));
      }
      org.bytedeco.pytorch.Tensor[] theirs = LibtorchCalls.ALL.get(row.op().name).apply(their);

      assertEquals(theirs.length, ours.length, "number of results");
      for (int i = 0; i < ours.length; i++) {
        same("result " + i, theirs[i], ours[i], tolerance);
        assertEquals(
            theirs[i].requires_grad(), ours[i].requiresGrad(), "result " + i + " requires grad");
      }
      if (!slots.isEmpty() && hasGradient(row.op(), args)) {
        gradients(
            slots.stream().map(s -> Row.get(args, s)).toList(), ours, leaves, theirs, tolerance);
      }
    }
  }

  private static double tolerance(OpCase op, DType dtype) {
    if (dtype == DType.FLOAT32) {
      return 2e-5;
    }
    return NINE_DIGITS.contains(op.name) ? 1e-8 : 1e-11;
  }

  /** Tells whether libtorch has the gradient: for scatter only where all of the source is used. */
  private static boolean hasGradient(OpCase op, Object[] args) {
    return !Set.of("scatter", "scatterAdd").contains(op.name)
        || Arrays.equals(Arranged.shape((Tensor) args[2]), Arranged.shape((Tensor) args[3]));
  }

  private static void gradients(
      List<Tensor> inputs,
      Tensor[] ours,
      List<org.bytedeco.pytorch.Tensor> leaves,
      org.bytedeco.pytorch.Tensor[] theirs,
      double tolerance) {
    List<Tensor> from = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    TensorVector theirFrom = new TensorVector();
    TensorVector theirCotangents = new TensorVector();
    for (int i = 0; i < ours.length; i++) {
      if (ours[i].requiresGrad()) {
        double[] v = Numeric.random(List.of(ours[i]), 7 + i);
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
    List<Tensor> grads =
        Autograd.grad(from, inputs, cotangents, GradOptions.DEFAULT.withMaterializeGrads(true));
    TensorVector theirGrads =
        torch.grad(
            theirFrom,
            new TensorVector(leaves.toArray(new org.bytedeco.pytorch.Tensor[0])),
            theirCotangents,
            new BoolOptional(),
            false,
            true);
    for (int i = 0; i < grads.size(); i++) {
      org.bytedeco.pytorch.Tensor expected = theirGrads.get(i);
      if (expected.defined()) {
        same("gradient of input " + i, expected, grads.get(i), tolerance);
      } else if (Arrays.stream(Arranged.values(grads.get(i))).anyMatch(x -> x != 0)) {
        fail("libtorch has no gradient for input " + i + ", here it is " + grads.get(i));
      }
    }
  }

  private static void same(
      String what, org.bytedeco.pytorch.Tensor expected, Tensor actual, double tolerance) {
    assertEquals(Theirs.dtype(expected), actual.dtype(), what + ": dtype");
    assertArrayEquals(Theirs.shape(expected), Arranged.shape(actual), what + ": shape");
    Numeric.assertClose(what, Theirs.values(expected), Arranged.values(actual), tolerance);
  }

  private static org.bytedeco.pytorch.Tensor get(LibtorchArgs args, Row.Slot slot) {
    return slot.element() < 0
        ? args.tensor(slot.argument())
        : ((org.bytedeco.pytorch.Tensor[]) args.values()[slot.argument()])[slot.element()];
  }

  /** Gives the floating tensors, and a dtype argument, another floating dtype. */
  private static Object[] cast(Object[] args, DType dtype) {
    List<Row.Slot> slots =
        Row.tensors(args).stream().filter(s -> Row.get(args, s).dtype().isFloating()).toList();
    List<Tensor> tensors = new ArrayList<>();
    for (Row.Slot slot : slots) {
      Tensor t = Row.get(args, slot);
      tensors.add(Arranged.of(dtype, Arranged.shape(t), Arranged.values(t)));
    }
    return Row.with(args, slots, tensors);
  }
}
