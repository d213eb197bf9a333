package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Checks that operands fit each other, and views of operands in the sizes they meet in. */
final class Fits {
  private static final long[] NONE = {};

  private Fits() {}

  /** Throws if two operands have different dtypes. */
  static void sameDType(String op, String nameA, Tensor a, String nameB, Tensor b) {
    if (Raw.dtype(a) != Raw.dtype(b)) {
      throw new AutogradException(
          op
              + ": "
              + nameA
              + " is "
              + Raw.dtype(a)
              + " and "
              + nameB
              + " is "
              + Raw.dtype(b)
              + ". They must have the same dtype; convert one of them with to().");
    }
  }

  /** Throws if two operands have different sizes. */
  static void sameSizes(String op, String nameA, Tensor a, String nameB, Tensor b) {
    if (!Raw.layout(a).sameSizes(Raw.layout(b))) {
      throw new AutogradException(
          op
              + ": "
              + nameA
              + " "
              + shape(a)
              + " and "
              + nameB
              + " "
              + shape(b)
              + " must have the same shape");
    }
  }

  /** Throws if an operand does not have a number of dimensions. */
  static void rank(String op, String name, Tensor t, int rank) {
    if (Raw.layout(t).dim() != rank) {
      throw new AutogradException(
          op
              + ": "
              + name
              + " must have "
              + rank
              + (rank == 1 ? " dimension" : " dimensions")
              + ", got shape "
              + shape(t));
    }
  }

  /** Throws if an operand is no int64 or int32 tensor. */
  static void index(String op, Tensor index) {
    DType dtype = Raw.dtype(index);
    if (dtype != DType.INT64 && dtype != DType.INT32) {
      throw new AutogradException(
          op
              + ": index must be an int64 or int32 tensor, got "
              + dtype
              + ". Convert it with to().");
    }
  }

  /** Returns the shape as it appears in messages. */
  static String shape(Tensor t) {
    return Arrays.toString(Raw.layout(t).sizes());
  }

  /** Returns the tensor itself, or an alias of it broadcast to sizes that it fits. */
  static Tensor expand(Tensor t, long[] sizes) {
    Layout from = Raw.layout(t);
    if (from.sizes() == sizes || Arrays.equals(from.sizes(), sizes)) {
      return t;
    }
    long[] strides = new long[sizes.length];
    int extra = sizes.length - from.dim();
    for (int d = extra; d < sizes.length; d++) {
      strides[d] = from.sizes()[d - extra] == 1 ? 0 : from.strides()[d - extra];
    }
    return alias(t, Layout.of(sizes, strides, from.offset()));
  }

  /** Returns the tensor without leading dimensions of size 1, until it has {@code rank} at most. */
  static Tensor dropLeadingOnes(Tensor t, int rank) {
    Layout from = Raw.layout(t);
    int drop = 0;
    while (from.dim() - drop > rank && from.sizes()[drop] == 1) {
      drop++;
    }
    if (drop == 0) {
      return t;
    }
    long[] sizes = Arrays.copyOfRange(from.sizes(), drop, from.dim());
    long[] strides = Arrays.copyOfRange(from.strides(), drop, from.dim());
    return alias(t, Layout.of(sizes, strides, from.offset()));
  }

  /** Returns an alias of a tensor with another layout. */
  static Tensor alias(Tensor t, Layout layout) {
    return Raw.alias(Raw.storage(t), layout, Raw.dtype(t));
  }

  /** Returns a tensor with at least one dimension. */
  static Tensor atLeastOneDim(Tensor t) {
    Layout from = Raw.layout(t);
    return from.dim() > 0 ? t : alias(t, Layout.of(new long[] {1}, new long[] {1}, from.offset()));
  }

  /** Returns the row-major layout of sizes; the array must not change. */
  static Layout rowMajor(long[] sizes) {
    return Layout.contiguous(sizes.length == 0 ? NONE : sizes);
  }
}
