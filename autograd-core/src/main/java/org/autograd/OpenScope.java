package org.autograd;

import java.lang.ref.Cleaner;
import org.autograd.mode.Anomaly;
import org.autograd.mode.ThreadState;

/**
 * A scope that is to be closed in the reverse order of opening. It counts the open ones of its
 * thread, and says once which one was closed while others that were opened in it were open. Under
 * anomaly detection, or with the system property {@code org.autograd.trackScopes}, it knows where
 * it was opened and reports that it was lost.
 */
final class OpenScope implements Scope {
  private static final boolean TRACKED = Boolean.getBoolean("org.autograd.trackScopes");

  private final String name;
  private final Scope restore;
  private final ThreadState opener;
  private final int depth;
  private final Opening opening;
  private boolean closed;

  private OpenScope(String name, Scope restore, ThreadState opener, Opening opening) {
    this.name = name;
    this.restore = restore;
    this.opener = opener;
    this.depth = ++opener.scopes;
    this.opening = opening;
  }

  /**
   * Counts a scope that has just been opened.
   *
   * @param name what opened it, for messages
   * @param restore puts back what was found
   */
  static Scope of(String name, Scope restore) {
    ThreadState state = ThreadState.current();
    if (!TRACKED && !Anomaly.isOn(state)) {
      return new OpenScope(name, restore, state, null);
    }
    Opening opening = new Opening(name, line());
    OpenScope scope = new OpenScope(name, restore, state, opening);
    Lost.CLEANER.register(scope, opening);
    return scope;
  }

  /** Closes the scope; closing it again does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (opening != null) {
      opening.closed = true;
    }
    ThreadState now = ThreadState.current();
    boolean elsewhere = now != opener;
    boolean othersOpen = opener.scopes > depth;
    opener.scopes = Math.min(opener.scopes, depth - 1);
    restore.close();
    if (elsewhere || othersOpen) {
      Warnings.warn(
          name
              + ": the scope"
              + (opening == null ? "" : " opened at " + opening.line)
              + (elsewhere
                  ? " was closed on another thread than it was opened on."
                  : " was closed while a scope that was opened in it was still open, or was never"
                      + " closed. Close scopes in the reverse order of opening, with"
                      + " try-with-resources; -Dorg.autograd.trackScopes=true finds lost ones."));
    }
  }

  private static String line() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .dropWhile(f -> isLibrary(f.getClassName()))
                .findFirst()
                .map(f -> f.toStackTraceElement().toString())
                .orElse("an unknown line"));
  }

  private static boolean isLibrary(String className) {
    return className.equals(OpenScope.class.getName())
        || className.equals(GradMode.class.getName())
        || className.equals(InferenceMode.class.getName())
        || className.equals(AnomalyMode.class.getName())
        || className.equals(SavedTensorScopes.class.getName())
        || className.equals(Graph.class.getName())
        || className.equals(Checkpoint.class.getName());
  }

  /** Where a scope was opened; says so if the scope becomes unreachable before it is closed. */
  private static final class Opening implements Runnable {
    private final String name;
    private final String line;
    private volatile boolean closed;

    Opening(String name, String line) {
      this.name = name;
      this.line = line;
    }

    @Override
    public void run() {
      if (!closed) {
        Warnings.warn(
            name
                + ": the scope opened at "
                + line
                + " was never closed, so that its mode stayed in force. Use try-with-resources or"
                + " the form that takes a block.");
      }
    }
  }

  /** Made when the first scope is tracked, as it has a thread. */
  private static final class Lost {
    private static final Cleaner CLEANER = Cleaner.create();
  }
}
