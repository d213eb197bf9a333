package org.autograd.record;

import org.autograd.Tensor;
import org.autograd.graph.Edge;
import org.autograd.graph.GradMath;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * History of a tensor after one of its views was changed in place: the operation's backward acts on
 * the part of the gradient that the view covers, and the rest passes through.
 */
final class CopySlices extends Node {
  private final Layout base;
  private final Layout view;
  private Node operation;

  CopySlices(ThreadState state, Tensor base, Layout view, Node operation) {
    super(state, edges(Record.edge(base), operation));
    this.base = Raw.layout(base);
    this.view = view;
    this.operation = operation;
  }

  /**
   * The base's own edge stands in the place of the changed tensor, which is the operation's first
   * operand.
   */
  private static Edge[] edges(Edge base, Node operation) {
    Edge[] edges = new Edge[operation.numEdges()];
    edges[0] = base;
    for (int i = 1; i < edges.length; i++) {
      edges[i] = operation.edge(i);
    }
    return edges;
  }

  @Override
  public String name() {
    return "CopySlices";
  }

  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    Node op = operation;
    if (op == null) {
      throw released();
    }
    if (grads[0] == null) {
      return new Tensor[numEdges()];
    }
    return GradMath.get().replaceSlice(grads[0], base, view, part -> op.apply(part, needed));
  }

  @Override
  protected boolean hasSavedValues() {
    return true;
  }

  @Override
  protected void releaseSaved() {
    operation.release();
    operation = null;
  }
}
