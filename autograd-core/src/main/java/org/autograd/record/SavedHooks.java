package org.autograd.record;

import org.autograd.AutogradException;
import org.autograd.Scope;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;

/**
 * The saved-tensor hooks of a mode: a stack of which the top applies, unless a tracer runs or hooks
 * are forbidden.
 */
public final class SavedHooks {
  private static final Slot<SavedHooks> SLOT = new Slot<>("saved-tensor hooks");
  private static final SavedHooks NONE = new SavedHooks(null, null, false);

  private record Frame(SavedTensorHooks<?> hooks, Frame below) {}

  private final Frame top;
  private final String disabled;
  private final boolean tracing;

  private SavedHooks(Frame top, String disabled, boolean tracing) {
    this.top = top;
    this.disabled = disabled;
    this.tracing = tracing;
  }

  private static SavedHooks of(Mode mode) {
    SavedHooks hooks = mode.get(SLOT);
    return hooks == null ? NONE : hooks;
  }

  private static Mode with(Mode mode, Frame top, String disabled, boolean tracing) {
    boolean none = top == null && disabled == null && !tracing;
    return mode.with(SLOT, none ? null : new SavedHooks(top, disabled, tracing))
        .with(Bits.SAVED_HOOKS, top != null && !tracing);
  }

  /** Returns the hooks that apply; only where the bit says that there are any. */
  static SavedTensorHooks<?> top(ThreadState state) {
    return of(state.mode).top.hooks;
  }

  /**
   * Returns a mode with one more pair of hooks.
   *
   * @throws AutogradException with the message given when hooks were disabled, if they are
   */
  public static Mode pushed(Mode mode, SavedTensorHooks<?> hooks) {
    SavedHooks now = of(mode);
    if (now.disabled != null) {
      throw new AutogradException(now.disabled);
    }
    return with(mode, new Frame(hooks, now.top), null, now.tracing);
  }

  /**
   * Returns a mode without the innermost pair of hooks.
   *
   * @throws AutogradException if there are none
   */
  public static Mode popped(Mode mode) {
    SavedHooks now = of(mode);
    if (now.top == null) {
      throw new AutogradException("saved-tensor hooks: there is no pair to remove on this thread.");
    }
    return with(mode, now.top.below, now.disabled, now.tracing);
  }

  /**
   * Returns the innermost pair; null if there is none, or if a tracer runs and {@code
   * ignoreIsTracing} is false.
   */
  public static SavedTensorHooks<?> top(Mode mode, boolean ignoreIsTracing) {
    SavedHooks now = of(mode);
    return now.top == null || now.tracing && !ignoreIsTracing ? null : now.top.hooks;
  }

  /**
   * Returns a mode in which no hooks can be pushed.
   *
   * @param message what the attempt fails with; null allows hooks again
   * @throws AutogradException with the message if hooks are in force
   */
  public static Mode disabled(Mode mode, String message) {
    SavedHooks now = of(mode);
    if (message != null && now.top != null) {
      throw new AutogradException(message);
    }
    return with(mode, now.top, message, now.tracing);
  }

  /** Returns what pushing hooks fails with; null if it is allowed. */
  public static String disabledMessage(Mode mode) {
    return of(mode).disabled;
  }

  /** Tells whether hooks are suspended because a tracer runs. */
  public static boolean isTracing(Mode mode) {
    return of(mode).tracing;
  }

  /** Returns a mode in which hooks are suspended, or not. */
  public static Mode tracing(Mode mode, boolean tracing) {
    SavedHooks now = of(mode);
    return with(mode, now.top, now.disabled, tracing);
  }

  /** Puts a pair of hooks in force until the scope is closed. */
  public static Scope scope(SavedTensorHooks<?> hooks) {
    ThreadState state = ThreadState.current();
    Frame before = of(state.mode).top;
    state.mode = pushed(state.mode, hooks);
    return () -> {
      ThreadState now = ThreadState.current();
      SavedHooks found = of(now.mode);
      now.mode = with(now.mode, before, found.disabled, found.tracing);
    };
  }

  /** Forbids hooks until the scope is closed. */
  public static Scope disabledScope(String message) {
    ThreadState state = ThreadState.current();
    String before = of(state.mode).disabled;
    state.mode = disabled(state.mode, message);
    return () -> {
      ThreadState now = ThreadState.current();
      SavedHooks found = of(now.mode);
      now.mode = with(now.mode, found.top, before, found.tracing);
    };
  }
}
