package org.autograd.ops;

/**
 * The state of a random number generator: a seed, and how many blocks of random bits have been
 * given away. Safe from any thread: two callers never get the same block. What a block holds
 * follows from the seed and its number alone.
 */
public final class RandomState {
  /** The seed of a generator that was not given one. */
  public static final long DEFAULT_SEED = 67280421310721L;

  /** The state that operators use which name no generator. */
  public static final RandomState DEFAULT = new RandomState(DEFAULT_SEED);

  /**
   * A place in a stream.
   *
   * @param seed the stream
   * @param block the number of the first block from there on
   */
  public record Position(long seed, long block) {}

  private Position next;

  /** Starts a stream. */
  public RandomState(long seed) {
    next = new Position(seed, 0);
  }

  /** Takes {@code blocks} blocks and returns where they begin. */
  public synchronized Position take(long blocks) {
    Position taken = next;
    next = new Position(taken.seed, taken.block + blocks);
    return taken;
  }

  /** Returns the place of the block that would be taken next. */
  public synchronized Position position() {
    return next;
  }

  /** Goes to a place. */
  public synchronized void position(Position position) {
    next = position;
  }
}
