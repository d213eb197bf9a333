package org.autograd.engine;

/** Decides on which threads, and in which order among ready nodes, a pass runs. */
public interface BackwardScheduler {
  /**
   * Tells whether nodes may run on several threads at once, so that tasks must be prepared for it.
   */
  boolean parallel();

  /**
   * Runs a prepared task until every node has run, and returns; throws what the first failing node
   * threw. No node may be running any more when it returns or throws.
   */
  void run(GraphTask task);
}
