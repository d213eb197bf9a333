package org.autograd.ops;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator that works element by element gives the same at the edges of its dtypes in long
 * rows, whose body and rest go through vectors, in rows of one element, with a gap between the
 * elements, and in each of its forms.
 */
class EdgeRowsTest {
  private static final List<DType> DTYPES =
      List.of(
          DType.FLOAT64,
          DType.FLOAT32,
          DType.INT64,
          DType.INT32,
          DType.INT16,
          DType.INT8,
          DType.UINT8);

  private static final int SHOWN = 12;

  @TestFactory
  Stream<DynamicTest> rowsOfAnyLengthAgree() {
    return Row.determined()
        .filter(row -> EdgeGrid.isPointwise(row.op()) && !EdgeGrid.isRepeated(row))
        .flatMap(row ->
            DTYPES.stream()
                .map(dtype ->
                    dynamicTest(
                        row.named(dtype + " edges"),
                        () -> {
                          Set<String> found = compare(row, dtype);
                          if (!found.isEmpty()) {
                            fail(String.join("\n", found));
                          }
                        })));
  }

  static Set<String> compare(Row row, DType dtype) {
    Set<String> found = new LinkedHashSet<>();
    double[] edges = dtype.isFloating() ? EdgeGrid.edges(dtype) : EdgeGrid.integers(dtype);
    for (EdgeGrid.Point point : EdgeGrid.points(row, dtype, edges)) {
      Tensor whole;
      try {
        whole = row.op().run(point.args())[0];
      } catch (AutogradException refused) {
        continue;
      }
      double[] expected = Arranged.values(whole);
      check(found, point, "one by one", expected, elements(row, point, (int) whole.numel()), whole);
      for (Forms.Form form : Forms.of(row, point.args())) {
        double[] values = Arranged.values(form.call().apply(point.args())[0]);
        check(found, point, form.name(), expected, values, whole);
      }
    }
    return found;
  }

  private static double[] elements(Row row, EdgeGrid.Point point, int n) {
    double[] one = new double[n];
    List<Row.Slot> slots = Row.tensors(point.args());
    for (int i = 0; i < n; i++) {
      int at = i;
      List<Tensor> cut =
          slots.stream()
              .map(s -> Row.get(point.args(), s))
              .map(t -> Arranged.of(t.dtype(), new long[] {1}, Arranged.values(t)[at]))
              .toList();
      one[i] = Arranged.values(row.op().run(Row.with(point.args(), slots, cut))[0])[0];
    }
    return one;
  }

  private static void check(
      Set<String> found, EdgeGrid.Point p, String how, double[] e, double[] a, Tensor result) {
    double[][] operands =
        Row.tensors(p.args()).stream()
            .map(s -> Arranged.values(Row.get(p.args(), s)))
            .toArray(double[][]::new);
    for (int i = 0; i < e.length && found.size() < SHOWN; i++) {
      if (!same(e[i], a[i], result.dtype())) {
        int at = i;
        double[] x = Arrays.stream(operands).mapToDouble(o -> o[at]).toArray();
        found.add(
            "%s at %s: %s in a row, %s %s"
                .formatted(p.name(), Arrays.toString(x), e[i], a[i], how));
      }
    }
  }

  private static boolean same(double e, double a, DType dtype) {
    if (Double.compare(e, a) == 0) {
      return true;
    }
    boolean single = dtype == DType.FLOAT32;
    return e != 0
        && a != 0
        && Math.abs(e - a)
            <= Math.max(
                (single ? 1e-6 : 1e-14) * Math.abs(e), single ? Float.MIN_VALUE : Double.MIN_VALUE);
  }
}
