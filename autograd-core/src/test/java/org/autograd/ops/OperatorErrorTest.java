package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Reduction;
import org.autograd.Tensor;
import org.autograd.Tensors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Bad calls: what is thrown, what the message names, and that nothing has changed. */
class OperatorErrorTest {
  private static final Tensor SQUARE = Tensor.zeros(DType.FLOAT64, 2, 3);
  private static final Tensor OTHER = Tensor.zeros(DType.FLOAT64, 2, 4);
  private static final Tensor VECTOR = Tensor.zeros(DType.FLOAT64, 3);
  private static final Tensor INTS = Tensor.zeros(DType.INT32, 2, 3);
  private static final Tensor MASK = Tensor.zeros(DType.BOOL, 2, 3);
  private static final Tensor NARROW = Tensor.zeros(DType.FLOAT32, 3, 2);

  /**
   * A bad call.
   *
   * @param op the operator
   * @param what what is wrong
   * @param type what is thrown
   * @param call the call
   * @param mentions what the message must name besides the operator
   */
  private record Bad(
      String op,
      String what,
      Class<? extends Throwable> type,
      Executable call,
      String... mentions) {}

  private static Bad unfit(String op, String what, Executable call, String... mentions) {
    return new Bad(op, what, AutogradException.class, call, mentions);
  }

  private static Bad invalid(String op, String what, Executable call, String... mentions) {
    return new Bad(op, what, IllegalArgumentException.class, call, mentions);
  }

  private static Stream<Bad> shapes() {
    return Stream.of(
        unfit("add", "shapes", () -> SQUARE.add(OTHER), "[2, 3]", "[2, 4]"),
        unfit("mul", "shapes", () -> SQUARE.mul(OTHER), "[2, 3]", "[2, 4]"),
        unfit("where", "shapes", () -> Tensors.where(MASK, SQUARE, OTHER), "[2, 3]", "[2, 4]"),
        unfit("maskedFill", "shapes", () -> OTHER.maskedFill(MASK, 1), "[2, 4]", "[2, 3]"),
        unfit("mm", "shapes", () -> SQUARE.mm(OTHER), "[2, 3]", "[2, 4]"),
        unfit("mm", "dimensions", () -> SQUARE.mm(VECTOR), "mat2", "[3]"),
        unfit("bmm", "dimensions", () -> SQUARE.bmm(SQUARE), "[2, 3]"),
        unfit("mv", "shapes", () -> OTHER.mv(VECTOR), "[2, 4]", "[3]"),
        unfit("dot", "dimensions", () -> SQUARE.dot(VECTOR), "[2, 3]"),
        unfit("dot", "sizes", () -> VECTOR.dot(Tensor.zeros(DType.FLOAT64, 4)), "3", "4"),
        unfit("matmul", "scalar", () -> SQUARE.matmul(Tensor.of(1.0).squeeze()), "matmul"),
        unfit("addmm", "shapes", () -> VECTOR.addmm(SQUARE, OTHER), "[2, 3]", "[2, 4]"),
        unfit("linear", "shapes", () -> SQUARE.linear(OTHER), "[2, 3]", "[2, 4]"),
        unfit("cat", "shapes", () -> Tensors.cat(SQUARE, OTHER), "[2, 3]", "[2, 4]"),
        unfit("stack", "shapes", () -> Tensors.stack(SQUARE, OTHER), "[2, 3]", "[2, 4]"),
        unfit("gather", "dimensions", () -> SQUARE.gather(0, index(0)), "[2, 3]", "[1]"),
        unfit("view", "number", () -> SQUARE.view(4), "[2, 3]", "[4]"),
        unfit("view", "strides", () -> SQUARE.t().view(6), "reshape"),
        unfit("reshape", "number", () -> SQUARE.reshape(4, 2), "[2, 3]", "[4, 2]"),
        unfit("expand", "sizes", () -> SQUARE.expand(2, 4), "[2, 3]", "[2, 4]"),
        unfit("asStrided", "bounds", () -> VECTOR.asStrided(new long[] {4}, 1), "3"),
        unfit("copy_", "shapes", () -> SQUARE.clone().copy_(OTHER), "[2, 3]", "[2, 4]"),
        unfit("fill_", "dimensions", () -> SQUARE.clone().fill_(VECTOR), "[3]"),
        unfit("t", "dimensions", () -> Tensor.zeros(2, 2, 2).t(), "[2, 2, 2]", "transpose"),
        unfit("nllLoss", "batch", () -> SQUARE.nllLoss(index(0, 1, 2)), "[2, 3]", "[3]"),
        unfit("nllLoss", "class", () -> SQUARE.nllLoss(index(0, 3)), "3"),
        unfit(
            "nllLoss",
            "batch of crossEntropy",
            () -> SQUARE.crossEntropy(index(0, 1, 2)),
            "[2, 3]",
            "[3]"),
        unfit("mseLoss", "shapes", () -> SQUARE.mseLoss(OTHER), "[2, 3]", "[2, 4]"));
  }

