package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Raw reading and writing along one dimension at places that an int64 or int32 index names; never
 * recorded. An index that is out of range is an {@link AutogradException}, and nothing is written
 * then. A place that is named several times is written, or added to, in row-major order.
 */
public final class Gather {
  private Gather() {}

  /**
   * Returns, for each index, the element at that place of the dimension and at the index's own
   * place in all others.
   *
   * @param index not larger than self in the other dimensions
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor gather(Tensor self, int dim, Tensor index) {
    int d = check("gather", Raw.layout(self), dim, index, null);
    Tensor out = Alloc.empty(Fits.rowMajor(Raw.layout(index).sizes()), Raw.dtype(self), self);
    Backends.kernels("gather", self, index).gather(out, self, d, index);
    return out;
  }

  /**
   * Returns zeros of the given sizes with the gradient added at the places that {@link #gather}
   * read.
   *
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   */
  public static Tensor gatherBackward(Tensor gradOutput, long[] sizes, int dim, Tensor index) {
    Layout layout = Fits.rowMajor(sizes.clone());
    int d = check("gatherBackward", layout, dim, index, gradOutput);
    DType dtype = Raw.dtype(gradOutput);
    Tensor out = Alloc.zeros(layout, dtype, Raw.storage(gradOutput).device());
    if (Raw.layout(index).numel() == 0) {
      return out;
    }
    Backends.kernels("gatherBackward", gradOutput, index)
        .scatter("gatherBackward", out, d, index, gradOutput, true);
    return out;
  }

  /**
   * Returns a copy of self with the elements of {@code src} written to the places named.
   *
   * @param index not larger than src, nor than self in the other dimensions
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor scatter(Tensor self, int dim, Tensor index, Tensor src) {
    return scatter("scatter", self, dim, index, src, false, true);
  }

  /** Same as {@link #scatter(Tensor, int, Tensor, Tensor)} with one number for all places. */
  public static Tensor scatter(Tensor self, int dim, Tensor index, Scalar value) {
    return scatter(self, dim, index, number(self, index, value));
  }

  /** Same as {@link #scatter(Tensor, int, Tensor, Tensor)}, but adds to what is there. */
  public static Tensor scatterAdd(Tensor self, int dim, Tensor index, Tensor src) {
    return scatter("scatterAdd", self, dim, index, src, true, true);
  }

  /** Same as {@link #scatter(Tensor, int, Tensor, Tensor)}, but changes self. */
  public static void scatterInto(Tensor self, int dim, Tensor index, Tensor src) {
    scatter("scatter_", self, dim, index, src, false, false);
  }

  /** Same as {@link #scatter(Tensor, int, Tensor, Scalar)}, but changes self. */
  public static void scatterInto(Tensor self, int dim, Tensor index, Scalar value) {
    scatterInto(self, dim, index, number(self, index, value));
  }

  /** Same as {@link #scatterAdd}, but changes self. */
  public static void scatterAddInto(Tensor self, int dim, Tensor index, Tensor src) {
    scatter("scatterAdd_", self, dim, index, src, true, false);
  }

  private static Tensor number(Tensor self, Tensor index, Scalar value) {
    Tensor one = Alloc.full(Layout.SCALAR, value, Raw.dtype(self), Raw.storage(self).device());
    return Fits.expand(one, Raw.layout(index).sizes());
  }

  private static Tensor scatter(
      String op, Tensor self, int dim, Tensor index, Tensor src, boolean add, boolean fresh) {
    Fits.sameDType(op, "self", self, "src", src);
    int d = check(op, Raw.layout(self), dim, index, src);
    Tensor out = fresh ? Copies.copy(self, Layout.contiguous(Raw.layout(self).sizes())) : self;
    if (Raw.layout(index).numel() > 0) {
      Tensor at = Overlap.readFirst(out, index);
      Tensor from = Overlap.readFirst(out, src);
      Backends.kernels(op, self, index, src).scatter(op, out, d, at, from, add);
    }
    return out;
  }

