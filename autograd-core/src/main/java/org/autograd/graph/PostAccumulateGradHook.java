package org.autograd.graph;

import org.autograd.Tensor;

/** A function that runs after a leaf's {@code .grad} was updated in a pass. */
@FunctionalInterface
public interface PostAccumulateGradHook {
  /**
   * Sees the leaf. It may change the leaf or its {@code .grad} in place: nothing is recorded here,
   * unless the pass is run with {@code createGraph}.
   *
   * @param leaf the leaf, not its gradient
   */
  void accept(Tensor leaf);
}
