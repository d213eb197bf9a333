package org.autograd.codegen.table;

/**
 * A place in a table.
 *
 * @param file the name of the file
 * @param line the line, counted from 1
 */
public record Where(String file, int line) implements Comparable<Where> {
  @Override
  public int compareTo(Where o) {
    int byFile = file.compareTo(o.file);
    return byFile != 0 ? byFile : Integer.compare(line, o.line);
  }

  @Override
  public String toString() {
    return file + ":" + line;
  }
}
