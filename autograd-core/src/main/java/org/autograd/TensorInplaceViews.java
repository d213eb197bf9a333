package org.autograd;

import org.autograd.forward.Duals;
import org.autograd.graph.Meta;
import org.autograd.mode.ThreadState;
import org.autograd.ops.Copies;
import org.autograd.record.Change;
import org.autograd.record.InplaceViews;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * The in-place forms of view operators: the tensor's memory stays as it is, its sizes and strides
 * change. They follow the rules of in-place operations.
 */
public abstract class TensorInplaceViews extends TensorOps {
  /** Makes a tensor's state. */
  protected TensorInplaceViews(Storage storage, Layout layout, DType dtype, int flags) {
    super(storage, layout, dtype, flags);
  }

  private Tensor self() {
    return (Tensor) this;
  }

  /** In-place form of {@code transpose}: swaps two dimensions of this tensor. */
  public final Tensor transpose_(int dim0, int dim1) {
    return InplaceViews.reshaped("transpose_", self(), () -> transpose(dim0, dim1));
  }

  /** In-place form of {@code t}: transposes this tensor of at most two dimensions. */
  public final Tensor t_() {
    return InplaceViews.reshaped("t_", self(), this::t);
  }

  /** In-place form of {@code squeeze}: drops the dimensions of size 1. */
  public final Tensor squeeze_() {
    return InplaceViews.reshaped("squeeze_", self(), this::squeeze);
  }

  /** In-place form of {@code squeeze}: drops a dimension if its size is 1. */
  public final Tensor squeeze_(int dim) {
    return InplaceViews.reshaped("squeeze_", self(), () -> squeeze(dim));
  }

  /** In-place form of {@code unsqueeze}: inserts a dimension of size 1. */
  public final Tensor unsqueeze_(int dim) {
    return InplaceViews.reshaped("unsqueeze_", self(), () -> unsqueeze(dim));
  }

  /** In-place form of {@code asStrided}: sets sizes, strides and offset, all in elements. */
  public final Tensor asStrided_(long[] size, long[] stride, long storageOffset) {
    return InplaceViews.reshaped(
        "asStrided_", self(), () -> asStrided(size, stride, storageOffset));
  }

  /**
   * Changes the shape of this tensor; elements keep their place in row-major order, new ones are
   * zero. Views of the old memory stay with it if the new shape needs more.
   *
   * @param sizes the new sizes
   * @return this
   * @throws AutogradException if this tensor requires grad, unless it is a leaf and the mode that
   *     of inference; if it is a view or has a tangent
   * @throws IllegalArgumentException if a size is negative
   */
  public final Tensor resize_(long... sizes) {
    Tensor self = self();
    boolean leafInMode = self.isLeaf() && InferenceMode.isEnabled();
    if (Raw.requiresGrad(self) && !leafInMode || self.isView()) {
      throw new AutogradException(
          "resize_: "
              + Record.describe(self)
              + (self.isView() ? " is a view" : " requires grad")
              + " and cannot be resized. Use a clone() or detach() of it.");
    }
    if (BatchedTensors.is(self) || Duals.isDual(self)) {
      throw new AutogradException(
          "resize_: "
              + Record.describe(self)
              + (Raw.has(self, Flags.BATCHED) ? " is batched by vmap" : " has a tangent")
              + " and cannot be resized. Use detach(), or operators that return a result.");
    }
    Record.checkInplace("resize_", ThreadState.current(), self);
    Layout before = Raw.layout(self);
    if (java.util.Arrays.equals(before.sizes(), sizes)) {
      return self;
    }
    Tensor resized = Tensor.zeros(TensorOptions.of(Raw.dtype(self)), sizes);
    long kept = Math.min(before.numel(), Raw.layout(resized).numel());
    if (kept > 0) {
      Tensor from =
          Raw.alias(Raw.storage(self), before, Raw.dtype(self)).reshape(-1).narrow(0, 0, kept);
      Copies.copyInto(GradMode.noGrad(() -> resized.view(-1).narrow(0, 0, kept)), from);
    }
    Storage storage = Raw.storage(resized);
    storage.countWith(Raw.storage(self));
    Raw.set(self, storage, Raw.layout(resized), Raw.dtype(self));
    storage.bump(Change.by("resize_"));
    Meta.dataReplaced(self);
    return self;
  }
}
