package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Raw copies; none of them is recorded or counts as an in-place change. */
public final class Copies {
  private Copies() {}

  /**
   * Copies elements, broadcasting {@code src} and converting its dtype. The two may overlap in
   * memory: the result is as if all of {@code src} had been read first.
   *
   * @throws org.autograd.AutogradException if {@code src} does not broadcast to the shape of {@code
   *     dst}
   */
  public static void copyInto(Tensor dst, Tensor src) {
    if (dst == src) {
      return;
    }
    Layout l = Raw.layout(dst);
    if (l != Raw.layout(src)) {
      Broadcast.checkTo("copy_", Raw.layout(src), l.sizes());
    }
    Tensor from = Overlap.shares(dst, src) ? clone(src) : src;
    Tensor device = Raw.storage(dst).device().isCpu() ? from : dst;
    Backends.kernels(device).copy(dst, from);
  }

  /**
   * Returns the tensor itself if its elements are in row-major order without gaps, else a copy that
   * is.
   */
  public static Tensor contiguous(Tensor t) {
    Layout l = Raw.layout(t);
    return l.isContiguous() ? t : copy(t, Layout.contiguous(l.sizes()));
  }

  /** Returns a fresh copy that keeps the strides if they are dense, else a row-major one. */
  public static Tensor clone(Tensor t) {
    return copy(t, Raw.layout(t).fresh());
  }

  /**
   * Returns a fresh copy in a given layout.
   *
   * @param layout dense, at offset 0, of the tensor's sizes
   */
  public static Tensor copy(Tensor t, Layout layout) {
    Tensor result = Alloc.empty(layout, Raw.dtype(t), t);
    Backends.kernels(t).copy(result, t);
    return result;
  }
}
