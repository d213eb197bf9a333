package org.autograd.engine;

import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.graph.Node;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Gradients in the hands of user code, which may write into them. The same memory may wait for
 * another node, be staged for a leaf or be a tensor of the user's. So a hook that may replace a
 * gradient is lent a copy, unless the gradient is exclusive; whoever only reads, by contract, is
 * lent the gradient itself and refused if it wrote.
 *
 * <p>Backward functions of users belong to the latter: most get gradients that others share, and a
 * copy for each would cost as much as they do.
 */
final class Lending {
  private Lending() {}

  /** Tells whether nobody else of the pass reaches the memory of a gradient that came in. */
  private static boolean isExclusive(NodeTask t, int i, Tensor grad) {
    return i < 63 && (t.owned >>> i & 1) != 0 || Raw.has(grad, Flags.EXCLUSIVE);
  }

  /** Makes a gradient that came in one that user code may write into; it is not owned any more. */
  static Tensor lend(GraphTask task, NodeTask t, Tensor[] grads, int i) {
    Tensor grad = grads[i];
    boolean exclusive = grad != null && isExclusive(t, i, grad);
    t.owned = i < 63 ? t.owned & ~(1L << i) : t.owned;
    if (grad == null) {
      return null;
    }
    if (!exclusive) {
      grad = task.math.isolated(grad);
      grads[i] = grad;
    }
    return exclusive(grad);
  }

  /** Makes all gradients that came in such that user code may write into them. */
  static Tensor[] lend(GraphTask task, NodeTask t, Tensor[] grads) {
    for (int i = 0; i < grads.length; i++) {
      lend(task, t, grads, i);
    }
    return grads;
  }

  /** Marks a gradient that nobody else reaches. */
  static Tensor exclusive(Tensor grad) {
    Raw.flag(grad, Flags.OWNED, false);
    Raw.flag(grad, Flags.EXCLUSIVE, true);
    return grad;
  }

  /** Marks a gradient that others may reach; null is none. */
  static void shared(Tensor grad) {
    if (grad != null) {
      Raw.flag(grad, Flags.OWNED | Flags.EXCLUSIVE, false);
    }
  }

  /** Notes that the gradient of an input is kept by others from now on. */
  static void kept(NodeTask t, int i, Tensor grad) {
    if (i < 63) {
      t.owned &= ~(1L << i);
    }
    shared(grad);
  }

  /**
   * Returns the versions of gradients before user code reads them; -1 for those that it may write
   * into.
   */
  static int[] versions(NodeTask t, Tensor[] grads) {
    int[] versions = new int[grads.length];
    for (int i = 0; i < versions.length; i++) {
      versions[i] =
          grads[i] == null || isExclusive(t, i, grads[i]) ? -1 : Raw.storage(grads[i]).version();
    }
    return versions;
  }

  /** Same, of gradients none of which may be written into. */
  static int[] versions(Tensor[] grads) {
    int[] versions = new int[grads.length];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = grads[i] == null ? -1 : Raw.storage(grads[i]).version();
    }
    return versions;
  }

  /**
   * Checks that user code left gradients as they were.
   *
   * @param who the node whose backward it is, or a name
   * @throws InplaceModificationException if it wrote into one
   */
  static void check(Object who, Tensor[] grads, int[] versions) {
    for (int i = 0; i < versions.length; i++) {
      if (versions[i] >= 0 && Raw.storage(grads[i]).version() != versions[i]) {
        throw new InplaceModificationException(
            (who instanceof Node n ? n.name() : who)
                + ": changed gradient "
                + i
                + " that it was given in place, but other branches of the graph may use the same"
                + " memory. Use an operation that is not in place, or clone() the gradient first.");
      }
    }
  }
}
