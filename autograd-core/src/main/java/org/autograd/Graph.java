package org.autograd;

import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;

/** Looks into the graph and into the pass that is running. */
public final class Graph {
  private Graph() {}

  /** Tells whether the pass that the calling thread works for keeps the graph; true outside of a pass. */
  public static boolean currentGraphTaskKeepGraph() {
    GraphTask task = Engine.current();
    return task == null || task.keepsGraph();
  }

  /** Returns a number for the pass that the calling thread works for, different for each pass; -1 outside of one. */
  public static long currentGraphTaskId() {
    GraphTask task = Engine.current();
    return task == null ? -1 : task.id();
  }

  /**
   * Adds a function to run once after the current pass has stored its gradients. It may add another.
   *
   * @throws AutogradException outside of a pass
   */
  public static void queueCallback(Runnable callback) {
    GraphTask task = Engine.current();
    if (task == null) {
      throw new AutogradException("queueCallback: there is no backward pass running on this thread.");
    }
    task.queueCallback(callback);
  }
}
