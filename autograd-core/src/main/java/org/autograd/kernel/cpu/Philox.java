package org.autograd.kernel.cpu;

/**
 * The counter-based random generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", 2011), and arrays filled from it.
 *
 * <p>A stream is named by a seed. It is a sequence of blocks of 128 random bits, numbered from 0;
 * every block is a function of the seed and its number alone. So an array filled from block {@code
 * offset} on has the same bits on every machine and at any thread count, and a caller that advances
 * its offset by what {@link #blocks32} or {@link #blocks64} says never uses a block twice.
 */
public final class Philox {

  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;

  private static final int CHUNK = 16 * 1024;
  private static final float FLOAT_STEP = 0x1p-24f;
  private static final double DOUBLE_STEP = 0x1p-53;

  private Philox() {}

  /**
   * How many blocks a fill of {@code n} elements uses that takes 32 random bits for each: floats.
   *
   * @param n how many elements
   * @return blocks
   */
  public static long blocks32(long n) {
    return (n + 3) / 4;
  }

  /**
   * How many blocks a fill of {@code n} elements uses that takes 64 random bits for each: doubles
   * and integers.
   *
   * @param n how many elements
   * @return blocks
   */
  public static long blocks64(long n) {
    return (n + 1) / 2;
  }

  /**
   * The generator itself: the 128 random bits that belong to a counter and a key.
   *
   * @param counter0 lowest word of the counter
   * @param counter1 next word of the counter
   * @param counter2 next word of the counter
   * @param counter3 highest word of the counter
   * @param key0 low word of the key
   * @param key1 high word of the key
   * @param out four words, overwritten
   */
  static void block(
      int counter0, int counter1, int counter2, int counter3, int key0, int key1, int[] out) {
    int c0 = counter0;
    int c1 = counter1;
    int c2 = counter2;
    int c3 = counter3;
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (MULTIPLIER_0 & LOW) * (c0 & LOW);
      long p1 = (MULTIPLIER_1 & LOW) * (c2 & LOW);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }

  private static void block(long seed, long number, int[] out) {
    block((int) number, (int) (number >>> 32), 0, 0, (int) seed, (int) (seed >>> 32), out);
  }

  private static long first64(int[] words) {
    return (long) words[1] << 32 | (words[0] & LOW);
  }

  private static long second64(int[] words) {
    return (long) words[3] << 32 | (words[2] & LOW);
  }

  /** Writes elements {@code [from, to)} of a fill; {@code from} is a multiple of four. */
  @FunctionalInterface
  private interface Fill {
    void chunk(int from, int to, int[] words);
  }

  private static void chunked(int n, Fill fill) {
    CpuThreads.parallelFor(
        CpuThreads.chunks(Math.max(0, n), CHUNK),
        i -> {
          int from = i * CHUNK;
          fill.chunk(from, from + Math.min(CHUNK, n - from), new int[4]);
        });
  }

  /**
   * Fills with floats from the uniform distribution on [0, 1): multiples of 2⁻²⁴.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks32}
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   */
  public static void uniform(long seed, long offset, float[] out, int off, int n) {
    chunked(
        n,
        (from, to, words) -> {
          for (int i = from; i < to; i += 4) {
            block(seed, offset + i / 4, words);
            for (int j = 0, end = Math.min(4, to - i); j < end; j++) {
              out[off + i + j] = (words[j] >>> 8) * FLOAT_STEP;
            }
          }
        });
  }

  /**
   * Fills with doubles from the uniform distribution on [0, 1): multiples of 2⁻⁵³.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks64}
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   */
  public static void uniform(long seed, long offset, double[] out, int off, int n) {
    chunked(
        n,
        (from, to, words) -> {
          for (int i = from; i < to; i += 2) {
            block(seed, offset + i / 2, words);
            out[off + i] = (first64(words) >>> 11) * DOUBLE_STEP;
            if (i + 1 < to) {
              out[off + i + 1] = (second64(words) >>> 11) * DOUBLE_STEP;
            }
          }
        });
  }

