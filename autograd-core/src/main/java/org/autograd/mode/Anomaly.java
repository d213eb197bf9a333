package org.autograd.mode;

/**
 * The settings of anomaly detection. A thread's scope, which travels with its mode, goes before the
 * switch for the whole process.
 *
 * @param enabled whether nodes remember where they were made and errors in them are reported with
 *     it
 * @param checkNan whether NaN in a node's results is an error
 * @param checkInf whether an infinite value in a node's results is an error
 */
public record Anomaly(boolean enabled, boolean checkNan, boolean checkInf) {
  /** What is in force where nothing was set. */
  public static final Anomaly OFF = new Anomaly(false, true, false);

  /** What switching it on for a scope warns of. */
  public static final String SLOW =
      "Anomaly detection has been enabled. It makes forward and backward slower; use it to find errors only.";

  private static final Slot<Anomaly> SCOPE = new Slot<>("anomaly");

  private static volatile Anomaly everywhere = OFF;

  /**
   * Whether detection was ever switched on, in any way: one test is all it costs where it never
   * was.
   */
  private static volatile boolean used;

  /** Tells whether detection is on for a thread. */
  public static boolean isOn(ThreadState state) {
    return used && inForce(state).enabled;
  }

  /**
   * Tells whether detection is on for the calling thread; does not ask for the thread unless it was
   * ever used.
   */
  public static boolean isOn() {
    return used && isOn(ThreadState.current());
  }

  /** Returns the settings in force for a thread. */
  public static Anomaly inForce(ThreadState state) {
    Anomaly scope = state.mode.get(SCOPE);
    return scope != null ? scope : everywhere;
  }

  /** Returns the thread's own settings, or null. */
  public static Anomaly scope(ThreadState state) {
    return state.mode.get(SCOPE);
  }

  /** Returns the settings for the process. */
  public static Anomaly everywhere() {
    return everywhere;
  }

  /** Returns a mode with settings of its own; null for those of the process. */
  public static Mode with(Mode mode, Anomaly scope) {
    used |= scope != null && scope.enabled;
    return mode.with(SCOPE, scope);
  }

  /** Sets the settings for the process. */
  public static synchronized void everywhere(Anomaly settings) {
    used |= settings.enabled;
    everywhere = settings;
  }
}
