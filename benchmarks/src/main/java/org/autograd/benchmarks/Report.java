package org.autograd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Renders measured tables as Markdown. */
final class Report {
  static final String BEGIN = "<!-- measured: begin -->";
  static final String END = "<!-- measured: end -->";

  private Report() {}

  /** Puts the tables between the markers of the page; makes the page where there is none. */
  static void update(Path page, List<Results> runs) throws IOException {
    String old =
        Files.exists(page)
            ? Files.readString(page)
            : "# Benchmarks\n\n" + BEGIN + "\n" + END + "\n";
    Files.createDirectories(page.toAbsolutePath().getParent());
    Files.writeString(page, between(old, render(runs)));
  }

  /** Replaces what stands between the markers. */
  static String between(String page, String text) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "the page must have a line \"" + BEGIN + "\" and after it a line \"" + END + "\"");
    }
    return page.substring(0, begin) + BEGIN + "\n\n" + text + "\n" + page.substring(end);
  }

  static String render(List<Results> runs) {
    StringBuilder text = new StringBuilder();
    Set<String> facts = new TreeSet<>();
    for (Results run : runs) {
      Machine machine = run.machine();
      facts.add(
          "- %s, %d cores, %s; %s, heap up to %d MiB"
              .formatted(
                  machine.cpu(),
                  machine.cores(),
                  machine.system(),
                  machine.jvm(),
                  machine.heapMebibytes()));
      run.sides().forEach(side -> facts.add("- " + side));
    }
    text.append(String.join("\n", facts)).append('\n');
    targets(text, runs);
    for (Results run : runs) {
      text.append("\n## ").append(heading(run)).append('\n');
      run.sections().forEach(table -> append(text, table));
    }
    return text.toString();
  }

  /** One row for each target, one column for each run that measured one. */
  private static void targets(StringBuilder text, List<Results> runs) {
    StringBuilder rows = new StringBuilder();
    for (Target target : Target.all()) {
      List<Optional<Double>> values = runs.stream().map(target::in).toList();
      if (values.stream().allMatch(Optional::isEmpty)) {
        continue;
      }
      String bound = (target.atMost() ? "≤ " : "≥ ") + number(target.bound()) + target.unit();
      rows.append("| ").append(target.name()).append(" | ").append(bound).append(" |");
      for (Optional<Double> value : values) {
        rows.append(value.map(v -> " " + verdict(target, v) + " |").orElse(" – |"));
      }
      rows.append('\n');
    }
    if (!rows.isEmpty()) {
      text.append("\n## Targets\n\n| median | target |");
      runs.forEach(run -> text.append(' ').append(heading(run)).append(" |"));
      text.append("\n|---|---:|").append("---:|".repeat(runs.size())).append('\n').append(rows);
    }
  }

  private static String verdict(Target target, double value) {
    return number(value) + target.unit() + (target.isMet(value) ? ", met" : ", **not met**");
  }

  static String heading(Results run) {
    return (run.vector() ? "With" : "Without")
        + " the Vector API module, "
        + run.threads()
        + (run.threads() == 1 ? " thread" : " threads");
  }

  static void append(StringBuilder text, Results.Table table) {
    text.append("\n### ").append(table.title()).append("\n\n");
    if (table.second() == null) {
      text.append("| work | ").append(table.first()).append(" | spread |\n|---|---:|---:|\n");
      for (Results.Row row : table.rows()) {
        text.append(
            "| %s | %s | %s |\n".formatted(row.label(), time(row.first()), spread(row.first())));
      }
      return;
    }
    text.append(
        "| work | %1$s | spread | %2$s | spread | %2$s ÷ %1$s | spread |\n"
            .formatted(table.first(), table.second()));
    text.append("|---|---:|---:|---:|---:|---:|---:|\n");
    for (Results.Row row : table.rows()) {
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  row.label(),
                  time(row.first()),
                  spread(row.first()),
                  row.second() == null ? "–" : time(row.second()),
                  row.second() == null ? "–" : spread(row.second()),
                  row.ratio() == null ? "–" : number(row.ratio().median()),
                  row.ratio() == null
                      ? "–"
                      : number(row.ratio().lower()) + "–" + number(row.ratio().upper())));
    }
  }

  private static String time(Summary nanos) {
    double value = nanos.median();
    if (value < 1e3) {
      return number(value) + " ns";
    }
    return value < 1e6 ? number(value / 1e3) + " µs" : number(value / 1e6) + " ms";
  }

  /** Half the distance between the quartiles, as a share of the median. */
  private static String spread(Summary nanos) {
    double share = 50 * (nanos.upper() - nanos.lower()) / nanos.median();
    return "±" + String.format(Locale.ROOT, share < 9.5 ? "%.1f" : "%.0f", share) + " %";
  }

  private static String number(double value) {
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
