package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Supplier;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Like {@link GradMode#noGrad()}, and more so: tensors made in it are inference tensors, which have
 * no version counter and never take part in recorded operations that would have to save them. The
 * mode belongs to the thread.
 */
public final class InferenceMode {
  static {
    Raw.onFresh(t -> Raw.flag(t, Flags.INFERENCE, isEnabled()));
  }

  private InferenceMode() {}

  /** Tells whether the calling thread is in inference mode. */
  public static boolean isEnabled() {
    return ThreadState.current().mode.has(Bits.INFERENCE);
  }

  /** Enters inference mode until the scope is closed. */
  @MustBeClosed
  public static Scope enter() {
    return enter(true);
  }

  /**
   * Enters or leaves inference mode until the scope is closed, which restores the mode found at
   * this call.
   *
   * @param enabled false: inside an outer scope, normal mode with recording on
   */
  @MustBeClosed
  public static Scope enter(boolean enabled) {
    ThreadState state = ThreadState.current();
    int before = state.mode.bits;
    state.mode = state.mode.with(Bits.INFERENCE, enabled).with(Bits.GRAD, !enabled);
    return OpenScope.of(
        "InferenceMode.enter",
        () -> {
          ThreadState now = ThreadState.current();
          Mode mode = now.mode;
          now.mode =
              mode.with(Bits.INFERENCE, (before & Bits.INFERENCE) != 0)
                  .with(Bits.GRAD, (before & Bits.GRAD) != 0);
        });
  }

  /** Runs a block in inference mode and returns its result. */
  public static <T> T run(Supplier<T> block) {
    try (Scope scope = enter()) {
      return block.get();
    }
  }

  /** Runs a block in inference mode. */
  public static void run(Runnable block) {
    try (Scope scope = enter()) {
      block.run();
    }
  }
}
