package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Options of {@link Vmap}.
 *
 * @param inDims for each input the dimension of the batch, negative ones counting from the end; a
 *     null entry for an input that is the same for all elements; null for dimension 0 of all
 * @param outDims for each result the dimension in which the batch is put; a null entry for a result
 *     that must be the same for all elements; null for dimension 0 of all
 * @param randomness what random operators and factories draw for the elements of the batch
 * @param chunkSize how many elements are computed at once; null for all
 */
public record VmapOptions(
    List<Integer> inDims, List<Integer> outDims, Randomness randomness, Integer chunkSize) {
  /** Batches in dimension 0 everywhere, drawing refused, all elements at once. */
  public static final VmapOptions DEFAULT = new VmapOptions(null, null, Randomness.ERROR, null);

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the chunk size is not positive
   */
  public VmapOptions {
    inDims = copy(inDims);
    outDims = copy(outDims);
    Objects.requireNonNull(randomness, "randomness");
    if (chunkSize != null && chunkSize < 1) {
      throw new IllegalArgumentException("vmap: chunkSize must be at least 1, got " + chunkSize);
    }
  }

  private static List<Integer> copy(List<Integer> dims) {
    return dims == null ? null : Collections.unmodifiableList(new ArrayList<>(dims));
  }

  private static List<Integer> list(Integer[] dims) {
    return dims == null ? null : Arrays.asList(dims);
  }

  /**
   * Returns options that differ in {@code inDims}; null entries stand for inputs without a batch, a
   * null array for dimension 0 of all.
   */
  public VmapOptions withInDims(Integer... inDims) {
    return new VmapOptions(list(inDims), outDims, randomness, chunkSize);
  }

  /**
   * Returns options that differ in {@code outDims}; null entries stand for results without a batch,
   * a null array for dimension 0 of all.
   */
  public VmapOptions withOutDims(Integer... outDims) {
    return new VmapOptions(inDims, list(outDims), randomness, chunkSize);
  }

  /** Returns options that differ in {@code randomness}. */
  public VmapOptions withRandomness(Randomness randomness) {
    return new VmapOptions(inDims, outDims, randomness, chunkSize);
  }

  /** Returns options that differ in {@code chunkSize}; null computes all elements at once. */
  public VmapOptions withChunkSize(Integer chunkSize) {
    return new VmapOptions(inDims, outDims, randomness, chunkSize);
  }
}
