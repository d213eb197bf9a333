package org.autograd;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;

/** Where recorded histories lead. */
final class Reach {
  private Reach() {}

  /**
   * Tells whether something outside can be differentiated through a tensor's history, or that of
   * its tangents: whether it leads to a leaf other than those made for derivatives that have been
   * taken.
   */
  static boolean isLive(Tensor t) {
    Mode mode = ThreadState.current().mode;
    return find(t, e -> e.node() instanceof AccumulateGrad leaf && !leaf.isSpent(mode));
  }

  /** Tells whether a tensor's history leads to one of the given tensors, or it is one. */
  static boolean leadsTo(Tensor t, List<Tensor> targets) {
    List<Edge> edges = targets.stream().map(Derivatives::edge).toList();
    return find(t, edges::contains);
  }

  private static boolean find(Tensor t, Predicate<Edge> wanted) {
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Node> open = new ArrayDeque<>();
    for (Tensor part : Derivatives.parts(t)) {
      Edge e = Derivatives.edge(part);
      if (e != null && found(e, wanted, seen, open)) {
        return true;
      }
    }
    while (!open.isEmpty()) {
      Node node = open.pop();
      for (int i = 0; i < node.numEdges(); i++) {
        Edge e = node.edge(i);
        if (e != null && found(e, wanted, seen, open)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean found(Edge e, Predicate<Edge> wanted, Set<Node> seen, Deque<Node> open) {
    if (wanted.test(e)) {
      return true;
    }
    if (seen.add(e.node())) {
      open.push(e.node());
    }
    return false;
  }
}
