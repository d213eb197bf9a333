package org.autograd;

/**
 * Options of {@link Checkpoint}; start from {@link #NON_REENTRANT} or {@link #REENTRANT}.
 *
 * @param reentrant whether the block is recomputed by a backward pass of its own, inside the one
 *     that needs it
 * @param preserveRngState whether the recomputation draws the same random numbers as the forward,
 *     see {@link Checkpoint}
 * @param earlyStop whether the recomputation ends as soon as all values that were saved exist; not
 *     for the reentrant kind
 * @param debug whether errors about a recomputation that differs from the forward list what each
 *     saved, and where; slow
 */
public record CheckpointOptions(
    boolean reentrant, boolean preserveRngState, boolean earlyStop, boolean debug) {
  /** Recomputes when a saved value is asked for: the kind to use. */
  public static final CheckpointOptions NON_REENTRANT =
      new CheckpointOptions(false, true, true, false);

  /**
   * Recomputes by a pass inside the pass: for {@code backward()} without inputs only; {@code grad}
   * and {@code backward} with inputs throw an {@link AutogradException}.
   */
  public static final CheckpointOptions REENTRANT = new CheckpointOptions(true, true, true, false);

  /** Returns options that differ in {@code preserveRngState}. */
  public CheckpointOptions withPreserveRngState(boolean preserve) {
    return new CheckpointOptions(reentrant, preserve, earlyStop, debug);
  }

  /** Returns options that differ in {@code earlyStop}. */
  public CheckpointOptions withEarlyStop(boolean earlyStop) {
    return new CheckpointOptions(reentrant, preserveRngState, earlyStop, debug);
  }

  /** Returns options that differ in {@code debug}. */
  public CheckpointOptions withDebug(boolean debug) {
    return new CheckpointOptions(reentrant, preserveRngState, earlyStop, debug);
  }
}
