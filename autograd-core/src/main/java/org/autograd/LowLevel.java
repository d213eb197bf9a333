package org.autograd;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.autograd.graph.Meta;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.ThreadState;
import org.autograd.record.SavedHooks;
import org.autograd.tensor.Raw;

/** What lies below the public API, for those who build on it: easy to misuse, and checked less. */
public final class LowLevel {
  private LowLevel() {}

  /**
   * Returns how a view came to be.
   *
   * @throws AutogradException if the tensor is not a view
   */
  public static CreationMeta creationMeta(Tensor view) {
    return info("creationMeta", view).creation();
  }

  /**
   * Sets how a view came to be.
   *
   * @throws AutogradException if the tensor is not a view
   */
  public static void setCreationMeta(Tensor view, CreationMeta meta) {
    info("setCreationMeta", view).creation(meta);
  }

  private static ViewInfo info(String op, Tensor t) {
    Meta meta = Meta.ifPresent(t);
    if (meta == null || meta.view() == null) {
      throw new AutogradException(op + ": the tensor is not a view.");
    }
    return meta.view();
  }

  /**
   * Sets version counters, which hides or feigns in-place changes.
   *
   * @throws AutogradException for a tensor made in inference mode
   * @throws IllegalArgumentException if the numbers of tensors and versions differ or a version is
   *     negative
   */
  public static void unsafeSetVersionCounter(List<Tensor> tensors, int... versions) {
    if (tensors.size() != versions.length) {
      throw new IllegalArgumentException(
          "unsafeSetVersionCounter: got "
              + tensors.size()
              + " tensors but "
              + versions.length
              + " versions.");
    }
    for (int i = 0; i < versions.length; i++) {
      if (versions[i] < 0) {
        throw new IllegalArgumentException(
            "unsafeSetVersionCounter: version " + i + " is negative: " + versions[i] + ".");
      }
      tensors.get(i).version();
      BatchedTensors.refuse(
          "unsafeSetVersionCounter", tensors.get(i), "Set the version of the whole tensor.");
    }
    for (int i = 0; i < versions.length; i++) {
      Raw.storage(tensors.get(i)).version(versions[i]);
    }
  }

  /**
   * Puts a pair of saved-tensor hooks on the thread's stack; {@code Graph.savedTensorsHooks} takes
   * it off by itself.
   *
   * @throws AutogradException if hooks are disabled, with the message of that
   */
  public static void pushSavedTensorsHooks(SavedTensorHooks<?> hooks) {
    ThreadState state = ThreadState.current();
    state.mode = SavedHooks.pushed(state.mode, hooks);
  }

  /**
   * Takes the innermost pair off the thread's stack of saved-tensor hooks.
   *
   * @throws AutogradException if there is none
   */
  public static void popSavedTensorsHooks() {
    ThreadState state = ThreadState.current();
    state.mode = SavedHooks.popped(state.mode);
  }

  /**
   * Returns the innermost pair of saved-tensor hooks.
   *
   * @param ignoreIsTracing whether to return it also while hooks are suspended, see {@link
   *     #setSavedTensorsHooksTracing}
   */
  public static Optional<SavedTensorHooks<?>> topSavedTensorsHooks(boolean ignoreIsTracing) {
    return Optional.ofNullable(SavedHooks.top(ThreadState.current().mode, ignoreIsTracing));
  }

  /**
   * Forbids saved-tensor hooks on this thread.
   *
   * @param message what pushing hooks fails with
   * @throws AutogradException with the message if hooks are in force
   */
  public static void disableSavedTensorsHooks(String message) {
    ThreadState state = ThreadState.current();
    state.mode = SavedHooks.disabled(state.mode, Objects.requireNonNull(message, "message"));
  }

  /** Allows saved-tensor hooks on this thread. */
  public static void enableSavedTensorsHooks() {
    ThreadState state = ThreadState.current();
    state.mode = SavedHooks.disabled(state.mode, null);
  }

  /** Tells whether saved-tensor hooks are allowed on this thread. */
  public static boolean isSavedTensorsHooksEnabled() {
    return SavedHooks.disabledMessage(ThreadState.current().mode) == null;
  }

  /** Returns what pushing saved-tensor hooks fails with; empty if they are allowed. */
  public static Optional<String> savedTensorsHooksDisabledMessage() {
    return Optional.ofNullable(SavedHooks.disabledMessage(ThreadState.current().mode));
  }

  /**
   * Suspends saved-tensor hooks on this thread, as a tracer does that must not see what they do, or
   * ends that.
   *
   * @return whether they were suspended before
   */
  public static boolean setSavedTensorsHooksTracing(boolean tracing) {
    ThreadState state = ThreadState.current();
    boolean before = SavedHooks.isTracing(state.mode);
    state.mode = SavedHooks.tracing(state.mode, tracing);
    return before;
  }
}
