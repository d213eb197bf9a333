package org.autograd.engine;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.autograd.Tensor;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;

/**
 * Finds the nodes of a pass, which of them run, and how many contributions each waits for. No
 * recursion anywhere.
 */
final class Discovery {
  private final GraphTask task;
  private NodeTask[] found = new NodeTask[16];
  private int count;

  /** The turns of all edges of all nodes; see {@link #turn}. */
  private int[] turns;

  /** For nodes that another pass, running at the same time, has claimed. */
  private Map<Node, NodeTask> elsewhere;

  Discovery(GraphTask task) {
    this.task = task;
  }

  /** Returns the task of a node found before, or null. */
  NodeTask get(Node node) {
    if (node.claimed() instanceof NodeTask t && t.owner == this) {
      return t;
    }
    return elsewhere == null ? null : elsewhere.get(node);
  }

  private NodeTask add(Node node) {
    NodeTask t = new NodeTask(this, node, count);
    if (!node.claim(t)) {
      if (elsewhere == null) {
        elsewhere = new IdentityHashMap<>();
      }
      elsewhere.put(node, t);
    }
    if (count == found.length) {
      found = Arrays.copyOf(found, 2 * count);
    }
    found[count++] = t;
    return t;
  }

  /** Gives every node back; the task cannot be run any more. */
  void forget() {
    for (int i = 0; i < count; i++) {
      found[i].node.unclaim(found[i]);
    }
  }

  int count() {
    return count;
  }

  NodeTask found(int i) {
    return found[i];
  }

  /**
   * Walks the graph from the roots.
   *
   * @param inputs the edges whose gradients are wanted; null for all leaves
   * @param into the tensors whose {@code .grad} the gradients of {@code inputs} go to, null entries
   *     for leaves; null if the gradients are captured
   */
  void walk(Edge[] roots, Edge[] inputs, Tensor[] into) {
    for (Edge root : roots) {
      if (get(root.node()) == null) {
        add(root.node());
      }
    }
    // The array of found nodes doubles as the work list: each is expanded once.
    for (int i = 0; i < count; i++) {
      Node node = found[i].node;
      for (int e = 0; e < node.numEdges(); e++) {
        Edge edge = node.edge(e);
        if (edge != null) {
          NodeTask target = get(edge.node());
          if (target == null) {
            target = add(edge.node());
          }
          target.missing++;
        }
      }
    }
    if (inputs != null) {
      restrict(roots, inputs, into);
    }
    if (task.parallel) {
      order();
    }
  }

  private void restrict(Edge[] roots, Edge[] inputs, Tensor[] into) {
    boolean[] reached = new boolean[count];
    task.wanted = reached;
    for (int i = 0; i < count; i++) {
      found[i].runs = false;
      found[i].missing = 0;
    }
    if (!request(reached, inputs, into)) {
      // Nothing runs, but what watches the gradients of the roots sees them.
      for (Edge root : roots) {
        reached[get(root.node()).index] = true;
      }
      return;
    }
    NodeTask[] sorted = sorted();
    for (int i = sorted.length - 1; i >= 0; i--) {
      NodeTask t = sorted[i];
      for (int e = 0; e < t.node.numEdges(); e++) {
        Edge edge = t.node.edge(e);
        if (edge != null && reached[get(edge.node()).index]) {
          reached[t.index] = true;
          t.runs = true;
        }
      }
    }
    // Leaves sort before everything, although they come last: they have no edges, so the sweep
    // above is right.
    for (int i = 0; i < count; i++) {
      NodeTask t = found[i];
      if (!t.runs) {
        continue;
      }
      for (int e = 0; e < t.node.numEdges(); e++) {
        Edge edge = t.node.edge(e);
        if (edge != null && reached[get(edge.node()).index]) {
          get(edge.node()).missing++;
        }
      }
    }
  }

  /** Notes at their nodes which gradients are wanted; tells whether there is one. */
  private boolean request(boolean[] reached, Edge[] inputs, Tensor[] into) {
    boolean any = false;
    for (int p = 0; p < inputs.length; p++) {
      NodeTask t = inputs[p] == null ? null : get(inputs[p].node());
      if (t == null) {
        continue;
      }
      any = true;
      reached[t.index] = true;
      t.runs |= into != null;
      if (into == null || into[p] != null) {
        Tensor target = into == null ? null : into[p];
        t.captures = new NodeTask.Capture(inputs[p].inputNr(), p, target, t.captures);
      }
    }
    return any;
  }

  /** Returns the first of several edges that leads to no node of the pass, or -1. */
  int firstOutside(Edge[] edges) {
    for (int i = 0; i < edges.length; i++) {
      if (get(edges[i].node()) == null) {
        return i;
      }
    }
    return -1;
  }

  private NodeTask[] sorted() {
    NodeTask[] sorted = Arrays.copyOf(found, count);
    sort(sorted);
    return sorted;
  }

  private static void sort(NodeTask[] tasks) {
    Arrays.sort(tasks, (a, b) -> a == b ? 0 : a.before(b) ? -1 : 1);
  }

  /** Gives each node its rank and each edge its turn among the contributions to its target. */
  private void order() {
    NodeTask[] sorted = newestFirst();
    int edges = 0;
    for (NodeTask t : sorted) {
      edges += t.node.numEdges();
    }
    turns = new int[edges];
    int next = 0;
    for (int rank = 0; rank < sorted.length; rank++) {
      NodeTask t = sorted[rank];
      t.rank = rank;
      t.firstTurn = next;
      for (int e = 0; e < t.node.numEdges(); e++, next++) {
        NodeTask target = task.target(t, e);
        if (target != null) {
          turns[next] = target.takeTurn(t.node.edge(e).inputNr());
        }
      }
    }
    for (int i = 0; i < count; i++) {
      found[i].resetTurns();
    }
  }

  /** Returns which contribution to its target's input an edge is; only in parallel passes. */
  int turn(NodeTask t, int edge) {
    return turns[t.firstTurn + edge];
  }

  /** Returns the nodes that contribute to others, the newest first; a walk mostly found them so. */
  private NodeTask[] newestFirst() {
    NodeTask[] running = new NodeTask[count];
    int n = 0;
    boolean inOrder = true;
    for (int i = 0; i < count; i++) {
      NodeTask t = found[i];
      if (t.runs && !(t.node instanceof AccumulateGrad)) {
        inOrder &= n == 0 || running[n - 1].before(t);
        running[n++] = t;
      }
    }
    running = n == count ? running : Arrays.copyOf(running, n);
    if (!inOrder) {
      sort(running);
    }
    return running;
  }
}
