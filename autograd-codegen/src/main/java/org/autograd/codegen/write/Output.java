package org.autograd.codegen.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The generated files, kept in memory until all of them are there. */
public final class Output {
  /** Where a generated file goes. */
  public enum Root {
    /** Java of the library. */
    MAIN,
    /** Java of its tests. */
    TEST,
    /** Kotlin. */
    KOTLIN,
    /** Pages. */
    DOCS
  }

  private final Map<Root, Map<String, String>> files = new TreeMap<>();

  /** Adds a file. */
  public void add(Root root, String path, String text) {
    if (files.computeIfAbsent(root, r -> new TreeMap<>()).put(path, text) != null) {
      throw new IllegalStateException(path + " is written twice");
    }
  }

  /** Returns the files of a root by path. */
  public Map<String, String> files(Root root) {
    return files.getOrDefault(root, Map.of());
  }

  /**
   * Makes a directory hold the files of a root and no others; files that would not change are left
   * alone.
   *
   * @throws IOException if that fails
   */
  public void write(Root root, Path directory) throws IOException {
    Map<String, String> wanted = files(root);
    Files.createDirectories(directory);
    try (Stream<Path> old = Files.walk(directory)) {
      for (Path path : old.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(path).toString().replace('\\', '/');
        if (!wanted.containsKey(name)) {
          Files.delete(path);
        }
      }
    }
    for (Map.Entry<String, String> file : wanted.entrySet()) {
      Path path = directory.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }
  }
}
