package org.autograd.codegen.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds static methods in source files. It reads declarations by their form only, which is enough
 * for the flat classes of static methods that tables refer to.
 */
public final class SourceIndex {
  private static final Pattern STATIC =
      Pattern.compile(
          "^  (public )?(?:protected |private )?(?:final )?static (?:final )?(?:<[^>]*>"
              + " )?([\\w.<>\\[\\], ]+?)\\s+(\\w+)\\s*\\(([^)]*)\\)",
          Pattern.MULTILINE);

  private final Path root;
  private final Map<String, Optional<List<JavaMethod>>> classes = new HashMap<>();

  /** Makes an index of the source root {@code root}, such as {@code src/main/java}. */
  public SourceIndex(Path root) {
    this.root = root;
  }

  /** Returns the static methods of a class, or empty if there is no such source file. */
  public Optional<List<JavaMethod>> methods(String packageName, String className) {
    return classes.computeIfAbsent(
        packageName + "." + className, key -> scan(packageName, className));
  }

  /**
   * Returns the public static methods of all classes of a package whose names begin with a prefix.
   */
  public List<JavaMethod> publicMethods(String packageName, String prefix) {
    Path directory = root.resolve(packageName.replace('.', '/'));
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<JavaMethod> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix) && name.endsWith(".java")) {
          String className = name.substring(0, name.length() - ".java".length());
          methods(packageName, className).orElseThrow().stream()
              .filter(JavaMethod::isPublic)
              .forEach(found::add);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return found;
  }

  /** Tells whether a source file for the class exists. */
  public boolean hasClass(String packageName, String className) {
    return Files.exists(file(packageName, className));
  }

  private Path file(String packageName, String className) {
    return root.resolve(packageName.replace('.', '/')).resolve(className + ".java");
  }

  private Optional<List<JavaMethod>> scan(String packageName, String className) {
    Path file = file(packageName, className);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(className, Files.readString(file)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static List<JavaMethod> parse(String className, String source) {
    List<JavaMethod> found = new ArrayList<>();
    Matcher m = STATIC.matcher(source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", ""));
    while (m.find()) {
      found.add(
          new JavaMethod(
              className, m.group(3), m.group(2), m.group(1) != null, params(m.group(4))));
    }
    return found;
  }

  private static List<String> params(String text) {
    List<String> types = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (c == ',' && depth == 0) {
        String param = text.substring(start, i).strip().replaceAll("\\s+", " ");
        if (!param.isEmpty()) {
          types.add(type(param));
        }
        start = i + 1;
      }
    }
    return types;
  }

  private static String type(String param) {
    String plain = param.replaceAll("@\\w+ ", "").replaceFirst("^final ", "");
    String type = plain.substring(0, plain.lastIndexOf(' ')).strip();
    return type.replace("...", "[]");
  }
}
