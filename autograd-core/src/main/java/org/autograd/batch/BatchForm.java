package org.autograd.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.Tensor;

/**
 * The form of a batched tensor: the levels at which it is batched and the dimensions in which. Does
 * not keep the tensor.
 */
public final class BatchForm {
  /** The levels, the innermost one first. */
  private final BatchLevel[] levels;

  private final int[] dims;

  private BatchForm(BatchLevel[] levels, int[] dims) {
    this.levels = levels;
    this.dims = dims;
  }

  /** Returns the form of a tensor, or null if it is not batched. */
  public static BatchForm of(Tensor t) {
    if (BatchLevel.of(t) == null) {
      return null;
    }
    List<Batch> batches = new ArrayList<>();
    for (Tensor v = t; BatchLevel.of(v) != null; v = Batch.of(v).value()) {
      batches.add(Batch.of(v));
    }
    return new BatchForm(
        batches.stream().map(Batch::level).toArray(BatchLevel[]::new),
        batches.stream().mapToInt(Batch::dim).toArray());
  }

  /** Returns the levels. */
  public BatchLevel[] levels() {
    return levels.clone();
  }

  /** Returns what stands for one element of a value; null stays null. */
  public Tensor element(Reentry reentry, Tensor value) {
    Tensor element = value;
    for (int i = levels.length - 1; i >= 0; i--) {
      element = reentry.element(levels[i], element, dims[i]);
    }
    return element;
  }

  /** Returns the value that holds all elements; null stays null. */
  public Tensor value(Reentry reentry, Tensor element) {
    Tensor value = element;
    for (int i = 0; i < levels.length; i++) {
      value = reentry.value(levels[i], value, dims[i]);
    }
    return value;
  }

  /**
   * Calls a function of elements with one of a value.
   *
   * @return the value of what it returns; null if that is null
   */
  public Tensor apply(UnaryOperator<Tensor> f, Tensor value) {
    try (Reentry reentry = new Reentry(levels)) {
      return value(reentry, f.apply(element(reentry, value)));
    }
  }
}
