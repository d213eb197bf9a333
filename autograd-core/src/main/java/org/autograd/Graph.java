package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.autograd.batch.Physical;
import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.record.Change;
import org.autograd.tensor.Raw;

/** Looks into the graph and into the pass that is running. */
public final class Graph extends SavedTensorScopes {
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
   * Returns where the gradient of a tensor goes, which can stand for the tensor in {@code backward}
   * and {@code grad}.
   *
   * @throws AutogradException if the tensor does not require grad, is a view of a leaf that was
   *     made without being recorded, or stands for one element of a batch inside of {@link Vmap}
   */
  public static GradientEdge getGradientEdge(Tensor tensor) {
    BatchedTensors.refuse(
        "getGradientEdge", tensor, "Its gradient goes where that of the whole tensor does.");
    Edge edge = Meta.gradientEdge(tensor);
    if (edge == null) {
      throw new AutogradException(
          "getGradientEdge: the tensor "
              + (Raw.requiresGrad(tensor)
                  ? "is a view of a leaf that was made without being recorded"
                  : "does not require grad")
              + ", so its gradient goes nowhere.");
    }
    return new GradientEdge(edge.node(), edge.inputNr());
  }

  /**
   * Same as {@link #registerMultiGradHook(List, MultiGradMode, Consumer)} with the mode {@link
   * MultiGradMode#ALL}.
   */
  public static HookHandle registerMultiGradHook(
      List<Tensor> tensors, Consumer<? super List<Tensor>> hook) {
    return registerMultiGradHook(tensors, MultiGradMode.ALL, hook);
  }

  /**
   * Adds a hook on several tensors, called at most once in each pass, and in none that computes no
   * gradient of theirs. It sees what hooks on the tensors that were registered before made of the
   * gradients. If a tensor is changed in place later, the hook stays with the old value.
   *
   * @param tensors in mode {@code ALL}, all must require grad
   * @param mode when the hook is called, and with what
   * @return removes the hook from all tensors
   * @throws AutogradException if, in mode {@code ALL}, a tensor does not require grad
   */
  public static <G> HookHandle registerMultiGradHook(
      List<Tensor> tensors, MultiGradMode<G> mode, Consumer<? super G> hook) {
    return mode.register(List.copyOf(tensors), Objects.requireNonNull(hook, "hook"));
  }

  /**
   * Counts an in-place change of tensors that the library could not see, so that values saved
   * before are known to be stale. Nothing is counted for a tensor made in inference mode, which is
   * never saved.
   */
  public static void incrementVersion(Tensor... tensors) {
    for (Tensor t : tensors) {
      Raw.storage(Physical.value(t)).bump(Change.by("incrementVersion"));
    }
  }

  /**
   * Hides the in-place changes made to tensors until the scope is closed from the checks of saved
   * values. Gradients are silently wrong if a hidden change matters.
   */
  @MustBeClosed
  public static Scope unsafePreserveVersionCounter(Tensor... tensors) {
    int[] versions = new int[tensors.length];
    List<Tensor> values = Arrays.stream(tensors).map(Physical::value).toList();
    for (int i = 0; i < versions.length; i++) {
      versions[i] = values.get(i).version();
    }
    return OpenScope.of(
        "Graph.unsafePreserveVersionCounter",
        () -> LowLevel.unsafeSetVersionCounter(values, versions));
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

  /** Returns what shows the graph behind some tensors, as text, picture or table. */
  public static GraphExplorer explore(Tensor... tensors) {
    return GraphExplorer.of(tensors);
  }

  /** Returns the graph behind a tensor in the DOT language; see {@link GraphExplorer#dot()}. */
  public static String dot(Tensor tensor) {
    return GraphExplorer.of(tensor).dot();
  }
}
