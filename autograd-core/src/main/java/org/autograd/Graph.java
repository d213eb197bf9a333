package org.autograd;

import java.util.List;
import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;
import org.autograd.tensor.Raw;

/** Looks into the graph and into the pass that is running. */
public final class Graph {
  private Graph() {}

  /**
   * Tells whether the pass that the calling thread works for keeps the graph; true outside of a
   * pass.
   */
  public static boolean currentGraphTaskKeepGraph() {
    GraphTask task = Engine.current();
    return task == null || task.keepsGraph();
  }

  /**
   * Returns a number for the pass that the calling thread works for, different for each pass; -1
   * outside of one.
   */
  public static long currentGraphTaskId() {
    GraphTask task = Engine.current();
    return task == null ? -1 : task.id();
  }

  /**
   * Counts an in-place change of tensors that the library could not see, so that values saved
   * before are known to be stale.
   *
   * @throws AutogradException for a tensor made in inference mode
   */
  public static void incrementVersion(Tensor... tensors) {
    for (Tensor t : tensors) {
      t.version();
    }
    for (Tensor t : tensors) {
      Raw.storage(t).bump("incrementVersion");
    }
  }

  /**
   * Hides the in-place changes made to tensors until the scope is closed from the checks of saved
   * values. Gradients are silently wrong if a hidden change matters.
   */
  public static Scope unsafePreserveVersionCounter(Tensor... tensors) {
    int[] versions = new int[tensors.length];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = tensors[i].version();
    }
    return () -> LowLevel.unsafeSetVersionCounter(List.of(tensors), versions);
  }

  /**
   * Adds a function to run once after the current pass has stored its gradients. It may add
   * another.
   *
   * @throws AutogradException outside of a pass
   */
  public static void queueCallback(Runnable callback) {
    GraphTask task = Engine.current();
    if (task == null) {
      throw new AutogradException(
          "queueCallback: there is no backward pass running on this thread.");
    }
    task.queueCallback(callback);
  }
}
