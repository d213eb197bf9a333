package org.autograd.ops;

import org.autograd.Scope;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;

/**
 * The state of a random number generator: a seed, and how many blocks of random bits have been
 * given away. Safe from any thread: two callers never get the same block. What a block holds
 * follows from the seed and its number alone.
 */
public sealed class RandomState permits RandomTape.Recorder, RandomTape.Replay {
  /** The seed of a generator that was not given one. */
  public static final long DEFAULT_SEED = 67280421310721L;

  /** The process's state, for operators which name no generator. */
  private static final RandomState DEFAULT = new RandomState(DEFAULT_SEED);

  /** What a thread uses instead of the process's state. */
  private static final Slot<RandomState> OWN = new Slot<>("random state");

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
    this(new Position(seed, 0));
  }

  RandomState(Position next) {
    this.next = next;
  }

  /**
   * Returns the state that operators use on this thread which name no generator: one for the whole
   * process, unless a {@link RandomTape} is in use.
   */
  public static RandomState inForce() {
    RandomState own = ThreadState.current().mode.get(OWN);
    return own != null ? own : DEFAULT;
  }

  /** Puts a state in force on this thread until the scope is closed. */
  static Scope scope(RandomState own) {
    ThreadState state = ThreadState.current();
    RandomState before = state.mode.get(OWN);
    state.mode = state.mode.with(OWN, own);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = now.mode.with(OWN, before);
    };
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
