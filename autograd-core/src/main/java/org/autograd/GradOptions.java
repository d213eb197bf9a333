package org.autograd;

import java.util.Objects;

/**
 * Options of {@link Autograd#grad}.
 *
 * @param retainGraph whether saved values are kept so that the graph can be run again; null means
 *     the value of {@code createGraph}
 * @param createGraph whether the pass itself is recorded, for derivatives of higher order
 * @param allowUnused whether an input that the outputs do not depend on gives null instead of an
 *     error; null means the value of {@code materializeGrads}
 * @param materializeGrads whether zeros stand for the gradient of an input that the outputs do not
 *     depend on
 * @param isGradsBatched whether dimension 0 of each gradient of an output counts gradients that are
 *     propagated at once; dimension 0 of each result counts theirs. All gradients must be given
 */
public record GradOptions(
    Boolean retainGraph,
    boolean createGraph,
    Boolean allowUnused,
    boolean materializeGrads,
    boolean isGradsBatched) {
  /** Frees the graph, records nothing, and fails for unused inputs. */
  public static final GradOptions DEFAULT = new GradOptions(null, false, null, false, false);

  /**
   * Checks the combination.
   *
   * @throws IllegalArgumentException if {@code materializeGrads} comes with {@code allowUnused =
   *     false}
   */
  public GradOptions {
    if (materializeGrads && Boolean.FALSE.equals(allowUnused)) {
      throw new IllegalArgumentException(
          "grad: materializeGrads implies allowUnused; allowUnused = false contradicts it.");
    }
  }

  /** Returns options that differ in {@code retainGraph}. */
  public GradOptions withRetainGraph(boolean retainGraph) {
    return new GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched);
  }

  /** Returns options that differ in {@code createGraph}. */
  public GradOptions withCreateGraph(boolean createGraph) {
    return new GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched);
  }

  /** Returns options that differ in {@code allowUnused}. */
  public GradOptions withAllowUnused(boolean allowUnused) {
    return new GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched);
  }

  /** Returns options that differ in {@code materializeGrads}. */
  public GradOptions withMaterializeGrads(boolean materializeGrads) {
    return new GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched);
  }

  /** Returns options that differ in {@code isGradsBatched}. */
  public GradOptions withGradsBatched(boolean isGradsBatched) {
    return new GradOptions(retainGraph, createGraph, allowUnused, materializeGrads, isGradsBatched);
  }

  /** Returns whether saved values are kept. */
  public boolean keepsGraph() {
    return Objects.requireNonNullElse(retainGraph, createGraph);
  }

  /** Returns whether unused inputs are allowed. */
  public boolean allowsUnused() {
    return Objects.requireNonNullElse(allowUnused, materializeGrads);
  }
}
