package org.autograd;

import org.autograd.ops.Alloc;
import org.autograd.ops.Copies;
import org.autograd.ops.Dims;
import org.autograd.ops.Types;
import org.autograd.tensor.Flags;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What all factories share: checks before anything is made, options left open, and the finish. */
final class Factories {
  private Factories() {}

  /**
   * Returns options without gaps.
   *
   * @throws AutogradException if a dtype that has no gradients is to require grad
   */
  static TensorOptions resolve(String op, TensorOptions options, DType dtype, Device device) {
    TensorOptions full = options.orElse(dtype, device);
    if (full.requiresGrad() && !full.dtype().isDifferentiable()) {
      throw new AutogradException(
          op
              + ": only tensors of floating point dtype can require grad, not "
              + full.dtype()
              + ". State a floating point dtype.");
    }
    return full;
  }

  static TensorOptions resolve(String op, TensorOptions options) {
    return resolve(op, options, Types.DEFAULT, Device.CPU);
  }

  static TensorOptions resolveLike(String op, TensorOptions options, Tensor source) {
    return resolve(op, options, Raw.dtype(source), Raw.storage(source).device());
  }

  static Tensor empty(TensorOptions options, Layout layout) {
    return finish(Alloc.empty(layout, options.dtype(), options.device()), options);
  }

  static Tensor zeros(TensorOptions options, Layout layout) {
    return finish(Alloc.zeros(layout, options.dtype(), options.device()), options);
  }

  static Tensor full(TensorOptions options, Layout layout, Scalar value) {
    return finish(Alloc.full(layout, value, options.dtype(), options.device()), options);
  }

  static Layout layout(String op, long[] sizes) {
    return Dims.contiguous(op, sizes);
  }

  /** Brings a raw result into the form that options ask for and hands it to the user. */
  static Tensor finish(Tensor raw, TensorOptions options) {
    Tensor t = Types.cast(raw, options.dtype());
    if (!Raw.storage(t).device().equals(options.device())) {
      Tensor there = Alloc.empty(Raw.layout(t), options.dtype(), options.device());
      Copies.copyInto(there, t);
      t = there;
    }
    // The user holds it from here on, so no pass may take its memory.
    Raw.flag(t, Flags.OWNED, false);
    Raw.flag(t, Flags.REQUIRES_GRAD, options.requiresGrad());
    return t;
  }

  /** Makes a CPU tensor over an array that the caller keeps. */
  static Tensor over(String op, Object array, int length, DType dtype, long[] sizes) {
    Tensor t = of(op, array, length, dtype, sizes);
    Raw.flag(t, Flags.SHARED, true);
    return t;
  }

  /** Makes a CPU tensor of an array that was made for it. */
  static Tensor of(String op, Object array, int length, DType dtype, long[] sizes) {
    Layout layout = layout(op, sizes);
    if (layout.numel() != length) {
      throw new IllegalArgumentException(
          op
              + ": an array of "
              + length
              + " elements does not fill shape "
              + Shape.of(sizes)
              + " with "
              + layout.numel()
              + " elements");
    }
    Tensor t = Raw.fresh(HeapStorage.of(array), layout, dtype);
    Raw.flag(t, Flags.OWNED, false);
    return t;
  }
}
