package org.autograd.benchmarks;

import java.util.List;
import org.autograd.BackwardOptions;
import org.autograd.Tensor;
import org.autograd.engine.BackwardScheduler;
import org.autograd.engine.Engine;
import org.autograd.engine.Requests;

/** A way to run backward in this library. */
public interface Pass {

  /**
   * Differentiates a one-element tensor and accumulates into the leaves.
   *
   * @param loss what is differentiated
   * @param retain whether the graph is kept
   */
  void backward(Tensor loss, boolean retain);

  /**
   * As users call it: on the calling thread.
   *
   * @return the pass
   */
  static Pass onCallingThread() {
    BackwardOptions retaining = BackwardOptions.DEFAULT.withRetainGraph(true);
    return (loss, retain) -> loss.backward(retain ? retaining : BackwardOptions.DEFAULT);
  }

  /**
   * A blocking pass under a scheduler, whichever one is in force.
   *
   * @param scheduler runs the nodes
   * @return the pass
   */
  static Pass under(BackwardScheduler scheduler) {
    BackwardOptions retaining = BackwardOptions.DEFAULT.withRetainGraph(true);
    return (loss, retain) -> {
      BackwardOptions options = retain ? retaining : BackwardOptions.DEFAULT;
      Engine.execute(
          Requests.backward(List.of(loss), null, options, scheduler.parallel()), scheduler);
    };
  }
}