  /**
   * Fills with floats from the standard normal distribution.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks32}
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   */
  public static void normal(long seed, long offset, float[] out, int off, int n) {
    chunked(
        n,
        (from, to, words) -> {
          double[] pair = new double[2];
          for (int i = from; i < to; i += 4) {
            block(seed, offset + i / 4, words);
            for (int j = 0, end = Math.min(4, to - i); j < end; j++) {
              if (j % 2 == 0) {
                double u = ((words[j] & LOW) + 1) * 0x1p-32;
                boxMuller(u, (words[j + 1] & LOW) * 0x1p-32, pair);
              }
              out[off + i + j] = (float) pair[j % 2];
            }
          }
        });
  }

  /**
   * Fills with doubles from the standard normal distribution.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks64}
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   */
  public static void normal(long seed, long offset, double[] out, int off, int n) {
    chunked(
        n,
        (from, to, words) -> {
          double[] pair = new double[2];
          for (int i = from; i < to; i += 2) {
            block(seed, offset + i / 2, words);
            double u = ((first64(words) >>> 11) + 1) * DOUBLE_STEP;
            boxMuller(u, (second64(words) >>> 11) * DOUBLE_STEP, pair);
            out[off + i] = pair[0];
            if (i + 1 < to) {
              out[off + i + 1] = pair[1];
            }
          }
        });
  }

  /**
   * Two independent normal numbers from {@code u} in (0, 1] and {@code v} in [0, 1) (Box and
   * Muller, 1958). StrictMath, because its results are the same on every machine.
   */
  private static void boxMuller(double u, double v, double[] pair) {
    double radius = Math.sqrt(-2 * StrictMath.log(u));
    double angle = 2 * Math.PI * v;
    pair[0] = radius * StrictMath.cos(angle);
    pair[1] = radius * StrictMath.sin(angle);
  }

  /**
   * Fills with ints from the uniform distribution on [low, high). A value's probability is off by
   * less than 2⁻³² of itself.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks64}
   * @param low the least value
   * @param high above the greatest value
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   * @throws IllegalArgumentException if the range is empty or not within int
   */
  public static void integers(
      long seed, long offset, long low, long high, int[] out, int off, int n) {
    checkRange(low, high);
    if (low < Integer.MIN_VALUE || high > Integer.MAX_VALUE + 1L) {
      throw new IllegalArgumentException(
          "Philox.integers: the range [" + low + ", " + high + ") is not within int");
    }
    chunked(
        n,
        (from, to, words) -> {
          for (int i = from; i < to; i++) {
            out[off + i] = (int) (low + scaled(word(seed, offset, i, words), high - low));
          }
        });
  }

  /**
   * Fills with longs from the uniform distribution on [low, high). A value's probability is off by
   * less than (high - low) · 2⁻⁶⁴ of itself.
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks64}
   * @param low the least value
   * @param high above the greatest value
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   * @throws IllegalArgumentException if the range is empty
   */
  public static void integers(
      long seed, long offset, long low, long high, long[] out, int off, int n) {
    checkRange(low, high);
    chunked(
        n,
        (from, to, words) -> {
          for (int i = from; i < to; i++) {
            out[off + i] = low + scaled(word(seed, offset, i, words), high - low);
          }
        });
  }

  /**
   * Fills with the numbers 0 to {@code n} - 1 in random order (Fisher and Yates, as of Durstenfeld,
   * 1964).
   *
   * @param seed names the stream
   * @param offset the first block used, see {@link #blocks64}
   * @param out where the numbers go
   * @param off where the first goes
   * @param n how many
   */
  public static void permutation(long seed, long offset, long[] out, int off, int n) {
    int[] words = new int[4];
    for (int i = 0; i < n; i++) {
      int j = (int) scaled(word(seed, offset, i, words), i + 1L);
      out[off + i] = out[off + j];
      out[off + j] = i;
    }
  }

  /** The 64-bit word of element {@code i}; an odd element finds its block already made. */
  private static long word(long seed, long offset, int i, int[] words) {
    if (i % 2 == 0) {
      block(seed, offset + i / 2, words);
      return first64(words);
    }
    return second64(words);
  }

  /** Maps 64 random bits to [0, range), range taken as unsigned. */
  private static long scaled(long bits, long range) {
    return Math.unsignedMultiplyHigh(bits, range);
  }

  private static void checkRange(long low, long high) {
    if (low >= high) {
      throw new IllegalArgumentException(
          "Philox.integers: low must be less than high, got [" + low + ", " + high + ")");
    }
  }
}
