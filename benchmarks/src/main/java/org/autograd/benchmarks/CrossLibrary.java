package org.autograd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The suite beside libtorch: measures in a fresh JVM for each thread count, with and without the
 * Vector API module, and writes the report.
 */
@Command(
    name = "cross-library",
    subcommands = Measure.class,
    mixinStandardHelpOptions = true,
    description = "Measures this library beside libtorch and writes the report.")
public final class CrossLibrary implements Callable<Integer> {

  @Mixin private Measure.Options options;

  @Option(
      names = "--threads",
      split = ",",
      defaultValue = "1,2",
      description = "Thread counts of a kernel, each measured by itself: ${DEFAULT-VALUE}.")
  private List<Integer> threads;

  @Option(
      names = "--page",
      defaultValue = "docs/benchmarks.md",
      description = "Page to update: ${DEFAULT-VALUE}.")
  private Path page;

  @Option(
      names = "--results",
      defaultValue = "target/cross-library",
      description = "Folder for the JSON files: ${DEFAULT-VALUE}.")
  private Path folder;

  @Option(
      names = "--omp-wait-policy",
      defaultValue = "PASSIVE",
      description =
          "How libtorch's idle threads wait, PASSIVE or ACTIVE: ${DEFAULT-VALUE}. Active ones spin,"
              + " also while the other side is measured.")
  private String waitPolicy;

  @Option(
      names = "--heap",
      defaultValue = "4g",
      description =
          "Size of the heap, as -Xmx takes it: ${DEFAULT-VALUE}. All of it is touched at the start,"
              + " so that no page fault falls into a sample.")
  private String heap;

  private CrossLibrary() {}

  /**
   * Runs the suite.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new CrossLibrary()).setOverwrittenOptionsAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<Results> runs = new ArrayList<>();
    Files.createDirectories(folder);
    for (boolean vector : new boolean[] {true, false}) {
      for (int count : threads) {
        Path result = folder.resolve((vector ? "vector-" : "scalar-") + count + ".json");
        int exit = measure(vector, count, result);
        if (exit != 0) {
          return exit;
        }
        runs.add(Results.read(result));
      }
    }
    Report.update(page, runs);
    System.out.println("Wrote " + page);
    return 0;
  }

  private int measure(boolean vector, int count, Path result)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    if (vector) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"));
    command.addAll(LibtorchSide.JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CrossLibrary.class.getName(), "measure"));
    command.addAll(List.of("--threads", Integer.toString(count)));
    command.addAll(List.of("--warm-up", Integer.toString(options.warmUp)));
    command.addAll(List.of("--longest-warm-up", Integer.toString(options.longestWarmUp)));
    command.addAll(List.of("--sample", Integer.toString(options.sample)));
    command.addAll(List.of("--rounds", Integer.toString(options.rounds)));
    command.addAll(List.of("--limit", Integer.toString(options.limit)));
    command.addAll(List.of("--only", options.only));
    command.addAll(List.of("--result", result.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("OMP_WAIT_POLICY", waitPolicy);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(count));
    builder.environment().put("OPENBLAS_NUM_THREADS", Integer.toString(count));
    return builder.start().waitFor();
  }
}
