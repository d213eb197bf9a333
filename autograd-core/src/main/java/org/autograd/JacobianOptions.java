package org.autograd;

/**
 * Options of {@link Functional#jacobian}, {@link Functional#hessian}, {@link Functional#jacrev} and
 * {@link Functional#jacfwd}.
 *
 * <p>Not all go together: {@code strict} excludes {@code vectorize} and forward mode, and forward
 * mode asked for excludes {@code createGraph} and needs {@code vectorize}. The functions that take
 * the options say so when they are called.
 *
 * @param createGraph whether results can be differentiated with respect to tensors outside that
 *     require grad; inside of another derivative or of a mapped function they always can
 * @param strict whether it is an error, rather than zeros, that an output does not depend on an
 *     input
 * @param vectorize whether rows or columns are computed in batches instead of one by one
 * @param strategy the direction, for a hessian that of the outer derivative; null leaves the
 *     choice: forward mode if all other options and the dtypes allow it, there are fewer input
 *     elements than output elements, and the function runs in a batch of tangents; else reverse
 *     mode. The function may so run twice: first for the sizes, then for the derivatives
 * @param chunkSize the most rows or columns in one batch, which bounds the memory needed; null
 *     means all of them. With 1 there are no batches: rows or columns are computed one by one, with
 *     what mapped functions may not do, such as reading values. Without {@code vectorize} it has no
 *     effect
 */
public record JacobianOptions(
    boolean createGraph,
    boolean strict,
    boolean vectorize,
    JacobianStrategy strategy,
    Integer chunkSize) {
  /** Constants as results, zeros for missing dependence, one row at a time. */
  public static final JacobianOptions DEFAULT =
      new JacobianOptions(false, false, false, null, null);

  /** Like {@link #DEFAULT}, but all rows or columns at once. */
  public static final JacobianOptions VECTORIZED = DEFAULT.withVectorize(true);

  /**
   * Checks the chunk size.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public JacobianOptions {
    if (chunkSize != null && chunkSize < 1) {
      throw new IllegalArgumentException(
          "chunkSize is " + chunkSize + "; give a positive number, or null for no bound.");
    }
  }

  /** Tells whether several rows or columns are computed at once. */
  boolean isBatched() {
    return vectorize && (chunkSize == null || chunkSize > 1);
  }

  /** Returns options that differ in {@code createGraph}. */
  public JacobianOptions withCreateGraph(boolean createGraph) {
    return new JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize);
  }

  /** Returns options that differ in {@code strict}. */
  public JacobianOptions withStrict(boolean strict) {
    return new JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize);
  }

  /** Returns options that differ in {@code vectorize}. */
  public JacobianOptions withVectorize(boolean vectorize) {
    return new JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize);
  }

  /** Returns options that differ in {@code strategy}; null leaves the choice. */
  public JacobianOptions withStrategy(JacobianStrategy strategy) {
    return new JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize);
  }

  /** Returns options that differ in {@code chunkSize}; null for no bound. */
  public JacobianOptions withChunkSize(Integer chunkSize) {
    return new JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize);
  }
}
