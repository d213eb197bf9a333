package org.autograd.graph;

import org.autograd.Tensor;
import org.autograd.mode.Mode;
import org.autograd.tensor.Raw;

/**
 * Where gradients of a leaf arrive. There is at most one for each leaf. The engine does the
 * accumulation at its commit.
 */
public final class AccumulateGrad extends Node {
  private static final Tensor[] NOTHING = {};
  private final Tensor leaf;

  /** When {@link #spend()} was called, see {@link Spent}; 0 for never. */
  private volatile long spent;

  AccumulateGrad(Tensor leaf) {
    this.leaf = leaf;
    describe(leaf);
  }

  /** Returns the leaf. */
  public Tensor leaf() {
    return leaf;
  }

  /**
   * Notes that the leaf was made by the library to take one derivative and that nobody will take
   * another with respect to it: a history that leads to such leaves only is of no use.
   */
  public void spend() {
    spent = Spent.now();
  }

  /**
   * Tells whether {@link #spend()} was called, as far as the work that goes on can know, see {@link
   * Spent}.
   */
  public boolean isSpent(Mode mode) {
    return Spent.is(spent, mode);
  }

  /**
   * Adds a gradient to the leaf's {@code .grad} at once, if the leaf still requires grad.
   *
   * @param grads one gradient of the leaf's shape, or null for nothing
   */
  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    if (grads[0] != null && Raw.requiresGrad(leaf)) {
      Meta.of(leaf).accumulate(leaf, grads[0]);
    }
    return NOTHING;
  }
}
