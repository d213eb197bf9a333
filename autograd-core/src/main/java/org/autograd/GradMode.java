package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Supplier;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;

/**
 * Whether operations are recorded for reverse mode. The mode belongs to the thread; it starts
 * switched on.
 *
 * <pre>{@code
 * try (var scope = GradMode.noGrad()) {
 *   weight.sub_(weight.grad().mul(0.01));
 * }
 * }</pre>
 */
public final class GradMode {
  private GradMode() {}

  /** Tells whether the calling thread records operations. */
  public static boolean isEnabled() {
    return ThreadState.current().mode.has(Bits.GRAD);
  }

  /** Switches recording off until the scope is closed. */
  @MustBeClosed
  public static Scope noGrad() {
    return OpenScope.of("GradMode.noGrad", setGradEnabled(false));
  }

  /** Runs a block without recording and returns its result. */
  public static <T> T noGrad(Supplier<T> block) {
    return setGradEnabled(false, block);
  }

  /** Runs a block without recording. */
  public static void noGrad(Runnable block) {
    setGradEnabled(false, block);
  }

  /** Switches recording on until the scope is closed. */
  @MustBeClosed
  public static Scope enableGrad() {
    return OpenScope.of("GradMode.enableGrad", setGradEnabled(true));
  }

  /** Runs a block with recording on and returns its result. */
  public static <T> T enableGrad(Supplier<T> block) {
    return setGradEnabled(true, block);
  }

  /** Runs a block with recording on. */
  public static void enableGrad(Runnable block) {
    setGradEnabled(true, block);
  }

  /**
   * Switches recording on or off, at once.
   *
   * @return restores the mode found at this call; it need not be closed if the switch is to stay,
   *     else in the reverse order of opening, see {@link Scope}
   */
  public static Scope setGradEnabled(boolean enabled) {
    ThreadState state = ThreadState.current();
    boolean before = state.mode.has(Bits.GRAD);
    state.mode = state.mode.with(Bits.GRAD, enabled);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = now.mode.with(Bits.GRAD, before);
    };
  }

  /** Runs a block with recording on or off and returns its result. */
  public static <T> T setGradEnabled(boolean enabled, Supplier<T> block) {
    try (Scope scope = setGradEnabled(enabled)) {
      return block.get();
    }
  }

  /** Runs a block with recording on or off. */
  public static void setGradEnabled(boolean enabled, Runnable block) {
    try (Scope scope = setGradEnabled(enabled)) {
      block.run();
    }
  }
}
