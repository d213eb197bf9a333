package org.autograd.benchmarks;

/** A {@link Case} with its inputs in place, ready to be run many times by one thread. */
public interface Task extends AutoCloseable {

  /** Does the work once. */
  void run();

  /**
   * Does the work once from its initial state, to show that all sides compute the same. Called at
   * most once, before the first {@link #run()}.
   *
   * @return {@link Inputs#checksum(float[])} of what was computed
   */
  double probe();

  /** Lets go of memory that the garbage collector does not own. */
  @Override
  default void close() {}
}
