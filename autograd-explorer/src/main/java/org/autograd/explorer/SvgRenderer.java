package org.autograd.explorer;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.autograd.GraphRenderer;
import org.graphper.parser.DotParser;

/**
 * Draws graphs with graph-support, Graphviz's layout rewritten in Java: no native {@code dot}, no
 * script engine. It takes seconds for a few hundred nodes that share a leaf, or for a few thousand
 * in a chain; for more, give the DOT text to Graphviz itself.
 */
public final class SvgRenderer implements GraphRenderer {
  /**
   * Bounds the search for the best layout, which else takes minutes where one leaf has many users.
   */
  private static final String LIMITS = "\n  nslimit=2; nslimit1=2; mclimit=0.1;";

  /**
   * The layout recurses along the graph's longest path. Only what is touched of it takes memory.
   */
  private static final long STACK_BYTES = 1L << 30;

  /** Makes a renderer; called by the service loader. */
  public SvgRenderer() {}

  @Override
  public String svg(String dot) {
    int body = dot.indexOf('{') + 1;
    String limited = dot.substring(0, body) + LIMITS + dot.substring(body);
    FutureTask<String> drawing = new FutureTask<>(() -> DotParser.parse(limited).toSvgStr());
    Thread thread = new Thread(null, drawing, "autograd-explorer", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return drawing.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "svg: the graph could not be drawn: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("svg: interrupted while drawing the graph", e);
    }
  }
}
