package org.autograd;

/** What registering a hook returns: removes the hook again. */
@FunctionalInterface
public interface HookHandle extends AutoCloseable {
  /**
   * Removes the hook. Calling it again does nothing; calling it during a pass takes effect for the
   * next pass at the latest.
   */
  void remove();

  /** Same as {@link #remove()}. */
  @Override
  default void close() {
    remove();
  }
}
