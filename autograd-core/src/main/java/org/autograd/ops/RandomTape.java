package org.autograd.ops;

import java.util.Arrays;
import org.autograd.Scope;

/**
 * What was drawn from the default state while something ran, so that the same can be drawn again
 * when it is run again: by any thread, also by several at once, and without a change of the state
 * that other threads draw from. What other threads draw meanwhile is not on the tape.
 *
 * <p>Both times the state in force is another one, which travels with the mode to passes and
 * coroutines that are started there.
 */
public final class RandomTape {
  /** How many numbers describe a run: its seed, its first block and how many blocks there are. */
  private static final int WIDTH = 3;

  /** The blocks that were taken, as runs of successive ones. Guarded by this. */
  private long[] runs = new long[WIDTH];

  private int size;
  private final RandomState.Position start = RandomState.inForce().position();

  /** Notes on a tape, unless it is null, what is drawn on this thread until the scope is closed. */
  public static Scope recording(RandomTape tape) {
    return tape == null ? () -> {} : RandomState.scope(new Recorder(RandomState.inForce(), tape));
  }

  /**
   * Has the numbers noted so far on a tape, unless it is null, drawn again on this thread, in their
   * order, until the scope is closed. What is drawn beyond them follows the last ones.
   */
  public static Scope replaying(RandomTape tape) {
    return tape == null ? () -> {} : RandomState.scope(new Replay(tape.start, tape.runs()));
  }

  private synchronized long[] runs() {
    return Arrays.copyOf(runs, size);
  }

  private void note(RandomState.Position at, long blocks) {
    int last = size - WIDTH;
    if (last >= 0 && runs[last] == at.seed() && runs[last + 1] + runs[last + 2] == at.block()) {
      runs[last + 2] += blocks;
      return;
    }
    if (size == runs.length) {
      runs = Arrays.copyOf(runs, 2 * size);
    }
    runs[size] = at.seed();
    runs[size + 1] = at.block();
    runs[size + 2] = blocks;
    size += WIDTH;
  }

  /** Draws from another state and notes it. */
  static final class Recorder extends RandomState {
    private final RandomState from;
    private final RandomTape tape;

    private Recorder(RandomState from, RandomTape tape) {
      super(tape.start);
      this.from = from;
      this.tape = tape;
    }

    @Override
    public Position take(long blocks) {
      synchronized (tape) {
        Position at = from.take(blocks);
        if (blocks > 0) {
          tape.note(at, blocks);
        }
        return at;
      }
    }

    @Override
    public Position position() {
      return from.position();
    }

    @Override
    public void position(Position position) {
      from.position(position);
    }
  }

  /**
   * Gives what is on a tape. Whoever moves it is told so when asking for its place, but goes on to
   * get what is on the tape: in forward it was moved to there as well.
   */
  static final class Replay extends RandomState {
    private final long[] runs;
    private int run;

    /** How many blocks of the run have been given. */
    private long used;

    private Replay(Position start, long[] runs) {
      super(start);
      this.runs = runs;
    }

    @Override
    public synchronized Position take(long blocks) {
      if (run == runs.length || blocks == 0) {
        return super.take(blocks);
      }
      Position at = new Position(runs[run], runs[run + 1] + used);
      used += blocks;
      if (used >= runs[run + 2]) {
        run += WIDTH;
        used = 0;
      }
      position(new Position(at.seed(), at.block() + blocks));
      return at;
    }
  }
}
