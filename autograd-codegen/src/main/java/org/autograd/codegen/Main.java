package org.autograd.codegen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.derive.DerivedSources;
import org.autograd.codegen.table.TableException;
import org.autograd.codegen.write.Output;

/**
 * Reads the operator tables and writes the sources that follow from them, and the classes that are
 * derived for other number types.
 */
public final class Main {
  private static final List<String> OPTIONS =
      List.of("--ops", "--out-main", "--out-test", "--out-kotlin", "--out-docs");

  private Main() {}

  /**
   * Runs the generator; ends the process with status 1 if the tables have mistakes.
   *
   * @param args {@code --ops DIR --out-main DIR --out-test DIR --out-kotlin DIR --out-docs DIR},
   *     and {@code --sources DIR} if the hand-written sources are not in {@code ../java} beside the
   *     tables
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Map<String, Path> dirs = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      dirs.put(args[i], Path.of(args[i + 1]));
    }
    for (String option : OPTIONS) {
      if (!dirs.containsKey(option)) {
        throw new IllegalArgumentException("missing option " + option + "; give " + OPTIONS);
      }
    }
    Path ops = dirs.get("--ops");
    Path sources = dirs.getOrDefault("--sources", ops.resolveSibling("java"));
    try {
      Output output = Generator.generate(Generator.read(ops, sources));
      DerivedSources.addAll(sources, output);
      output.write(Output.Root.MAIN, dirs.get("--out-main"));
      output.write(Output.Root.TEST, dirs.get("--out-test"));
      output.write(Output.Root.KOTLIN, dirs.get("--out-kotlin"));
      output.write(Output.Root.DOCS, dirs.get("--out-docs"));
    } catch (TableException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
