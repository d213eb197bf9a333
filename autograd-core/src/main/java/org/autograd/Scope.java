package org.autograd;

/**
 * Something in force until it is closed, for try-with-resources. Close it on the thread that opened
 * it.
 *
 * <p>Scopes must be closed in the reverse order of their opening, which is what try-with-resources
 * does. Each puts back what it found when it was opened; closed in another order they leave the
 * thread, without an error, in a mode that belongs to none of those still open, or to one that is
 * closed.
 */
@FunctionalInterface
public interface Scope extends AutoCloseable {
  /** Ends the scope and restores what was in force before. */
  @Override
  void close();
}
