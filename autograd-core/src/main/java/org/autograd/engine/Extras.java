package org.autograd.engine;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.autograd.Warnings;

/**
 * What user code leaves with a pass: warnings, callbacks, what hooks keep for it. Safe from any
 * thread.
 */
final class Extras {
  private final Queue<String> warnings = new ArrayDeque<>();
  private final Queue<Runnable> callbacks = new ArrayDeque<>();
  private final Map<Object, Object> hookStates = new IdentityHashMap<>();

  synchronized void warn(String message) {
    warnings.add(message);
  }

  private synchronized String nextWarning() {
    return warnings.poll();
  }

  /**
   * Hands the warnings to the handler, on the calling thread.
   *
   * @param finished whether the pass succeeded; if not, a warning that cannot be delivered must not
   *     hide the error that it failed with, and is printed
   */
  void deliverWarnings(boolean finished) {
    for (String w = nextWarning(); w != null; w = nextWarning()) {
      try {
        Warnings.warn(w);
      } catch (RuntimeException | Error e) {
        if (finished) {
          throw e;
        }
        System.err.println(w);
      }
    }
  }

  synchronized void addCallback(Runnable callback) {
    callbacks.add(callback);
  }

  synchronized Runnable nextCallback() {
    return callbacks.poll();
  }

  /** Returns what a hook keeps for the pass, made when it is first asked for. */
  @SuppressWarnings("unchecked")
  synchronized <T> T hookState(Object hook, Supplier<T> initial) {
    return (T) hookStates.computeIfAbsent(hook, key -> initial.get());
  }
}
