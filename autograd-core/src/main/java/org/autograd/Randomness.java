package org.autograd;

/** What random operators draw for the elements of a batch inside {@link Vmap}. */
public enum Randomness {
  /** They are refused. */
  ERROR,
  /** Other numbers for each element. */
  DIFFERENT,
  /** The same numbers for each element. */
  SAME
}
