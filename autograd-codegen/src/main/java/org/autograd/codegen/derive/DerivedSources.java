package org.autograd.codegen.derive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.autograd.codegen.write.Output;

/**
 * Derives the classes of other number types from those whose source bears {@code @AlsoFor}. Only
 * the types' names and the literals differ, so the derived class does what the written one does.
 */
public final class DerivedSources {
  private static final Pattern MARK = Pattern.compile("(?m)^@AlsoFor\\(\\{?([^})]*)}?\\)\\n");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import [\\w.]+\\.AlsoFor;\\n\\n?");

  private DerivedSources() {}

  /**
   * Adds the derived classes of a source tree.
   *
   * @param root the root of the hand-written sources
   * @throws IOException if a file cannot be read
   */
  public static void addAll(Path root, Output output) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : files) {
      add(root.relativize(file), Files.readString(file), output);
    }
  }

  private static void add(Path path, String source, Output output) {
    Matcher mark = MARK.matcher(source);
    if (!mark.find()) {
      return;
    }
    for (String type : mark.group(1).split(",")) {
      NumberType to = NumberType.of(type.strip().replace(".class", ""));
      String name = path.getFileName().toString();
      String derived = path.resolveSibling(to.in(name)).toString().replace('\\', '/');
      output.add(Output.Root.MAIN, derived, derive(name, source, to));
    }
  }

  /** Returns the source of a class for another type. */
  static String derive(String name, String source, NumberType to) {
    String unmarked = MARK.matcher(IMPORT.matcher(source).replaceAll("")).replaceAll("");
    return "// Derived from " + name + "; do not edit.\n" + to.in(unmarked);
  }
}
