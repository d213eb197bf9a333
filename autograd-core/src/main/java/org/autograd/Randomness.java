package org.autograd;

/**
 * What random operators, and factories such as {@link Tensor#rand(long...)}, draw for the elements
 * of a batch inside {@link Vmap}.
 */
public enum Randomness {
  /** They are refused. */
  ERROR,
  /** Other numbers for each element. */
  DIFFERENT,
  /** The same numbers for each element; in chunks too, if they come from the default generator. */
  SAME
}
