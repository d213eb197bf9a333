package org.autograd;

import java.security.SecureRandom;
import org.autograd.ops.RandomState;

/**
 * A source of random numbers. A seed determines all numbers that come out: they are the same on
 * every machine and at any number of kernel threads. Safe from any thread, but when several threads
 * draw from one generator, which of them gets which numbers depends on the order in which they
 * draw.
 *
 * <p>Random operators that are given no generator draw from the {@link #defaultGenerator}.
 */
public final class Generator {
  private static final SecureRandom ENTROPY = new SecureRandom();

  static final Generator DEFAULT = new Generator((RandomState) null);

  /** Null for the default generator, whose state is the one in force on the calling thread. */
  private final RandomState own;

  /**
   * Where a generator stands.
   *
   * @param seed what the generator was seeded with
   * @param position how much has been drawn since
   */
  public record State(long seed, long position) {}

  private Generator(RandomState own) {
    this.own = own;
  }

  /**
   * Returns the generator that random operators use when none is given. There is one for the whole
   * process; only while {@link Checkpoint} runs a block again, or {@link Vmap} runs a function on a
   * further chunk with the same numbers, what is drawn there, and what is done to the generator,
   * concerns that run alone.
   *
   * <p>{@code Generator.defaultGenerator().manualSeed(0)} is PyTorch's {@code
   * torch.manual_seed(0)}.
   */
  public static Generator defaultGenerator() {
    return DEFAULT;
  }

  /** Makes a generator with a fixed default seed. */
  public Generator() {
    this(RandomState.DEFAULT_SEED);
  }

  /** Makes a generator with a seed. */
  public Generator(long seed) {
    this(new RandomState(seed));
  }

  /**
   * Starts again with a seed.
   *
   * @return this
   */
  public Generator manualSeed(long seed) {
    raw().position(new RandomState.Position(seed, 0));
    return this;
  }

  /** Starts again with a seed that cannot be foretold, and returns it. */
  public long seed() {
    long seed = ENTROPY.nextLong();
    manualSeed(seed);
    return seed;
  }

  /** Returns the seed in use. */
  public long initialSeed() {
    return raw().position().seed();
  }

  /** Returns where this generator stands, for {@link #setState}. */
  public State state() {
    RandomState.Position p = raw().position();
    return new State(p.seed(), p.block());
  }

  /**
   * Goes back, or on, to where a generator stood: what is drawn from here on repeats what was drawn
   * from there on.
   */
  public void setState(State to) {
    raw().position(new RandomState.Position(to.seed, to.position));
  }

  /** Returns the state that operators draw from. */
  RandomState raw() {
    return own != null ? own : RandomState.inForce();
  }
}
