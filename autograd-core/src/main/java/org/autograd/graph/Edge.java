package org.autograd.graph;

import java.util.Objects;

/**
 * An arrow of the backward graph: a gradient goes to input {@code inputNr} of {@code node}.
 *
 * @param node the node the gradient goes to
 * @param inputNr which of the node's gradient inputs it is, which is the number of the forward
 *     output
 */
public record Edge(Node node, int inputNr) {
  /** Checks the components. */
  public Edge {
    Objects.requireNonNull(node, "node");
  }
}