  private static Tensor index(long... places) {
    return Tensor.of(places);
  }

  private static Stream<Bad> dimensions() {
    return Stream.of(
        invalid("sum", "dimension", () -> SQUARE.sum(2), "2"),
        invalid("sum", "twice", () -> SQUARE.sum(new int[] {0, -2}, false), "0"),
        invalid("mean", "dimension", () -> SQUARE.mean(-3), "-3"),
        invalid("prod", "dimension", () -> SQUARE.prod(2, false), "2"),
        invalid("var", "dimension", () -> SQUARE.var(new int[] {5}), "5"),
        invalid("amax", "dimension", () -> SQUARE.amax(2), "2"),
        unfit("amax", "empty", () -> Tensor.zeros(0, 3).amax(0), "[0, 3]"),
        unfit("max", "empty", () -> Tensor.zeros(0).max(), "[0]"),
        invalid("max", "dimension", () -> SQUARE.max(2), "2"),
        unfit("argmax", "empty", () -> Tensor.zeros(0).argmax(), "[0]"),
        invalid("logsumexp", "dimension", () -> SQUARE.logsumexp(2), "2"),
        invalid("cumsum", "dimension", () -> SQUARE.cumsum(2), "2"),
        invalid("sort", "dimension", () -> SQUARE.sort(2), "2"),
        invalid("softmax", "dimension", () -> SQUARE.softmax(2), "2"),
        invalid("logSoftmax", "dimension", () -> SQUARE.logSoftmax(-3), "-3"),
        invalid("transpose", "dimension", () -> SQUARE.transpose(0, 2), "2"),
        invalid("permute", "count", () -> SQUARE.permute(0), "[2, 3]"),
        invalid("permute", "twice", () -> SQUARE.permute(0, 0), "0"),
        invalid("squeeze", "dimension", () -> SQUARE.squeeze(2), "2"),
        invalid("unsqueeze", "dimension", () -> SQUARE.unsqueeze(3), "3"),
        unfit("select", "index", () -> SQUARE.select(0, 2), "2", "0"),
        unfit("select", "scalar", () -> Tensor.of(1.0).select(0, 0).select(0, 0), "select"),
        unfit("narrow", "range", () -> SQUARE.narrow(1, 2, 2), "2", "[2, 3]"),
        invalid("diagonal", "same", () -> SQUARE.diagonal(0, 1, 1), "1"),
        invalid("flatten", "order", () -> SQUARE.flatten(1, 0), "1", "0"),
        invalid("unbind", "dimension", () -> SQUARE.unbind(2), "2"),
        invalid("split", "dimension", () -> SQUARE.split(1, 2), "2"),
        invalid("cat", "dimension", () -> Tensors.cat(List.of(SQUARE, SQUARE), 2), "2"),
        invalid("stack", "dimension", () -> Tensors.stack(List.of(SQUARE, SQUARE), 3), "3"),
        invalid("gather", "dimension", () -> SQUARE.gather(2, INTS), "2"),
        unfit("gather", "index", () -> VECTOR.gather(0, index(3)), "3"),
        unfit("indexSelect", "index", () -> VECTOR.indexSelect(0, index(-4)), "-4"),
        unfit("scatterAdd", "index", () -> VECTOR.scatterAdd(0, index(3), VECTOR), "3"),
        unfit("index", "place", () -> VECTOR.index(List.of(index(3))), "3"),
        unfit("index", "too many", () -> VECTOR.index(List.of(index(0), index(0))), "[3]"));
  }

