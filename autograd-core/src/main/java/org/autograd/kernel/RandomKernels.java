package org.autograd.kernel;

import org.autograd.Tensor;

/**
 * Random numbers. Results are row-major. The numbers follow from a seed and the number of the first
 * block of random bits alone, with the bits of a block as in {@link
 * org.autograd.kernel.cpu.Philox}; each method tells how many blocks it uses.
 */
public interface RandomKernels {
  /**
   * Fills a floating point tensor evenly from [from, to). Uses a block for four float32 or two
   * float64 elements.
   */
  void uniform(Tensor out, double from, double to, long seed, long block);

  /** Fills a floating point tensor normally distributed; blocks as {@link #uniform}. */
  void normal(Tensor out, double mean, double std, long seed, long block);

  /** Fills with 1 with probability p, else 0. Uses a block for four elements of any dtype. */
  void bernoulli(Tensor out, double p, long seed, long block);

  /**
   * Fills with 1 with the probabilities in {@code p}, else 0. Uses a block for four elements.
   *
   * @param p row-major float64 tensor of the same shape
   */
  void bernoulli(Tensor out, Tensor p, long seed, long block);

  /** Fills an int64 tensor evenly from [low, high). Uses a block for two elements. */
  void integers(Tensor out, long low, long high, long seed, long block);

  /** Fills an int64 vector with a permutation of its positions. Uses a block for two elements. */
  void permutation(Tensor out, long seed, long block);
}
