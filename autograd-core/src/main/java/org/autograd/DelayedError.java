package org.autograd;

import org.autograd.batch.Physical;
import org.autograd.graph.Edge;
import org.autograd.graph.Node;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;

/** The history of gradients that must not be differentiated: fails when a pass reaches it. */
final class DelayedError extends Node {
  private final String function;

  private DelayedError(ThreadState state, Edge[] edges, String function) {
    super(state, edges);
    this.function = function;
  }

  /**
   * Returns aliases of unrecorded gradients that require grad and lead to the given edges, by way
   * of the error.
   */
  static Tensor[] guard(Tensor[] grads, Edge[] edges, String function) {
    DelayedError node = new DelayedError(ThreadState.current(), edges, function);
    Tensor[] guarded = new Tensor[grads.length];
    // Histories belong to values, so it is theirs that are guarded.
    Tensor[] values = new Tensor[grads.length];
    for (int i = 0; i < grads.length; i++) {
      if (grads[i] != null && grads[i].dtype().isDifferentiable()) {
        values[i] = Physical.value(grads[i]).detach();
        guarded[i] = Physical.wrapping(grads[i]).apply(values[i]);
      } else {
        guarded[i] = grads[i];
      }
    }
    Record.history(node, values);
    return guarded;
  }

  @Override
  public Tensor[] apply(Tensor[] grads, long needed) {
    throw new AutogradException(
        function
            + ": trying to differentiate twice a function whose backward is marked"
            + " OnceDifferentiable. Write its backward with recorded operators and remove the"
            + " mark.");
  }
}
