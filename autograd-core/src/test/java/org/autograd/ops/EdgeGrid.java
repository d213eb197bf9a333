package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;

/**
 * The operands of a row with the numbers at the edges of a dtype in their elements: zeros of both
 * signs, infinities, NaN, the largest and smallest numbers, denormals, and a few ordinary ones
 * where functions bend or overflow.
 */
final class EdgeGrid {
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Samples of operators that are not pointwise grow by this factor for the long rows. */
  private static final int FACTOR = 11;

  /** With more elements than this, fewer points are tried. */
  private static final int MANY = 1000;

  private static final Pattern SIZES = Pattern.compile("\\d+");

  private EdgeGrid() {}

  /**
   * Operands and what they are, for messages.
   *
   * @param name which ones
   * @param args the operands
   */
  record Point(String name, Object[] args) {}

  /** Returns the edges of a floating point dtype. */
  static double[] edges(DType dtype) {
    boolean single = dtype == DType.FLOAT32;
    double max = single ? Float.MAX_VALUE : Double.MAX_VALUE;
    double normal = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    double least = single ? Float.MIN_VALUE : Double.MIN_VALUE;
    double over = single ? 89 : 710;
    return new double[] {
      0,
      -0.0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      -0.5,
      1.5,
      -2.5,
      100,
      -100,
      over,
      -over,
      1e10,
      -1e10,
      INF,
      -INF,
      Double.NaN,
      max,
      -max,
      normal,
      -normal,
      least,
      -least,
      3 * least
    };
  }

  /** Returns the edges of an integer dtype. */
  static double[] integers(DType dtype) {
    return switch (dtype) {
      case INT64 ->
          new double[] {0, 1, -1, 2, -3, 7, 0x1.fffffffffffffp62, Long.MIN_VALUE, 1L << 53};
      case INT32 -> new double[] {0, 1, -1, 2, -3, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, 46341};
      case INT16 -> new double[] {0, 1, -1, 2, -3, 7, Short.MAX_VALUE, Short.MIN_VALUE, 182};
      case INT8 -> new double[] {0, 1, -1, 2, -3, 7, Byte.MAX_VALUE, Byte.MIN_VALUE, 12};
      case UINT8 -> new double[] {0, 1, 2, 3, 7, 127, 128, 254, 255};
      case BOOL -> new double[] {0, 1};
      default -> throw new IllegalArgumentException("not an integer dtype: " + dtype);
    };
  }

  /** Tells whether an operator works element by element. */
  static boolean isPointwise(OpCase op) {
    return op.kind.equals("POINTWISE") || op.name.equals("gelu") || op.name.equals("pow.base");
  }

  /** Tells whether another row of the operator has the same points. */
  static boolean isRepeated(Row row) {
    return isPointwise(row.op())
        && row.op().samples.get(0) != row.sample()
        && row.op().arguments.stream().allMatch(a -> a.isTensor() || a.type().equals("Scalar"));
  }

  /** Returns the points of a row for one dtype. */
  static List<Point> points(Row row, DType dtype, double[] edges) {
    List<Point> points = new ArrayList<>();
    Object[] args = row.arguments(0);
    if (isPointwise(row.op())) {
      pointwise(row, args, dtype, edges, points);
    } else {
      filled(row.sample().text(), args, dtype, edges, points);
      if (canGrow(row)) {
        Object[] grown = new Row(row.op(), grown(row.sample())).arguments(0);
        List<Point> large = new ArrayList<>();
        filled(row.sample().text() + " enlarged", grown, dtype, edges, large);
        long elements = Row.tensors(grown).stream().mapToLong(s -> Row.get(grown, s).numel()).sum();
        for (int i = 0; i < large.size(); i += elements > MANY ? 31 : 7) {
          points.add(large.get(i));
        }
      }
    }
    return points;
  }

