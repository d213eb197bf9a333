package org.autograd.ops;

import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Raw reductions: checks, shapes and dtypes; never recorded. Lists of dimensions may be empty (or
 * null) to say all. Results are fresh and row-major.
 */
public final class Reductions {
  private Reductions() {}

  /** Returns the sum of all elements; int64 for integers and bool. */
  public static Tensor sum(Tensor self) {
    return sum(self, Reduced.all("sum", Raw.layout(self)), Layout.SCALAR);
  }

  /**
   * Returns the sums over some dimensions; int64 for integers and bool.
   *
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static Tensor sum(Tensor self, int[] dim, boolean keepdim) {
    Layout layout = Raw.layout(self);
    long bits = Reduced.bits("sum", dim, layout);
    return sum(self, bits, Reduced.layout(layout, bits, keepdim));
  }

  private static Tensor sum(Tensor self, long bits, Layout layout) {
    Tensor out = Alloc.empty(layout, counted(Raw.dtype(self)), self);
    Backends.kernels(self).sum(out, self, bits);
    return out;
  }

  /** The dtype of sums and products. */
  static DType counted(DType dtype) {
    return dtype.isFloating() ? dtype : DType.INT64;
  }

  /**
   * Returns the mean of all elements, NaN if there are none.
   *
   * @throws org.autograd.AutogradException if the dtype is not floating point
   */
  public static Tensor mean(Tensor self) {
    return mean(self, Reduced.all("mean", Raw.layout(self)), Layout.SCALAR);
  }

  /**
   * Returns the means over some dimensions, NaN where there are no elements.
   *
   * @throws org.autograd.AutogradException if the dtype is not floating point
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static Tensor mean(Tensor self, int[] dim, boolean keepdim) {
    Layout layout = Raw.layout(self);
    long bits = Reduced.bits("mean", dim, layout);
    return mean(self, bits, Reduced.layout(layout, bits, keepdim));
  }

  private static Tensor mean(Tensor self, long bits, Layout layout) {
    Types.checkFloating("mean", Raw.dtype(self));
    Tensor out = Alloc.empty(layout, Raw.dtype(self), self);
    Backends.kernels(self).mean(out, self, bits);
    return out;
  }

  /** Returns the product of all elements, 1 if there are none; int64 for integers and bool. */
  public static Tensor prod(Tensor self) {
    return prod(self, Reduced.all("prod", Raw.layout(self)), Layout.SCALAR);
  }

  /**
   * Returns the products along a dimension; int64 for integers and bool.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor prod(Tensor self, int dim, boolean keepdim) {
    Layout layout = Raw.layout(self);
    long bits = Reduced.bit("prod", dim, layout);
    return prod(self, bits, Reduced.layout(layout, bits, keepdim));
  }

  private static Tensor prod(Tensor self, long bits, Layout layout) {
    Tensor out = Alloc.empty(layout, counted(Raw.dtype(self)), self);
    Backends.kernels(self).prod(out, self, bits);
    return out;
  }

  /**
   * Returns the variances over some dimensions.
   *
   * @param correction is subtracted from the number of elements to give the divisor, which is not
   *     less than 0
   * @throws org.autograd.AutogradException if the dtype is not floating point
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static Tensor var(Tensor self, int[] dim, double correction, boolean keepdim) {
    return var("var", self, dim, correction, keepdim, false);
  }

  /** Returns the standard deviations over some dimensions: the roots of {@link #var}. */
  public static Tensor std(Tensor self, int[] dim, double correction, boolean keepdim) {
    return var("std", self, dim, correction, keepdim, true);
  }

  private static Tensor var(
      String op, Tensor self, int[] dim, double correction, boolean keepdim, boolean root) {
    Types.checkFloating(op, Raw.dtype(self));
    Layout layout = Raw.layout(self);
    long bits = Reduced.bits(op, dim, layout);
    Tensor out = Alloc.empty(Reduced.layout(layout, bits, keepdim), Raw.dtype(self), self);
    Backends.kernels(self).var(out, self, bits, correction, root);
    return out;
  }

  /**
   * Returns the largest elements over some dimensions; a NaN wins.
   *
   * @throws org.autograd.AutogradException if one of these dimensions is empty
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static Tensor amax(Tensor self, int[] dim, boolean keepdim) {
    return extremum("amax", self, Reduced.bits("amax", dim, Raw.layout(self)), keepdim, true);
  }

  /** Returns the smallest elements over some dimensions, as {@link #amax} does the largest. */
  public static Tensor amin(Tensor self, int[] dim, boolean keepdim) {
    return extremum("amin", self, Reduced.bits("amin", dim, Raw.layout(self)), keepdim, false);
  }

