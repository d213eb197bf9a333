package org.autograd.graph;

/** Takes what a node has saved, in order. Nodes call it from {@link Node#visitSaved}. */
public interface SavedVisitor {
  /**
   * Takes a saved tensor.
   *
   * @param value null if it is absent, not needed or freed
   */
  void tensor(String name, Saved value);

  /**
   * Takes several tensors that were saved under one name.
   *
   * @param values null if they are not needed or freed; absent ones are null entries
   */
  void tensors(String name, Saved[] values);

  /** Takes an argument that is no tensor, or a property of one, such as its sizes. */
  void attribute(String name, Object value);
}
