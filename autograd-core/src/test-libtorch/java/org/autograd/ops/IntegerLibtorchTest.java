package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Tensor;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operator on integral and bool operands: both refuse, or both give the same. */
class IntegerLibtorchTest {
  private static final DType[] DTYPES = {DType.INT64, DType.INT32, DType.UINT8, DType.BOOL};

  /** Operators that treat some of these operands otherwise than libtorch does, and how. */
  private static final Map<String, String> DIFFERENT =
      Map.of(
          "gelu", "becomes floating here as other functions do; libtorch has no loop",
          "add.scaled", "a real factor makes integers floating and bool grows; libtorch refuses",
          "sub.scaled", "two bool tensors become integers; libtorch refuses",
          "addmm", "a factor that is not whole is refused for integers; libtorch cuts it",
          "mm", "bool is refused, also without elements",
          "sign", "bool is refused",
          "sgn", "bool is refused",
          "square", "bool is refused; libtorch makes it int64",
          "argmax", "bool is ordered here; libtorch refuses",
          "argmin", "bool is ordered here; libtorch refuses");

  @Test
  void differencesAreOfOperatorsThatExist() {
    assertTrue(LibtorchCalls.ALL.keySet().containsAll(DIFFERENT.keySet()));
  }

  @TestFactory
  Stream<DynamicTest> samplesAgree() {
    return Row.all()
        .filter(row -> LibtorchCalls.ALL.containsKey(row.op().name))
        .filter(row -> !DIFFERENT.containsKey(row.op().name))
        .flatMap(row ->
            Arrays.stream(DTYPES)
                .map(dtype -> dynamicTest(row.named("" + dtype), () -> compare(row, dtype))));
  }

  private static void compare(Row row, DType dtype) {
    Object[] args = cast(row.arguments(0), dtype);
    try (PointerScope scope = new PointerScope()) {
      LibtorchArgs their = LibtorchArgs.of(args);
      org.bytedeco.pytorch.Tensor[] theirs = null;
      String refused = null;
      try {
        theirs = LibtorchCalls.ALL.get(row.op().name).apply(their);
      } catch (RuntimeException e) {
        refused = e.getMessage().lines().findFirst().orElse("");
      }
      Tensor[] ours;
      try {
        ours = row.op().run(args);
      } catch (RuntimeException e) {
        if (refused == null) {
          throw e;
        }
        return;
      }
      if (refused != null) {
        fail("libtorch refuses: " + refused + "; here the result is " + ours[0]);
      }
      for (int i = 0; i < ours.length; i++) {
        assertEquals(Theirs.dtype(theirs[i]), ours[i].dtype(), "dtype of result " + i);
        assertArrayEquals(Theirs.shape(theirs[i]), Arranged.shape(ours[i]), "shape of " + i);
        Numeric.assertClose(
            "result " + i, Theirs.values(theirs[i]), Arranged.values(ours[i]), 2e-6);
      }
    }
  }

  /** Gives the floating tensors whole numbers of another dtype. */
  private static Object[] cast(Object[] args, DType dtype) {
    List<Row.Slot> slots =
        Row.tensors(args).stream().filter(s -> Row.get(args, s).dtype().isFloating()).toList();
    List<Tensor> tensors = new ArrayList<>();
    for (Row.Slot slot : slots) {
      double[] values = Arranged.values(Row.get(args, slot));
      Arrays.setAll(values, i -> whole(values[i], dtype));
      tensors.add(Arranged.of(dtype, Arranged.shape(Row.get(args, slot)), values));
    }
    return Row.with(args, slots, tensors);
  }

  private static double whole(double x, DType dtype) {
    return switch (dtype) {
      case BOOL -> x > 0 ? 1 : 0;
      case UINT8 -> Math.rint(Math.abs(3 * x));
      default -> Math.rint(3 * x);
    };
  }
}
