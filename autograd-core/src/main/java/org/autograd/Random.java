package org.autograd;

/**
 * The generator that random operators use when none is named. One for the whole process; only while
 * {@link Checkpoint} runs a block again, or {@link Vmap} runs a function on a further chunk with
 * the same numbers, what is drawn there, and what is done to the generator, concerns that run
 * alone.
 */
public final class Random {
  private Random() {}

  /**
   * Starts the default generator again with a seed.
   *
   * @return the default generator
   */
  public static Generator manualSeed(long seed) {
    return Generator.DEFAULT.manualSeed(seed);
  }

  /** Starts the default generator again with a seed that cannot be foretold, and returns it. */
  public static long seed() {
    return Generator.DEFAULT.seed();
  }

  /** Returns the default generator's seed. */
  public static long initialSeed() {
    return Generator.DEFAULT.initialSeed();
  }

  /** Returns the default generator. */
  public static Generator defaultGenerator() {
    return Generator.DEFAULT;
  }

  /** Returns where the default generator stands. */
  public static Generator.State state() {
    return Generator.DEFAULT.state();
  }

  /** Has the default generator repeat what was drawn since {@code state} was taken. */
  public static void setState(Generator.State state) {
    Generator.DEFAULT.setState(state);
  }
}
