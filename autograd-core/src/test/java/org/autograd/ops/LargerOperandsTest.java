package org.autograd.ops;

import static org.autograd.ops.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.autograd.DType;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rows once more with sizes that fill vector registers and leave a rest, and at special
 * numbers.
 */
class LargerOperandsTest {
  private static final Pattern SIZE = Pattern.compile("(?<![\\d.\\-])[2-6](?![\\d.])");
  private static final Map<String, String> LARGER =
      Map.of("2", "7", "3", "37", "4", "19", "5", "11", "6", "23");

  /** Their references take no step where the numbers are infinite or have poles. */
  private static final Set<String> NOT_SPECIAL = Set.of("lgamma", "digamma", "polygamma");

  private static boolean hasFreeSizes(Row row) {
    return !row.op().kind.equals("VIEW")
        && row.op().arguments.stream().noneMatch(a -> a.type().equals("long[]"))
        && !row.sample().text().contains("[[");
  }

  private static Object[] larger(Row row) {
    Object[] values =
        Arrays.stream(row.sample().values())
            .map(v ->
                v instanceof String s && s.contains("(")
                    ? larger(s)
                    : v instanceof String[] list
                        ? Arrays.stream(list)
                            .map(s -> s == null ? null : larger(s))
                            .toArray(String[]::new)
                        : v)
            .toArray();
    return Samples.arguments(row.op(), new OpCase.Sample(row.sample().text(), values), 0);
  }

  private static String larger(String spec) {
    return SIZE.matcher(spec).replaceAll((MatchResult m) -> LARGER.get(m.group()));
  }

  @TestFactory
  Stream<DynamicTest> valuesOfLargerOperands() {
    return Row.determined()
        .filter(LargerOperandsTest::hasFreeSizes)
        .flatMap(r ->
            Stream.of(DType.FLOAT64, DType.FLOAT32)
                .map(d -> dynamicTest(r.named("larger, " + d), () -> check(r, larger(r), d))));
  }

  private static void check(Row row, Object[] wide, DType dtype) {
    List<Row.Slot> slots =
        Row.tensors(wide).stream().filter(s -> Row.get(wide, s).dtype().isFloating()).toList();
    List<Tensor> typed = new ArrayList<>();
    for (Row.Slot s : slots) {
      Tensor t = Row.get(wide, s);
      typed.add(Arranged.of(dtype, Arranged.shape(t).clone(), Arranged.values(t)));
    }
    Object[] args = Row.with(wide, slots, typed);
    Nd[] expected = References.ALL.get(row.op().name).apply(Reference.Args.of(args));
    Tensor[] results = row.op().run(args);
    for (int i = 0; i < results.length; i++) {
      assertArrayEquals(expected[i].sizes(), Arranged.shape(results[i]));
      boolean narrow = results[i].dtype() == DType.FLOAT32;
      double[] values = expected[i].data();
      if (narrow) {
        values = Arrays.stream(values).map(v -> (float) v).toArray();
      }
      assertClose("result " + i, values, Arranged.values(results[i]), narrow ? 5e-6 : 1e-12);
    }
  }

  @TestFactory
  Stream<DynamicTest> specialNumbers() {
    return Row.determined()
        .filter(r -> r.op().kind.equals("POINTWISE") && !NOT_SPECIAL.contains(r.op().name))
        .filter(r -> r.sample() == r.op().samples.get(0))
        .flatMap(r ->
            Stream.of(DType.FLOAT64, DType.FLOAT32)
                // Products in gradients and tangents overflow in float32 where doubles do not.
                .filter(d ->
                    d == DType.FLOAT64
                        || !r.op().name.endsWith("_backward")
                            && !r.op().name.equals("sum_of_products"))
                .map(d -> dynamicTest(r.named("special, " + d), () -> special(r, d))));
  }

  /**
   * All pairs of special numbers, in one long vector for each tensor, so that every lane sees each.
   */
  private static void special(Row row, DType dtype) {
    Object[] wide = row.arguments(0);
    double[] numbers = {
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      0,
      -0.0,
      1,
      -1,
      0.5,
      -2.5,
      1e30,
      -1e30,
      1e-30,
      30,
      -30,
      1e5
    };
    List<Row.Slot> slots =
        Row.tensors(wide).stream().filter(s -> Row.get(wide, s).dtype().isFloating()).toList();
    int n = numbers.length;
    List<Tensor> typed =
        IntStream.range(0, slots.size())
            .mapToObj(k ->
                Arranged.of(
                    dtype,
                    new long[] {n * n},
                    IntStream.range(0, n * n)
                        .mapToDouble(
                            i -> numbers[k == 0 ? i % n : k == 1 ? i / n : (i + i / n) % n])
                        .toArray()))
            .collect(Collectors.toList());
    for (Row.Slot s : Row.tensors(wide)) {
      if (!slots.contains(s)) {
        return;
      }
    }
    Object[] args = Row.with(wide, slots, typed);
    Tensor result = row.op().run(args)[0];
    double[] expected = References.ALL.get(row.op().name).apply(Reference.Args.of(args))[0].data();
    double[] actual = Arranged.values(result);
    double tolerance = result.dtype() == DType.FLOAT32 ? 2e-6 : 1e-13;
    for (int i = 0; i < actual.length; i++) {
      double e = result.dtype() == DType.FLOAT32 ? (float) expected[i] : expected[i];
      String at = "at " + describe(typed, i);
      assertClose(at, new double[] {e}, new double[] {actual[i]}, tolerance);
    }
  }

  private static String describe(List<Tensor> operands, int i) {
    return operands.stream().map(t -> String.valueOf(Arranged.values(t)[i])).toList().toString();
  }
}
