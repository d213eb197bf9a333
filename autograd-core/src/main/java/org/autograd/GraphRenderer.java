package org.autograd;

/**
 * Draws graphs that are written in the DOT language. Implementations are found with {@link
 * java.util.ServiceLoader}; module {@code autograd-explorer} has one.
 */
public interface GraphRenderer {
  /**
   * Draws a graph.
   *
   * @param dot a directed graph in the DOT language
   * @return an SVG document
   */
  String svg(String dot);
}
