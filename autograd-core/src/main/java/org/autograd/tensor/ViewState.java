package org.autograd.tensor;

import org.autograd.Tensor;
import org.autograd.graph.Edge;

/** What a view asks about its base. Implemented by what the graph package keeps for a tensor. */
public interface ViewState {
  /** Tells whether the base of the view requires grad. */
  boolean baseRequiresGrad();

  /** Tells whether the base of the view has flags of {@link Flags#LAYERED}. */
  boolean baseIsLayered();

  /** Returns the view's edge, made anew if its memory was changed through another tensor. */
  Edge viewEdge(Tensor view);

  /** Same, but the last edge of a view that was made so that it cannot get a new one. */
  Edge shownEdge(Tensor view);
}
