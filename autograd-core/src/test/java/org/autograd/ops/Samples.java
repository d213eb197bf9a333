package org.autograd.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.autograd.DType;
import org.autograd.Tensor;

/**
 * Tensors from the specifications in the tables, such as {@code normal(2, 3)}; float64 unless they
 * are integers.
 */
final class Samples {
  private Samples() {}

  /** Makes fresh arguments of a sample; the same seed gives the same numbers. */
  static Object[] arguments(OpCase op, OpCase.Sample sample, long seed) {
    SplittableRandom random =
        new SplittableRandom(op.name.hashCode() * 31L + sample.text().hashCode() + seed);
    Object[] args = sample.values().clone();
    for (int i = 0; i < args.length; i++) {
      if (op.arguments.get(i).isTensor() && args[i] != null) {
        args[i] =
            args[i] instanceof String[] list
                ? Arrays.stream(list)
                    .map(s -> s == null ? null : tensor(s, random))
                    .toArray(Tensor[]::new)
                : tensor((String) args[i], random);
      }
    }
    return args;
  }

  /** Makes one tensor. */
  static Tensor tensor(String spec, SplittableRandom random) {
    if (spec.startsWith("[")) {
      return literal(spec);
    }
    int open = spec.indexOf('(');
    String inner = spec.substring(open + 1, spec.length() - 1);
    int semicolon = inner.indexOf(';');
    double[] limits = semicolon < 0 ? new double[0] : numbers(inner.substring(0, semicolon));
    long[] sizes = sizes(numbers(inner.substring(semicolon + 1)));
    int n = (int) Arranged.count(sizes);
    double[] values = new double[n];
    switch (spec.substring(0, open)) {
      case "normal" -> Arrays.setAll(values, i -> gaussian(random));
      case "positive" -> Arrays.setAll(values, i -> 0.5 + 1.5 * random.nextDouble());
      case "uniform" ->
          Arrays.setAll(values, i -> limits[0] + (limits[1] - limits[0]) * random.nextDouble());
      case "distinct" -> shuffle(values, random);
      case "ints" -> {
        Arrays.setAll(values, i -> random.nextLong((long) limits[0], (long) limits[1]));
        return Arranged.of(DType.INT64, sizes, values);
      }
      case "bools" -> {
        // Both truth values appear wherever there is room for them.
        Arrays.setAll(values, i -> i < 2 ? i : random.nextInt(2));
        return Arranged.of(DType.BOOL, sizes, values);
      }
      default -> throw new IllegalArgumentException("no such sample tensor: " + spec);
    }
    return Arranged.of(DType.FLOAT64, sizes, values);
  }

  /**
   * Normally distributed, but kept away from 0 and from the limits used in samples, where
   * derivatives jump.
   */
  private static double gaussian(SplittableRandom random) {
    double x;
    do {
      x =
          Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
              * Math.cos(2 * Math.PI * random.nextDouble());
    } while (Math.abs(x * 4 - Math.rint(x * 4)) < 0.02);
    return x;
  }

  private static void shuffle(double[] values, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      int j = random.nextInt(i + 1);
      values[i] = values[j];
      values[j] = i * 0.7 - values.length * 0.3;
    }
  }

  private static Tensor literal(String spec) {
    List<Double> values = new ArrayList<>();
    for (double d : numbers(spec.replaceAll("[\\[\\]]", ""))) {
      values.add(d);
    }
    double[] data = values.stream().mapToDouble(Double::doubleValue).toArray();
    long rows = spec.startsWith("[[") ? spec.chars().filter(c -> c == '[').count() - 1 : 0;
    long[] sizes = rows == 0 ? new long[] {data.length} : new long[] {rows, data.length / rows};
    return Arranged.of(DType.INT64, sizes, data);
  }

  private static double[] numbers(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static long[] sizes(double[] numbers) {
    return Arrays.stream(numbers).mapToLong(d -> (long) d).toArray();
  }
}
