package org.autograd;

import java.util.List;
import java.util.Objects;

/**
 * Options of a backward pass.
 *
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *     the value of {@code createGraph}
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param inputs the tensors to accumulate gradients into; null means all leaves. The edge of a leaf
 *     stands for the leaf; that of another tensor has its gradient computed, and stored if the
 *     tensor retains it
 */
public record BackwardOptions(
    Boolean retainGraph, boolean createGraph, List<? extends TensorOrEdge> inputs) {
  /** Frees the graph, records nothing, accumulates into all leaves. */
  public static final BackwardOptions DEFAULT = new BackwardOptions(null, false, null);

  /** Copies the list. */
  public BackwardOptions {
    inputs = inputs == null ? null : List.copyOf(inputs);
  }

  /** Returns options that differ in {@code retainGraph}. */
  public BackwardOptions withRetainGraph(boolean retainGraph) {
    return new BackwardOptions(retainGraph, createGraph, inputs);
  }

  /** Returns options that differ in {@code createGraph}. */
  public BackwardOptions withCreateGraph(boolean createGraph) {
    return new BackwardOptions(retainGraph, createGraph, inputs);
  }

  /** Returns options that accumulate into these tensors only. */
  public BackwardOptions withInputs(TensorOrEdge... inputs) {
    return new BackwardOptions(retainGraph, createGraph, List.of(inputs));
  }

  /** Returns whether saved values are kept. */
  public boolean keepsGraph() {
    return Objects.requireNonNullElse(retainGraph, createGraph);
  }
}
