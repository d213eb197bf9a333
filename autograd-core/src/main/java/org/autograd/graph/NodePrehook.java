package org.autograd.graph;

import java.util.List;
import org.autograd.Tensor;

/** A function that runs before a node, and sees, and may replace, the gradients that go into it. */
@FunctionalInterface
public interface NodePrehook {
  /**
   * Sees what a node is about to be given.
   *
   * @param gradOutputs the gradients, one for each output of the operation, null where there is
   *     none. Unmodifiable
   * @return as many entries as {@code gradOutputs} has, to use instead: each of the same shape,
   *     dtype and device as the one it replaces, or null to drop that gradient; or null to keep all
   */
  List<Tensor> apply(List<Tensor> gradOutputs);
}
