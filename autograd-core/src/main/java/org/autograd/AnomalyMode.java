package org.autograd;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Supplier;
import org.autograd.mode.Anomaly;
import org.autograd.mode.ThreadState;

/**
 * Finds out where gradients go wrong. While it is on, every node remembers the forward call that
 * made it, every error inside a node of a pass is accompanied by a warning with that call's stack,
 * and NaN in a node's results is an error that names the node and describes what went into it. It
 * makes everything slower.
 *
 * <pre>{@code
 * try (var scope = AnomalyMode.detectAnomaly()) {
 *   Tensor loss = model.apply(x);
 *   loss.backward();
 * }
 * }</pre>
 *
 * <p>{@code detectAnomaly} belongs to the calling thread; passes take it along to the threads that
 * work for them. {@code setDetectAnomaly} is a switch for the whole process.
 */
public final class AnomalyMode {
  private AnomalyMode() {}

  /** Tells whether detection is on for the calling thread. */
  public static boolean isEnabled() {
    return inForce().enabled();
  }

  /** Tells whether NaN is checked for when detection is on. */
  public static boolean isCheckNanEnabled() {
    return inForce().checkNan();
  }

  /** Tells whether infinite values are checked for when detection is on. */
  public static boolean isCheckInfEnabled() {
    return inForce().checkInf();
  }

  private static Anomaly inForce() {
    return Anomaly.inForce(ThreadState.current());
  }

  /**
   * Switches detection on for the calling thread until the scope is closed; NaN is an error. Warns
   * that it is slow.
   */
  @MustBeClosed
  public static Scope detectAnomaly() {
    return detectAnomaly(AnomalyOptions.DEFAULT);
  }

  /**
   * Switches detection on for the calling thread until the scope is closed. Warns that it is slow.
   */
  @MustBeClosed
  public static Scope detectAnomaly(boolean checkNan) {
    return detectAnomaly(AnomalyOptions.DEFAULT.withCheckNan(checkNan));
  }

  /**
   * Switches detection on for the calling thread until the scope is closed. Warns that it is slow.
   */
  @MustBeClosed
  public static Scope detectAnomaly(AnomalyOptions options) {
    Warnings.warn(
        "Anomaly detection has been enabled. It makes forward and backward slower; use it to find"
            + " errors only.");
    ThreadState state = ThreadState.current();
    Anomaly before = Anomaly.scope(state);
    state.mode = Anomaly.with(state.mode, settings(true, options));
    return OpenScope.of("AnomalyMode.detectAnomaly", () -> restore(before));
  }

  /** Runs a block with detection on for the calling thread; NaN is an error. */
  public static void detectAnomaly(Runnable block) {
    detectAnomaly(AnomalyOptions.DEFAULT, block);
  }

  /**
   * Runs a block with detection on for the calling thread and returns its result; NaN is an error.
   */
  public static <T> T detectAnomaly(Supplier<T> block) {
    return detectAnomaly(AnomalyOptions.DEFAULT, block);
  }

  /** Runs a block with detection on for the calling thread. */
  public static void detectAnomaly(AnomalyOptions options, Runnable block) {
    try (Scope scope = detectAnomaly(options)) {
      block.run();
    }
  }

  /** Runs a block with detection on for the calling thread and returns its result. */
  public static <T> T detectAnomaly(AnomalyOptions options, Supplier<T> block) {
    try (Scope scope = detectAnomaly(options)) {
      return block.get();
    }
  }

  /** Same as {@link #setDetectAnomaly(boolean, AnomalyOptions)} with NaN being an error. */
  public static Scope setDetectAnomaly(boolean mode) {
    return setDetectAnomaly(mode, AnomalyOptions.DEFAULT);
  }

  /**
   * Switches detection on or off in the whole process, at once. On the calling thread it also goes
   * before a {@link #detectAnomaly()} that is in force; scopes that other threads have opened stay
   * in force there.
   *
   * @return restores what was in force at this call; it need not be closed if the switch is to stay
   */
  public static Scope setDetectAnomaly(boolean mode, AnomalyOptions options) {
    ThreadState state = ThreadState.current();
    Anomaly scope = Anomaly.scope(state);
    Anomaly before = Anomaly.everywhere();
    state.mode = Anomaly.with(state.mode, null);
    Anomaly.everywhere(settings(mode, options));
    return () -> {
      Anomaly.everywhere(before);
      restore(scope);
    };
  }

  private static Anomaly settings(boolean enabled, AnomalyOptions options) {
    return new Anomaly(enabled, options.checkNan(), options.checkInf());
  }

  private static void restore(Anomaly scope) {
    ThreadState now = ThreadState.current();
    now.mode = Anomaly.with(now.mode, scope);
  }
}
