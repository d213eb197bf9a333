package org.autograd.benchmarks;

import java.util.Optional;

/** A library, or a way to use one, that takes part in the suite. */
public interface Side {

  /**
   * Names the side in a table.
   *
   * @return a short name, unique among the sides
   */
  String name();

  /**
   * Says what is measured: version, native code, options.
   *
   * @return one line
   */
  String description();

  /**
   * Sets how many threads one kernel may use.
   *
   * @param threads at least 1
   */
  void useThreads(int threads);

  /**
   * Prepares a case.
   *
   * @param work what is to be done
   * @return the prepared work, or empty where the side has no such work
   */
  Optional<Task> prepare(Case work);
}
