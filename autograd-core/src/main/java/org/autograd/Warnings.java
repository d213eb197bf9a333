package org.autograd;

import java.util.Objects;
import java.util.function.Consumer;
import org.autograd.engine.Engine;
import org.autograd.engine.GraphTask;

/** The one place that every warning of the library passes through. */
public final class Warnings {
  private static final System.Logger LOG = System.getLogger("org.autograd");
  private static final Consumer<String> DEFAULT = m -> LOG.log(System.Logger.Level.WARNING, m);
  private static volatile Consumer<String> handler = DEFAULT;

  private Warnings() {}

  /**
   * Sets what happens with warnings from now on, in all threads.
   *
   * @param handler takes each message; {@code null} restores the default, the system logger {@code
   *     org.autograd}
   */
  public static void handler(Consumer<String> handler) {
    Warnings.handler = Objects.requireNonNullElse(handler, DEFAULT);
  }

  /** Returns what handles warnings now. */
  public static Consumer<String> handler() {
    return handler;
  }

  /**
   * Delivers one warning to the handler; inside a backward pass, after it and on the thread that
   * started it.
   */
  public static void warn(String message) {
    GraphTask pass = Engine.current();
    if (pass != null) {
      pass.warn(message);
    } else {
      handler.accept(message);
    }
  }
}