  /** Checks shapes and dtypes; returns the dimension. {@code src} may be null. */
  private static int check(String op, Layout self, int dim, Tensor index, Tensor src) {
    int d = Dims.wrap(op, dim, self);
    Fits.index(op, index);
    Layout at = Raw.layout(index);
    if (at.numel() == 0) {
      return d;
    }
    int rank = Math.max(1, self.dim());
    boolean fits =
        Math.max(1, at.dim()) == rank
            && (src == null || Math.max(1, Raw.layout(src).dim()) == rank);
    for (int i = 0; fits && i < at.dim(); i++) {
      long n = at.sizes()[i];
      fits = (i == d || n <= size(self, i)) && (src == null || n <= size(Raw.layout(src), i));
    }
    if (!fits) {
      throw new AutogradException(
          op
              + ": index "
              + Fits.shape(index)
              + " does not fit self "
              + Arrays.toString(self.sizes())
              + (src == null ? "" : " and src " + Fits.shape(src))
              + " along dimension "
              + d
              + ": it must have as many dimensions, and must not be larger than self"
              + " in any other"
              + (src == null ? "" : ", nor than src in any"));
    }
    return d;
  }

  private static long size(Layout layout, int d) {
    return layout.dim() == 0 ? 1 : layout.sizes()[d];
  }

  /**
   * Returns the slices of a dimension that a vector of indices names.
   *
   * @param index of at most one dimension
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static Tensor indexSelect(Tensor self, int dim, Tensor index) {
    int d = checkIndexSelect(self, dim, index);
    long[] sizes = Raw.layout(self).sizes().clone();
    if (sizes.length > 0) {
      sizes[d] = Raw.layout(index).numel();
    }
    Tensor out = Alloc.empty(Fits.rowMajor(sizes), Raw.dtype(self), self);
    Tensor[] indices = new Tensor[d + 1];
    indices[d] = Fits.atLeastOneDim(index);
    Backends.kernels("indexSelect", self, index)
        .index("indexSelect", out, Fits.atLeastOneDim(self), indices, false);
    return out;
  }

  /**
   * Checks the operands of {@link #indexSelect}.
   *
   * @return the dimension, counted from the front
   * @throws AutogradException if shapes or dtypes do not fit
   * @throws IllegalArgumentException if there is no such dimension
   */
  public static int checkIndexSelect(Tensor self, int dim, Tensor index) {
    int d = checkVector("indexSelect", Raw.layout(self), dim, index);
    if (Raw.layout(self).dim() == 0 && Raw.layout(index).numel() != 1) {
      throw new AutogradException(
          "indexSelect: self has no dimensions and takes one index, got " + Fits.shape(index));
    }
    return d;
  }

  /**
   * Returns zeros of the given sizes with the gradient added at the places that {@link
   * #indexSelect} read.
   *
   * @throws AutogradException if shapes or dtypes do not fit or an index is out of range
   */
  public static Tensor indexSelectBackward(Tensor gradOutput, long[] sizes, int dim, Tensor index) {
    Layout layout = Fits.rowMajor(sizes.clone());
    int d = checkVector("indexSelectBackward", layout, dim, index);
    DType dtype = Raw.dtype(gradOutput);
    Tensor out = Alloc.zeros(layout, dtype, Raw.storage(gradOutput).device());
    Tensor[] indices = new Tensor[d + 1];
    indices[d] = Fits.atLeastOneDim(index);
    String op = "indexSelectBackward";
    Tensor grad = Fits.atLeastOneDim(gradOutput);
    long[] expected = Raw.layout(Fits.atLeastOneDim(out)).sizes().clone();
    expected[d] = Raw.layout(index).numel();
    Broadcast.checkTo(op, Raw.layout(grad), expected);
    Backends.kernels(op, gradOutput, index)
        .indexPut(op, Fits.atLeastOneDim(out), indices, Fits.expand(grad, expected), true, false);
    return out;
  }

  private static int checkVector(String op, Layout self, int dim, Tensor index) {
    int d = Dims.wrap(op, dim, self);
    Fits.index(op, index);
    if (Raw.layout(index).dim() > 1) {
      throw new AutogradException(
          op + ": index must have at most one dimension, got shape " + Fits.shape(index));
    }
    return d;
  }
}
