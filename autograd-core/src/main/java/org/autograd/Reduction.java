package org.autograd;

/** What a loss does with its elements. */
public enum Reduction {
  /** Keeps each element by itself. */
  NONE,
  /** Averages all elements. */
  MEAN,
  /** Adds all elements. */
  SUM
}