  private static Stream<Bad> dtypes() {
    return Stream.of(
        unfit("mm", "dtypes", () -> SQUARE.mm(NARROW), "float64", "float32"),
        unfit("linear", "dtypes", () -> SQUARE.linear(NARROW.t()), "float64", "float32"),
        unfit("mean", "dtype", () -> INTS.mean(), "int32"),
        unfit("var", "dtype", () -> INTS.var(), "int32"),
        unfit("softmax", "dtype", () -> INTS.softmax(0), "int32"),
        unfit("neg", "dtype", () -> MASK.neg(), "bool"),
        unfit("sub", "dtype", () -> MASK.sub(MASK), "bool"),
        unfit("where", "dtype", () -> Tensors.where(SQUARE, SQUARE, SQUARE), "float64", "bool"),
        unfit("maskedFill", "dtype", () -> SQUARE.maskedFill(INTS, 1), "int32", "bool"),
        unfit("gather", "dtype", () -> VECTOR.gather(0, VECTOR), "float64"),
        unfit("indexSelect", "dtype", () -> VECTOR.indexSelect(0, VECTOR), "float64"),
        unfit("index", "dtype", () -> VECTOR.index(List.of(VECTOR)), "float64"),
        unfit("nllLoss", "dtype", () -> SQUARE.nllLoss(Tensor.of(0.0, 1.0)), "float64"),
        unfit("add_", "dtype", () -> INTS.clone().add_(0.5), "float32", "int32"),
        unfit(
            "scatterAdd",
            "dtypes",
            () -> VECTOR.scatterAdd(0, index(0), NARROW.select(1, 0)),
            "float32"));
  }

  private static Stream<Bad> values() {
    return Stream.of(
        invalid("slice", "step", () -> SQUARE.slice(0, 0, 2, 0), "0"),
        invalid("split", "size", () -> SQUARE.split(-1), "-1"),
        unfit("splitWithSizes", "sum", () -> SQUARE.splitWithSizes(new long[] {1, 2}), "[1, 2]"),
        invalid("chunk", "count", () -> SQUARE.chunk(0), "0"),
        invalid("gelu", "approximate", () -> SQUARE.gelu("fast"), "fast"),
        invalid("view", "two unknown", () -> SQUARE.view(-1, -1), "-1"),
        invalid("narrow", "length", () -> SQUARE.narrow(0, 0, -1), "-1"),
        new Bad("cat", "nothing", RuntimeException.class, () -> Tensors.cat(List.of()), "cat"),
        new Bad(
            "stack", "nothing", RuntimeException.class, () -> Tensors.stack(List.of()), "stack"),
        new Bad(
            "crossEntropy",
            "smoothing",
            IllegalArgumentException.class,
            () -> SQUARE.crossEntropy(index(0, 1), null, Reduction.MEAN, -100, 1.5),
            "1.5"));
  }

  @TestFactory
  Stream<DynamicTest> badCallsNameTheOperatorAndTheOperands() {
    return Stream.of(shapes(), dimensions(), dtypes(), values())
        .flatMap(s -> s)
        .map(b -> dynamicTest(b.op + " — " + b.what + " — refused", () -> check(b)));
  }

  private static void check(Bad bad) {
    Throwable e = assertThrows(bad.type, bad.call);
    String message = e.getMessage();
    assertEquals(bad.type == RuntimeException.class ? e.getClass() : bad.type, e.getClass());
    assertAll(
        () -> assertTrue(message.startsWith(bad.op + ":"), message),
        () ->
            assertTrue(
                Arrays.stream(bad.mentions).allMatch(message::contains),
                () -> message + " names " + Arrays.toString(bad.mentions)));
  }

  @TestFactory
  Stream<DynamicTest> badInPlaceCallsChangeNothing() {
    return Stream.of(
        unchanged("add_", t -> t.add_(Tensor.zeros(2, 3, 3))),
        unchanged("mul_", t -> t.mul_(OTHER)),
        unchanged("pow_", t -> t.pow_(Tensor.zeros(DType.FLOAT64, 3, 2, 3))),
        unchanged("addmm_", t -> t.addmm_(SQUARE, SQUARE)),
        unchanged("copy_", t -> t.copy_(OTHER)),
        unchanged("scatter_", t -> t.scatter_(0, index(5).view(1, 1), 1.0)),
        unchanged("scatterAdd_", t -> t.scatterAdd_(0, index(0, 9).view(1, 2), SQUARE)),
        unchanged("indexPut_", t -> t.indexPut_(List.of(index(0, 7)), VECTOR)),
        unchanged("maskedFill_", t -> t.maskedFill_(Tensor.zeros(DType.BOOL, 4), 1.0)),
        unchanged("uniform_", t -> t.uniform_(1, 0)));
  }

  private static DynamicTest unchanged(String op, java.util.function.Consumer<Tensor> call) {
    return dynamicTest(
        op + " — bad operand — nothing changed",
        () -> {
          Tensor t = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
          RuntimeException e = assertThrows(RuntimeException.class, () -> call.accept(t));
          // Checks of the operator itself name it without the underscore.
          assertTrue(e.getMessage().matches("(?s)" + op + "?: .*"), e.getMessage());
          assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, Arranged.values(t));
          assertEquals(0, t.version());
        });
  }
}
