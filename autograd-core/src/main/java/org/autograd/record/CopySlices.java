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
  private final int operand;
  private Node operation;

  CopySlices(ThreadState state, Tensor base, Layout view, Node operation, int operand) {
    super(state, edges(Record.edge(base), operation, operand));
    this.operand = operand;
    this.base = Raw.layout(base);
    this.view = view;
    this.operation = operation;
  }

  /**
   * The base's own edge stands in the place of the changed tensor among the operation's operands.
   */
  private static Edge[] edges(Edge base, Node operation, int operand) {
    Edge[] edges = new Edge[operation.numEdges()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = i == operand ? base : operation.edge(i);
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
    return swapped(
        GradMath.get().replaceSlice(grads[0], base, view, part -> swapped(op.apply(part, needed))));
  }

  /** Exchanges the gradient of the changed operand with the first one. */
  private Tensor[] swapped(Tensor[] grads) {
    Tensor first = grads[0];
    grads[0] = grads[operand];
    grads[operand] = first;
    return grads;
  }

  @Override
  public Node wrapped() {
    return operation;
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
