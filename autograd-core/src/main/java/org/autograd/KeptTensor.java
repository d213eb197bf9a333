package org.autograd;

import org.autograd.graph.Node;

/**
 * A saved tensor that a graph keeps alive: one row of {@link GraphExplorer#kept()}.
 *
 * @param node the node that saved it
 * @param name the name it is saved under
 * @param shape its shape; null if a hook keeps it in a form of its own
 * @param dtype its dtype; null if a hook keeps it in a form of its own
 * @param bytes the size of its elements
 * @param storageBytes the size of the memory that is kept because of it: that of the whole storage
 *     it views if it is the first to keep it, else 0
 * @param sharedWith the row, as {@code node.name}, that the same memory was counted for; null if
 *     this one
 * @param source the user's line that made the node; null unless anomaly detection was on then
 */
public record KeptTensor(
    Node node,
    String name,
    Shape shape,
    DType dtype,
    long bytes,
    long storageBytes,
    String sharedWith,
    String source) {
  /** Returns the operator that saved it, such as {@code mul}. */
  public String operator() {
    return node.operator();
  }
}
