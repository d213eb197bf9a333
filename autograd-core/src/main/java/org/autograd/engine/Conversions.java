package org.autograd.engine;

import org.autograd.DType;
import org.autograd.graph.Node;
import org.autograd.mode.Slot;

/**
 * Sees gradients that a node gave in another dtype than that of the tensor they belong to. They are
 * converted.
 */
@FunctionalInterface
public interface Conversions {
  /** Who sees the conversions of passes started from here; none if empty. */
  Slot<Conversions> SLOT = new Slot<>("gradient conversions");

  /**
   * Called before a gradient is converted, on any thread that works for the pass.
   *
   * @param from the node that gave it
   * @param edge its position among the node's gradients
   * @param given the dtype it has
   * @param expected the dtype it will have
   */
  void converting(Node from, int edge, DType given, DType expected);
}
