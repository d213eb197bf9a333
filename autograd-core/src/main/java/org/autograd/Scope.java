package org.autograd;

/**
 * Something in force until it is closed, for try-with-resources. Close it on the thread that opened
 * it.
 */
@FunctionalInterface
public interface Scope extends AutoCloseable {
  /** Ends the scope and restores what was in force before. */
  @Override
  void close();
}
