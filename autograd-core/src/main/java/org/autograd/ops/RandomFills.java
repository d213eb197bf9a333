package org.autograd.ops;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.kernel.RandomKernels;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Fills tensors with random numbers, in the row-major order of their elements whatever their
 * strides. Without a state, the one in force is used.
 */
public final class RandomFills {
  /** A kernel call once the blocks are known. */
  private interface Draw {
    void into(RandomKernels kernels, Tensor out, long seed, long block);
  }

  private RandomFills() {}

  /** Fills evenly from [from, to) with the state in force. */
  public static void uniform(Tensor self, double from, double to) {
    uniform(self, from, to, RandomState.inForce());
  }

  /**
   * Fills evenly from [from, to).
   *
   * @throws AutogradException if the dtype is not a floating point one
   * @throws IllegalArgumentException if from is larger than to or the range is not finite
   */
  public static void uniform(Tensor self, double from, double to, RandomState state) {
    requireFloating("uniform_", self);
    if (!(from <= to) || !Double.isFinite(to - from)) {
      throw new IllegalArgumentException(
          "uniform_: needs a finite range with from <= to, got from " + from + ", to " + to);
    }
    draw(self, state, blocks(self), (k, out, seed, block) -> k.uniform(out, from, to, seed, block));
  }

  /** Fills normally distributed with the state in force. */
  public static void normal(Tensor self, double mean, double std) {
    normal(self, mean, std, RandomState.inForce());
  }

  /**
   * Fills normally distributed.
   *
   * @throws AutogradException if the dtype is not a floating point one
   * @throws IllegalArgumentException if the standard deviation is negative or not a number
   */
  public static void normal(Tensor self, double mean, double std, RandomState state) {
    requireFloating("normal_", self);
    if (!(std >= 0)) {
      throw new IllegalArgumentException("normal_: std must not be negative, got " + std);
    }
    draw(self, state, blocks(self), (k, out, seed, block) -> k.normal(out, mean, std, seed, block));
  }

  /**
   * Fills with 1 with probability p, else 0, with the state in force; any dtype.
   *
   * @throws IllegalArgumentException if p is not within [0, 1]
   */
  public static void bernoulli(Tensor self, double p) {
    requireProbability(p);
    draw(
        self,
        RandomState.inForce(),
        blocks(4, self),
        (k, out, seed, block) -> k.bernoulli(out, p, seed, block));
  }

  /**
   * Fills with 1 with the probabilities in {@code p}, else 0, with the state in force; any dtype.
   *
   * @param p floating point, broadcast to this shape
   * @throws AutogradException if the probabilities are not floating point or do not broadcast
   * @throws IllegalArgumentException if one is not within [0, 1]
   */
  public static void bernoulli(Tensor self, Tensor p) {
    requireFloating("bernoulli_", p);
    Layout spread = Views.expand(Raw.layout(p), Raw.layout(self).sizes());
    Tensor wide = Raw.alias(Raw.storage(p), spread, Raw.dtype(p));
    Tensor dense = Overlap.readFirst(self, Copies.contiguous(Types.cast(wide, DType.FLOAT64)));
    if (Raw.storage(dense) instanceof HeapStorage h) {
      double[] values = (double[]) h.array;
      int first = (int) Raw.layout(dense).offset();
      for (int i = 0; i < Raw.layout(dense).numel(); i++) {
        requireProbability(values[first + i]);
      }
    }
    draw(
        self,
        RandomState.inForce(),
        blocks(4, self),
        (k, out, seed, block) -> k.bernoulli(out, dense, seed, block));
  }

  /**
   * Fills an int64 tensor evenly from [low, high).
   *
   * @throws IllegalArgumentException if there is no number in the range
   */
  public static void integers(Tensor self, long low, long high, RandomState state) {
    if (low >= high) {
      throw new IllegalArgumentException(
          "randint: low must be less than high, got low " + low + ", high " + high);
    }
    draw(
        self,
        state,
        blocks(2, self),
        (k, out, seed, block) -> k.integers(out, low, high, seed, block));
  }

  /** Fills an int64 vector with a permutation of its positions. */
  public static void permutation(Tensor self, RandomState state) {
    draw(self, state, blocks(2, self), RandomKernels::permutation);
  }

  private static void draw(Tensor self, RandomState state, long blocks, Draw draw) {
    RandomState.Position at = state.take(blocks);
    boolean direct = Raw.layout(self).isContiguous();
    Tensor out =
        direct
            ? self
            : Alloc.empty(
                Layout.contiguous(Raw.layout(self).sizes()),
                Raw.dtype(self),
                Raw.storage(self).device());
    draw.into(Backends.kernels(self), out, at.seed(), at.block());
    if (!direct) {
      Copies.copyInto(self, out);
    }
  }

  private static long blocks(Tensor self) {
    return blocks(Raw.dtype(self) == DType.FLOAT64 ? 2 : 4, self);
  }

  private static long blocks(int perBlock, Tensor self) {
    return (Raw.layout(self).numel() + perBlock - 1) / perBlock;
  }

  private static void requireFloating(String op, Tensor t) {
    if (!Raw.dtype(t).isFloating()) {
      throw new AutogradException(
          op
              + ": needs a floating point tensor, not "
              + Raw.dtype(t)
              + ". Convert with to(FLOAT32).");
    }
  }

  private static void requireProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "bernoulli_: probabilities must lie within [0, 1], got " + p);
    }
  }
}
