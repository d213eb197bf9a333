package org.autograd;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lays a comparison out for people. */
final class GradcheckReport {
  private static final int ROWS = 10;
  private static final int COLUMNS = 5;
  private static final int WIDTH = 12;

  /** All but the first zero behind the point that no other digit follows. */
  private static final Pattern TRAILING_ZEROS = Pattern.compile("(?<=\\.\\d{1,9})0+(?=e|$)");

  private static final String MARK = "*";
  private static final String WORST_MARK = "**";

  /** The measure of an entry that is looked for the largest of. */
  @FunctionalInterface
  private interface Measure {
    double of(int row, int column);
  }

  private record Place(int row, int column, double measure) {}

  private final GradcheckCase of;
  private final GradcheckComparison c;
  private final Tensor output;
  private final Tensor input;
  private final Place worst;

  private GradcheckReport(GradcheckCase of, GradcheckComparison c) {
    this.of = of;
    this.c = c;
    output = of.output(c.output());
    input = of.input(c.input());
    worst = largest(c::excess);
  }

  /** Returns dtype and shape of a tensor. */
  static String describe(Tensor t) {
    return t.dtype() + " " + t.shape();
  }

  /** Prints a number with up to six significant digits. */
  static String number(double v) {
    if (!Double.isFinite(v)) {
      return Double.toString(v);
    }
    String text = String.format(Locale.ROOT, "%.6g", v == 0 ? 0.0 : v);
    return TRAILING_ZEROS.matcher(text).replaceFirst("");
  }

  /** Says which Jacobian is wrong, by how much, and lays out both of its values. */
  static String slow(GradcheckCase of, GradcheckComparison c) {
    GradcheckReport report = new GradcheckReport(of, c);
    return report.title("") + "\n" + report.summary() + "\n\n" + report.table();
  }

  /**
   * Says which product of a Jacobian is wrong, and what the full comparison says to it.
   *
   * @param product one row and one column in reverse mode, one column in forward mode
   * @param full all entries of the Jacobian
   */
  static String fast(GradcheckCase of, GradcheckComparison product, GradcheckComparison full) {
    GradcheckReport report = new GradcheckReport(of, full);
    String text = report.title(" (fast mode: a random projection of it)") + "\n";
    Place worst = largest(product, product::excess);
    text +=
        "Projection, furthest out of tolerance: analytical "
            + product.analytical()[worst.row][worst.column]
            + ", numerical "
            + product.numerical()[worst.row][worst.column]
            + ", with atol = "
            + number(product.atol())
            + ", rtol = "
            + product.rtol()
            + ".\n\nThe comparison of all entries (slow mode):\n";
    if (full.countOff() == 0) {
      text += "All entries are within tolerance: the check may pass without fast mode.\n";
    }
    return text + report.summary() + "\n\n" + report.table();
  }

  private String title(String note) {
    return of.name()
        + ": the analytical Jacobian, by "
        + (c.forward() ? "forward mode" : "reverse mode")
        + ", of "
        + of.outputName(c.output())
        + " with respect to "
        + of.inputName(c.input())
        + " differs from the numerical one"
        + note
        + ".";
  }

  /** Returns {@code [1, 0]} for the element at a place of the row-major order. */
  private static String element(Tensor t, int position) {
    long[] sizes = t.sizes();
    long[] index = new long[sizes.length];
    long rest = position;
    for (int d = sizes.length - 1; d >= 0; d--) {
      index[d] = rest % sizes[d];
      rest /= sizes[d];
    }
    return Shape.of(index).toString();
  }

  private Place largest(Measure measure) {
    return largest(c, measure);
  }

  private static Place largest(GradcheckComparison c, Measure measure) {
    Place largest = new Place(0, 0, Double.NEGATIVE_INFINITY);
    for (int r = 0; r < c.rows(); r++) {
      for (int k = 0; k < c.columns(); k++) {
        double m = measure.of(r, k);
        if (m > largest.measure) {
          largest = new Place(r, k, m);
        }
      }
    }
    return largest;
  }

