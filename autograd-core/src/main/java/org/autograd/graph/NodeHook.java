package org.autograd.graph;

import java.util.List;
import org.autograd.Tensor;

/**
 * A function that runs after a node, and sees, and may replace, the gradients of the node's inputs.
 */
@FunctionalInterface
public interface NodeHook {
  /**
   * Sees what a node computed.
   *
   * @param gradInputs one entry for each edge of the node, null where nothing was computed; empty
   *     for a leaf's accumulator. Unmodifiable
   * @param gradOutputs the gradients that went into the node, one for each output of the operation,
   *     null where there is none. Unmodifiable
   * @return as many entries as {@code gradInputs} has, to use instead: each of the same shape,
   *     dtype and device as the one it replaces, or null to drop that gradient; or null to keep all
   */
  List<Tensor> apply(List<Tensor> gradInputs, List<Tensor> gradOutputs);
}
