package org.autograd;

/**
 * Something in force until it is closed, for try-with-resources. Close it on the thread that opened
 * it.
 *
 * <p>Scopes must be closed in the reverse order of their opening, which is what try-with-resources
 * does. Each puts back what it found when it was opened; closed in another order they leave the
 * thread in a mode that belongs to none of those still open, or to one that is closed, and {@link
 * Warnings} say so once. Under {@link AnomalyMode}, or with {@code
 * -Dorg.autograd.trackScopes=true}, a scope that is lost without being closed is reported with the
 * line that opened it. Switches that may stay, such as {@link GradMode#setGradEnabled(boolean)}, do
 * not count.
 */
@FunctionalInterface
public interface Scope extends AutoCloseable {
  /** Ends the scope and restores what was in force before. */
  @Override
  void close();
}