  private String at(Place p) {
    return "output element "
        + element(output, p.row)
        + ", input element "
        + element(input, p.column);
  }

  private String summary() {
    Place absolute = largest(c::error);
    Place relative = largest(c::relativeError);
    return "Out of tolerance, |analytical - numerical| > atol + rtol * |numerical| with atol = "
        + c.atol()
        + ", rtol = "
        + c.rtol()
        + ": "
        + c.countOff()
        + " of "
        + (long) c.rows() * c.columns()
        + " entries.\nLargest absolute error: "
        + number(absolute.measure)
        + " at "
        + at(absolute)
        + "\nLargest relative error: "
        + number(relative.measure)
        + " at "
        + at(relative)
        + "\nFurthest out of tolerance: "
        + at(worst)
        + ": analytical "
        + c.analytical()[worst.row][worst.column]
        + ", numerical "
        + c.numerical()[worst.row][worst.column];
  }

  private String table() {
    int[] rows = shown(c.rows(), ROWS, r -> maximum(c.columns(), k -> c.excess(r, k)));
    int[] columns = shown(c.columns(), COLUMNS, k -> maximum(c.rows(), r -> c.excess(r, k)));
    StringBuilder text = new StringBuilder("Rows are the elements of ");
    text.append(of.outputName(c.output())).append(" (").append(describe(output));
    text.append("), columns those of ").append(of.inputName(c.input())).append(" (");
    text.append(describe(input)).append("). ");
    text.append(MARK).append(" is out of tolerance, ").append(WORST_MARK).append(" furthest.");
    if (rows.length < c.rows() || columns.length < c.columns()) {
      text.append("\nShown are ").append(rows.length).append(" of ").append(c.rows());
      text.append(" rows and ").append(columns.length).append(" of ").append(c.columns());
      text.append(" columns, those with the largest errors.");
    }
    List<String> names = IntStream.of(rows).mapToObj(r -> element(output, r)).toList();
    int margin = names.stream().mapToInt(String::length).max().orElse(0);
    int block = columns.length * (WIDTH + WORST_MARK.length());
    text.append('\n').append(" ".repeat(margin)).append(left(" analytical", block));
    text.append(" | numerical\n").append(" ".repeat(margin));
    String heads =
        IntStream.of(columns)
            .mapToObj(k -> right(element(input, k), WIDTH) + " ".repeat(WORST_MARK.length()))
            .collect(Collectors.joining());
    text.append(heads).append(" |").append(heads.stripTrailing());
    for (int i = 0; i < rows.length; i++) {
      String numerical = cells(c.numerical(), rows[i], columns, false).stripTrailing();
      text.append('\n').append(left(names.get(i), margin));
      text.append(cells(c.analytical(), rows[i], columns, true)).append(" |").append(numerical);
    }
    return text.toString();
  }

  private String cells(double[][] values, int row, int[] columns, boolean marked) {
    StringBuilder cells = new StringBuilder();
    for (int k : columns) {
      String mark = "";
      if (marked && c.isOff(row, k)) {
        mark = row == worst.row && k == worst.column ? WORST_MARK : MARK;
      }
      cells.append(right(number(values[row][k]), WIDTH)).append(left(mark, WORST_MARK.length()));
    }
    return cells.toString();
  }

  private static double maximum(int count, IntToDoubleFunction measure) {
    return IntStream.range(0, count).mapToDouble(measure).max().orElse(0);
  }

  /** Chooses the lines with the largest measures, in their order. */
  private static int[] shown(int count, int limit, IntToDoubleFunction measure) {
    if (count <= limit) {
      return IntStream.range(0, count).toArray();
    }
    double[] measures = IntStream.range(0, count).mapToDouble(measure).toArray();
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -measures[i]))
        .limit(limit)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }
}