  /** All combinations of edges, in vectors: of the tensors against each other, and each number. */
  private static void pointwise(
      Row row, Object[] args, DType dtype, double[] edges, List<Point> points) {
    int e = edges.length;
    int tensors = (int) Row.tensors(args).size();
    int n = tensors <= 1 ? 3 * e + 5 : e * e;
    Object[] base = args.clone();
    int place = 0;
    for (int i = 0; i < base.length; i++) {
      if (base[i] instanceof Tensor t) {
        double[] values = new double[n];
        int k = place++;
        for (int j = 0; j < n; j++) {
          values[j] = edges[(k == 0 ? j : k == 1 ? j / e : j / 7 + k) % e];
        }
        base[i] = Arranged.of(t.dtype() == DType.BOOL ? DType.BOOL : dtype, sizes(n), values);
      }
    }
    List<Integer> scalars = new ArrayList<>();
    for (int i = 0; i < base.length; i++) {
      if (base[i] instanceof Scalar) {
        scalars.add(i);
      }
    }
    points.add(new Point(row.sample().text(), base));
    for (int i : scalars) {
      for (double s : edges) {
        Object[] changed = base.clone();
        changed[i] = dtype.isFloating() ? Scalar.of(s) : Scalar.of((long) s);
        points.add(new Point(row.op().arguments.get(i).name() + "=" + changed[i], changed));
        if (dtype.isFloating() && s == Math.rint(s) && Math.abs(s) < 4) {
          changed = base.clone();
          changed[i] = Scalar.of((long) s);
          points.add(new Point(row.op().arguments.get(i).name() + "=" + changed[i], changed));
        }
      }
    }
  }

  private static long[] sizes(long... sizes) {
    return sizes;
  }

  /** Whole tensors of one edge, single edges among ordinary numbers, and rows of many edges. */
  private static void filled(
      String name, Object[] args, DType dtype, double[] edges, List<Point> points) {
    List<Row.Slot> slots =
        Row.tensors(args).stream().filter(s -> Row.get(args, s).dtype().isFloating()).toList();
    if (slots.isEmpty()) {
      points.add(new Point(name, args));
      return;
    }
    for (double edge : edges) {
      points.add(new Point(name + " all " + edge, set(args, slots, dtype, (k, j, x) -> edge)));
      for (int one = 0; one < slots.size(); one++) {
        int alone = one;
        points.add(
            new Point(
                name + " operand " + one + " all " + edge,
                set(args, slots, dtype, (k, j, x) -> k == alone ? edge : x)));
        points.add(
            new Point(
                name + " operand " + one + " has " + edge,
                set(args, slots, dtype, (k, j, x) -> k == alone && j % 5 == 1 ? edge : x)));
      }
    }
    for (int i = 0; i < args.length; i++) {
      for (long number = 0; args[i] instanceof Scalar && number < 3; number++) {
        for (double edge : edges) {
          Object[] changed = args.clone();
          changed[i] = Scalar.of(number);
          points.add(
              new Point(
                  name + " number " + i + " is " + number + " and all have " + edge,
                  set(changed, slots, dtype, (k, j, x) -> j % 5 == k ? edge : x)));
        }
      }
    }
    for (int shift = 0; shift < edges.length; shift++) {
      int from = shift;
      points.add(
          new Point(
              name + " mixed from " + shift,
              set(
                  args,
                  slots,
                  dtype,
                  (k, j, x) -> edges[(from + j * (k + 1) + 5 * k) % edges.length])));
    }
  }

  private interface Element {
    double at(int slot, int index, double ordinary);
  }

  private static Object[] set(Object[] args, List<Row.Slot> slots, DType dtype, Element element) {
    List<Tensor> tensors = new ArrayList<>();
    for (int k = 0; k < slots.size(); k++) {
      int slot = k;
      double[] values = Arranged.values(Row.get(args, slots.get(k)));
      Arrays.setAll(values, j -> element.at(slot, j, ordinary(dtype, values[j])));
      tensors.add(Arranged.of(dtype, Arranged.shape(Row.get(args, slots.get(k))), values));
    }
    Object[] changed = Row.with(args, slots, tensors);
    for (int i = 0; i < changed.length; i++) {
      changed[i] = changed[i] instanceof DType ? dtype : changed[i];
    }
    return changed;
  }

  private static double ordinary(DType dtype, double value) {
    return dtype.isFloating()
        ? value
        : dtype == DType.BOOL ? value > 0 ? 1 : 0 : Math.rint(3 * value);
  }

  private static boolean canGrow(Row row) {
    return row.op().arguments.stream().noneMatch(a -> a.type().startsWith("long["))
        && Arrays.stream(row.sample().values())
            .noneMatch(v -> v instanceof String s && s.startsWith("["))
        && Arrays.stream(row.sample().values())
            .noneMatch(v ->
                v instanceof String[] list
                    && Arrays.stream(list).anyMatch(s -> s != null && s.startsWith("[")));
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
}
