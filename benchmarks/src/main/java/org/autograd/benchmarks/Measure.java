package org.autograd.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures in this JVM. */
@Command(name = "measure", description = "Measures in this JVM and writes a JSON file.")
final class Measure implements Callable<Integer> {

  /** What both commands take. */
  static final class Options {
    @Option(
        names = "--warm-up",
        defaultValue = "120",
        description = "Milliseconds of a slice of warm-up: ${DEFAULT-VALUE}.")
    int warmUp;

    @Option(
        names = "--longest-warm-up",
        defaultValue = "4000",
        description =
            "Milliseconds after which warm-up ends, though the work still gets faster:"
                + " ${DEFAULT-VALUE}.")
    int longestWarmUp;

    @Option(
        names = "--sample",
        defaultValue = "30",
        description = "Milliseconds of one sample: ${DEFAULT-VALUE}.")
    int sample;

    @Option(
        names = "--rounds",
        defaultValue = "11",
        description = "Rounds of samples: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
        names = "--limit",
        defaultValue = "2500",
        description =
            "Milliseconds after which a row has no further round, once it has three:"
                + " ${DEFAULT-VALUE}.")
    int limit;

    @Option(names = "--only", defaultValue = "", description = "Pattern that a label must contain.")
    String only;

    Duel.Effort effort() {
      return new Duel.Effort(warmUp, longestWarmUp, sample, rounds, limit);
    }
  }

  private static final double TOLERANCE = 1e-4;

  @Mixin private Options options;

  @Option(names = "--threads", defaultValue = "1", description = "Threads of a kernel.")
  private int threads;

  @Option(names = "--result", defaultValue = "target/results.json", description = "JSON file.")
  private Path result;

  @Override
  public Integer call() throws Exception {
    boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    Pattern only = Pattern.compile(options.only, Pattern.CASE_INSENSITIVE);
    Duel duel = new Duel(options.effort());
    Set<String> descriptions = new LinkedHashSet<>();
    List<Results.Table> tables = new ArrayList<>();
    for (Suite.Section section : Suite.sections()) {
      if (!section.isFor(threads)) {
        continue;
      }
      List<Results.Row> rows = new ArrayList<>();
      section.first().useThreads(threads);
      section.second().ifPresent(side -> side.useThreads(threads));
      for (Case work : section.cases()) {
        if (only.matcher(work.label()).find()) {
          rows.add(row(duel, section, work));
          System.err.printf(Locale.ROOT, "%s: %s%n", section.title(), work.label());
        }
      }
      if (!rows.isEmpty()) {
        descriptions.add(section.first().description());
        section.second().ifPresent(side -> descriptions.add(side.description()));
        tables.add(
            new Results.Table(
                section.title(),
                section.first().name(),
                section.second().map(Side::name).orElse(null),
                rows));
      }
    }
    Results results =
        new Results(Machine.here(), vector, threads, List.copyOf(descriptions), tables);
    results.write(result);
    System.out.println(Report.render(List.of(results)));
    return 0;
  }

  private static Results.Row row(Duel duel, Suite.Section section, Case work) {
    check(section, work);
    try (Task first = section.first().prepare(work).orElseThrow();
        Task second = section.second().flatMap(side -> side.prepare(work)).orElse(null)) {
      Duel.Outcome outcome = duel.run(first, Optional.ofNullable(second));
      return new Results.Row(
          work.label(),
          per(outcome.first(), work.parts()),
          outcome.second().map(times -> per(times, work.parts())).orElse(null),
          outcome.ratio().orElse(null));
    }
  }

  /** Both sides must compute the same before their times are worth comparing. */
  private static void check(Suite.Section section, Case work) {
    if (section.second().isEmpty()) {
      return;
    }
    try (Task first = section.first().prepare(work).orElseThrow();
        Task second = section.second().get().prepare(work).orElse(null)) {
      if (second == null) {
        return;
      }
      double a = first.probe();
      double b = second.probe();
      if (!(Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)))) {
        throw new IllegalStateException(
            "%s: %s computed %s and %s computed %s; they do not do the same work"
                .formatted(
                    work.label(), section.first().name(), a, section.second().get().name(), b));
      }
    }
  }

  private static Summary per(Summary nanos, int parts) {
    return new Summary(
        nanos.median() / parts,
        nanos.lower() / parts,
        nanos.upper() / parts,
        nanos.min() / parts,
        nanos.max() / parts);
  }
}
