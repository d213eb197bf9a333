package org.autograd.tensor;

/** What is kept for a tensor that remembers in which level of batches it was made. */
public interface Made {
  /** Returns that level; null if it was made in none. */
  Object in();
}