  /**
   * Returns the largest element; a NaN wins.
   *
   * @throws org.autograd.AutogradException if there are no elements
   */
  public static Tensor max(Tensor self) {
    return extremum("max", self, Reduced.all("max", Raw.layout(self)), false, true);
  }

  /** Returns the smallest element, as {@link #max} does the largest. */
  public static Tensor min(Tensor self) {
    return extremum("min", self, Reduced.all("min", Raw.layout(self)), false, false);
  }

  private static Tensor extremum(String op, Tensor self, long bits, boolean keepdim, boolean max) {
    Layout layout = Raw.layout(self);
    Reduced.checkNotEmpty(op, layout, bits);
    Tensor out = Alloc.empty(Reduced.layout(layout, bits, keepdim), Raw.dtype(self), self);
    Backends.kernels(self).extremum(out, self, bits, max);
    return out;
  }

  /**
   * Returns the largest elements along a dimension and the int64 indices of the first ones among
   * equals; the first NaN wins.
   *
   * @throws org.autograd.AutogradException if the dimension is empty
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor[] maxDim(Tensor self, int dim, boolean keepdim) {
    return extremumAndIndex("max", self, dim, keepdim, true);
  }

  /** Returns the smallest elements and their indices, as {@link #maxDim} does the largest. */
  public static Tensor[] minDim(Tensor self, int dim, boolean keepdim) {
    return extremumAndIndex("min", self, dim, keepdim, false);
  }

  private static Tensor[] extremumAndIndex(
      String op, Tensor self, int dim, boolean keepdim, boolean max) {
    Layout from = Raw.layout(self);
    long bits = Reduced.bit(op, dim, from);
    Reduced.checkNotEmpty(op, from, bits);
    Layout layout = Reduced.layout(from, bits, keepdim);
    Tensor values = Alloc.empty(layout, Raw.dtype(self), self);
    Tensor indices = Alloc.empty(layout, DType.INT64, self);
    Backends.kernels(self).indexOfExtremum(values, indices, self, bits, max);
    return new Tensor[] {values, indices};
  }

  /**
   * Returns the int64 indices of the largest elements along a dimension, of the first ones among
   * equals; the first NaN wins.
   *
   * @param dim null for the row-major position among all elements
   * @throws org.autograd.AutogradException if the dimension is empty
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor argmax(Tensor self, Integer dim, boolean keepdim) {
    return index("argmax", self, dim, keepdim, true);
  }

  /** Returns the indices of the smallest elements, as {@link #argmax} does of the largest. */
  public static Tensor argmin(Tensor self, Integer dim, boolean keepdim) {
    return index("argmin", self, dim, keepdim, false);
  }

  private static Tensor index(String op, Tensor self, Integer dim, boolean keepdim, boolean max) {
    Layout layout = Raw.layout(self);
    long bits = dim == null ? Reduced.all(op, layout) : Reduced.bit(op, dim, layout);
    Reduced.checkNotEmpty(op, layout, bits);
    Tensor out = Alloc.empty(Reduced.layout(layout, bits, keepdim), DType.INT64, self);
    Backends.kernels(self).indexOfExtremum(null, out, self, bits, max);
    return out;
  }

  /**
   * Returns the logarithms of the sums of the exponentials over some dimensions, without overflow
   * on the way; float32 for integers.
   *
   * @throws IllegalArgumentException if a dimension does not exist or appears twice
   */
  public static Tensor logsumexp(Tensor self, int[] dim, boolean keepdim) {
    Layout layout = Raw.layout(self);
    long bits = Reduced.bits("logsumexp", dim, layout);
    DType dtype = Types.floating(Raw.dtype(self));
    Tensor out = Alloc.empty(Reduced.layout(layout, bits, keepdim), dtype, self);
    Backends.kernels(self).logsumexp(out, self, bits);
    return out;
  }

  /** Returns whether any element is not zero. */
  public static Tensor any(Tensor self) {
    return any(self, Reduced.all("any", Raw.layout(self)), false, false);
  }

  /**
   * Returns whether any element along a dimension is not zero.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor any(Tensor self, int dim, boolean keepdim) {
    return any(self, Reduced.bit("any", dim, Raw.layout(self)), keepdim, false);
  }

  /** Returns whether no element is zero. */
  public static Tensor all(Tensor self) {
    return any(self, Reduced.all("all", Raw.layout(self)), false, true);
  }

  /**
   * Returns whether no element along a dimension is zero.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor all(Tensor self, int dim, boolean keepdim) {
    return any(self, Reduced.bit("all", dim, Raw.layout(self)), keepdim, true);
  }

  private static Tensor any(Tensor self, long bits, boolean keepdim, boolean all) {
    Layout layout = Reduced.layout(Raw.layout(self), bits, keepdim);
    Tensor out = Alloc.empty(layout, DType.BOOL, self);
    Backends.kernels(self).any(out, self, bits, all);
    return out;
  }
}
