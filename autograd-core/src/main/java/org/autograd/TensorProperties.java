package org.autograd;

import org.autograd.batch.Batch;
import org.autograd.graph.Meta;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/** What a {@link Tensor} tells of its elements, its memory and how often that was changed. */
public abstract class TensorProperties extends TensorAccess {
  /** Makes a tensor's state. */
  protected TensorProperties(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  private Tensor self() {
    return (Tensor) this;
  }

  /** Returns the type of the elements. */
  public final DType dtype() {
    return Raw.dtype(self());
  }

  /** Returns where the elements live. */
  public final Device device() {
    return Raw.storage(self()).device();
  }

  /** Returns the sizes of all dimensions; the array is the caller's. */
  public final long[] sizes() {
    return Raw.layout(self()).sizes().clone();
  }

  /** Returns the shape. */
  public final Shape shape() {
    return Shape.of(Raw.layout(self()).sizes());
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dim the dimension; negative ones count from the end
   * @throws IllegalArgumentException if there is no such dimension
   */
  public final long size(int dim) {
    return Raw.layout(self()).sizes()[wrap(dim)];
  }

  /** Returns the number of dimensions. */
  public final int dim() {
    return Raw.layout(self()).dim();
  }

  /** Returns the number of elements. */
  public final long numel() {
    return Raw.layout(self()).numel();
  }

  /** Returns the strides of all dimensions in elements; the array is the caller's. */
  public final long[] strides() {
    return Raw.layout(self()).strides().clone();
  }

  /**
   * Returns the stride of one dimension in elements.
   *
   * @param dim the dimension; negative ones count from the end
   * @throws IllegalArgumentException if there is no such dimension
   */
  public final long stride(int dim) {
    return Raw.layout(self()).strides()[wrap(dim)];
  }

  private int wrap(int dim) {
    int n = dim();
    if (dim < -n || dim >= n) {
      throw new IllegalArgumentException(
          "dimension " + dim + " is out of range for shape " + shape());
    }
    return dim < 0 ? dim + n : dim;
  }

  /**
   * Returns the position of the first element in the storage, in elements. Inside of {@link Vmap}
   * strides and offset of a tensor that stands for one element of a batch are those of the first
   * one.
   */
  public final long storageOffset() {
    return Raw.layout(self()).offset();
  }

  /** Tells whether the elements lie in row-major order without gaps. */
  public final boolean isContiguous() {
    return Raw.layout(self()).isContiguous();
  }

  /**
   * Tells whether this tensor was made in inference mode: it is never recorded and has no version
   * counter.
   */
  public final boolean isInference() {
    return Raw.has(self(), Flags.INFERENCE);
  }

  /**
   * Returns how often the memory was changed in place through this tensor, its views or its
   * aliases.
   *
   * @throws AutogradException for a tensor made in inference mode
   */
  public final int version() {
    if (isInference()) {
      throw new AutogradException(
          "version: a tensor made in inference mode has no version counter. clone() it outside of the mode.");
    }
    // What a batched tensor stands for is changed together with its value.
    return BatchedTensors.is(self())
        ? Raw.storage(self()).version() + Batch.of(self()).value().version()
        : Raw.storage(self()).version();
  }

  /**
   * Tells whether this is a view of another tensor, made by an operator that shares memory. A
   * tensor that stands for one element of a batch inside of {@link Vmap} never says so.
   */
  public final boolean isView() {
    return !BatchedTensors.is(self()) && Raw.has(self(), Flags.VIEW);
  }

  /** Returns the root tensor this is a view of, or null. */
  public final Tensor base() {
    return isView() ? Meta.ifPresent(self()).base() : null;
  }
}
