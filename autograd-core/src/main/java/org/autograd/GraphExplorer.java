package org.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;

/**
 * Shows the graph behind some tensors: as text in the DOT language, as an SVG picture, and as a
 * table of the memory that it keeps alive.
 *
 * <pre>{@code
 * GraphExplorer graph = Graph.explore(loss).withName("weight", weight);
 * Files.writeString(Path.of("graph.svg"), graph.svg());
 * System.out.println(graph.table());
 * }</pre>
 *
 * <p>It looks at the graph when it is asked, and keeps it alive. Explore before {@code backward}
 * frees the saved tensors, or with the graph retained. With anomaly detection on while the graph is
 * made, everything comes with its line of source.
 */
public final class GraphExplorer {
  private final List<Tensor> roots;
  private final Map<String, Tensor> names;

  private GraphExplorer(List<Tensor> roots, Map<String, Tensor> names) {
    this.roots = roots;
    this.names = names;
  }

  /** Explores the graph behind tensors; those that do not require grad have none. */
  public static GraphExplorer of(Tensor... tensors) {
    return new GraphExplorer(List.of(tensors), Map.of());
  }

  /** Returns an explorer that calls a leaf, or one of the tensors it starts from, by a name. */
  public GraphExplorer withName(String name, Tensor tensor) {
    return withNames(Map.of(name, tensor));
  }

  /** Returns an explorer that calls leaves, and tensors it starts from, by names. */
  public GraphExplorer withNames(Map<String, Tensor> more) {
    Map<String, Tensor> all = new LinkedHashMap<>(names);
    all.putAll(more);
    return new GraphExplorer(roots, Collections.unmodifiableMap(all));
  }

  /** Returns the nodes of the graph, each once, those nearest to the roots first. */
  public List<Node> nodes() {
    List<Node> found = new ArrayList<>();
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Node> waiting = new ArrayDeque<>();
    for (Tensor root : roots) {
      if (root.gradFn() != null && seen.add(root.gradFn())) {
        waiting.add(root.gradFn());
      }
    }
    while (!waiting.isEmpty()) {
      Node node = waiting.poll();
      found.add(node);
      for (Edge e : node.nextFunctions()) {
        if (e != null && seen.add(e.node())) {
          waiting.add(e.node());
        }
      }
    }
    return Collections.unmodifiableList(found);
  }

  /** Returns the leaves of the graph, each once. */
  public List<Tensor> leaves() {
    List<Tensor> leaves = new ArrayList<>();
    for (Node node : nodes()) {
      if (node instanceof AccumulateGrad leaf) {
        leaves.add(leaf.leaf());
      }
    }
    return Collections.unmodifiableList(leaves);
  }

  /**
   * Returns the graph in the DOT language. Arrows show where values flow: from leaves through
   * operators, each with the shape of its result and what it has saved, to the tensors that are
   * explored.
   */
  public String dot() {
    return new DotWriter(roots, names).write(nodes());
  }

  /**
   * Draws the graph.
   *
   * @return an SVG document
   * @throws UnsupportedOperationException if module {@code autograd-explorer}, or another {@link
   *     GraphRenderer}, is not there
   */
  public String svg() {
    return ServiceLoader.load(GraphRenderer.class, GraphRenderer.class.getClassLoader())
        .findFirst()
        .orElseThrow(() ->
            new UnsupportedOperationException(
                "svg: nothing here draws graphs. Add the dependency org.autograd:autograd-explorer,"
                    + " or give the text from dot() to Graphviz."))
        .svg(dot());
  }

  /**
   * Returns the saved tensors that the graph keeps alive, in the order of {@link #nodes()}. Memory
   * that several of them share is counted for the first.
   */
  public List<KeptTensor> kept() {
    return new KeptMemory().of(nodes());
  }

  /** Returns how many bytes of memory the saved tensors keep alive; what they share counts once. */
  public long keptBytes() {
    return kept().stream().mapToLong(KeptTensor::storageBytes).sum();
  }

  /**
   * Returns {@link #kept()} as a table in plain text, the largest first, with the sum in the last
   * line.
   */
  public String table() {
    return KeptMemory.table(kept());
  }

  @Override
  public String toString() {
    return "GraphExplorer[" + nodes().size() + " nodes, " + leaves().size() + " leaves]";
  }
}
