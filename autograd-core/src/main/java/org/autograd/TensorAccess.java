package org.autograd;

import org.autograd.tensor.Layout;
import org.autograd.tensor.Storage;

/**
 * The ways in and out of a {@link Tensor}: indexing, reading elements on the host, the array behind
 * it, copies, and text.
 */
public abstract class TensorAccess extends TensorInplaceViews {
  /** Makes a tensor's state. */
  protected TensorAccess(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  private Tensor self() {
    return (Tensor) this;
  }

  /**
   * Returns a part of this tensor, as Python's {@code x[...]} does: a view, or a copy if the index
   * contains a tensor.
   *
   * @throws AutogradException if the index has more parts than there are dimensions, or names a
   *     position that does not exist
   */
  public final Tensor get(Index... index) {
    return Indexing.get(self(), index);
  }

  /**
   * Returns a view of one position in each of the leading dimensions.
   *
   * @param positions negative ones count from the end
   * @throws AutogradException if a position does not exist
   */
  public final Tensor get(long... positions) {
    Index[] index = new Index[positions.length];
    for (int i = 0; i < index.length; i++) {
      index[i] = Index.at(positions[i]);
    }
    return Indexing.get(self(), index);
  }

  /**
   * Writes a part of this tensor in place, as Python's {@code x[...] = value} does.
   *
   * @param value broadcast to the shape of the part
   * @throws AutogradException if the index or the value does not fit
   * @throws InplaceModificationException if this tensor may not be changed in place
   */
  public final void set(Tensor value, Index... index) {
    Indexing.set(self(), value, index);
  }

  /** Writes one number to a part of this tensor in place; see {@link #set(Tensor, Index...)}. */
  public final void set(double value, Index... index) {
    Indexing.set(self(), Scalar.of(value), index);
  }

  /** Writes one number to a part of this tensor in place; see {@link #set(Tensor, Index...)}. */
  public final void set(long value, Index... index) {
    Indexing.set(self(), Scalar.of(value), index);
  }

  /**
   * Returns the only element as a double.
   *
   * @throws AutogradException if there is not exactly one element
   */
  public final double item() {
    return HostAccess.item(self());
  }

  /**
   * Returns the only element as a long, without its fraction.
   *
   * @throws AutogradException if there is not exactly one element
   */
  public final long itemLong() {
    return HostAccess.itemLong(self());
  }

  /**
   * Tells whether the only element is not zero.
   *
   * @throws AutogradException if there is not exactly one element
   */
  public final boolean itemBoolean() {
    return HostAccess.itemBoolean(self());
  }

  /** Returns a copy of all elements in row-major order, converted to float. */
  public final float[] toFloatArray() {
    return HostAccess.toFloatArray(self());
  }

  /** Returns a copy of all elements in row-major order, converted to double. */
  public final double[] toDoubleArray() {
    return HostAccess.toDoubleArray(self());
  }

  /** Returns a copy of all elements in row-major order, converted to int; fractions are cut off. */
  public final int[] toIntArray() {
    return HostAccess.toIntArray(self());
  }

  /**
   * Returns a copy of all elements in row-major order, converted to long; fractions are cut off.
   */
  public final long[] toLongArray() {
    return HostAccess.toLongArray(self());
  }

  /** Returns for all elements in row-major order whether they are not zero. */
  public final boolean[] toBooleanArray() {
    return HostAccess.toBooleanArray(self());
  }

  /**
   * Returns the array behind this float32 CPU tensor, not a copy. {@link Tensor#storageOffset()}
   * and {@link Tensor#strides()} tell where this tensor's elements are in it. Writing to it is not
   * seen by the version counter.
   *
   * @throws AutogradException if this tensor requires grad while recording is on (use {@code
   *     detach()} first), or has another dtype
   */
  public final float[] floatArray() {
    return HostAccess.floatArray(self());
  }

  /** Returns the array behind this float64 CPU tensor; see {@link #floatArray()}. */
  public final double[] doubleArray() {
    return HostAccess.doubleArray(self());
  }

  /** Returns the array behind this int32 CPU tensor; see {@link #floatArray()}. */
  public final int[] intArray() {
    return HostAccess.intArray(self());
  }

  /** Returns the array behind this int64 CPU tensor; see {@link #floatArray()}. */
  public final long[] longArray() {
    return HostAccess.longArray(self());
  }

  /** Returns the array behind this uint8 or bool CPU tensor; see {@link #floatArray()}. */
  public final byte[] byteArray() {
    return HostAccess.byteArray(self());
  }

  /**
   * Returns an independent leaf with the same elements, the same grad flag and a copy of {@code
   * .grad}.
   *
   * @throws AutogradException if this tensor, or its gradient, is not a leaf
   */
  public final Tensor deepCopy() {
    return HostAccess.deepCopy(self());
  }

  /** Prints the elements like PyTorch, those of large tensors summarised. */
  @Override
  public final String toString() {
    return Printer.format(self());
  }
}
