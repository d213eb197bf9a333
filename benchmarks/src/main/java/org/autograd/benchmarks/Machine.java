package org.autograd.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a measurement was taken.
 *
 * @param cpu model of the processor
 * @param cores processors the JVM sees
 * @param heapMebibytes largest heap
 * @param system operating system
 * @param jvm name and version of the JVM
 */
public record Machine(String cpu, int cores, long heapMebibytes, String system, String jvm) {

  /**
   * Describes this machine and JVM.
   *
   * @return the description
   */
  public static Machine here() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(
        cpuModel(),
        runtime.availableProcessors(),
        runtime.maxMemory() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException absent) {
      return "unknown processor";
    }
  }
}
