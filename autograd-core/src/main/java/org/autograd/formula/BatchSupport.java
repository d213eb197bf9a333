package org.autograd.formula;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.mode.ThreadState;
import org.autograd.ops.Broadcast;
import org.autograd.ops.Dims;
import org.autograd.ops.ResultLayout;
import org.autograd.ops.Types;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** What batching rules share: operands aligned, arguments moved behind the batch. */
final class BatchSupport {
  private BatchSupport() {}

  /** Tells whether the calling thread is inside a mapped function. */
  static boolean isMapping() {
    return BatchLevel.innermost(ThreadState.current()) != null;
  }

  /**
   * Returns operands of an operator that works element by element: batched ones with the batch in
   * front of as many dimensions as the widest element has, others as they are.
   */
  static Tensor[] aligned(BatchLevel batch, Tensor... operands) {
    return aligned(batch, false, operands);
  }

  /** Same as {@link #aligned} for an operator that computes in floating point numbers. */
  static Tensor[] alignedFloating(BatchLevel batch, Tensor... operands) {
    return aligned(batch, true, operands);
  }

  private static Tensor[] aligned(BatchLevel batch, boolean floating, Tensor... operands) {
    int rank = 0;
    boolean mixed = false;
    for (Tensor t : operands) {
      rank = Math.max(rank, t.dim());
      mixed |= t.dtype() != operands[operands.length - 1].dtype();
    }
    Tensor[] aligned = new Tensor[operands.length];
    for (int i = 0; i < operands.length; i++) {
      Tensor t = operands[i];
      aligned[i] = batch.has(t) ? behind(batch.unwrapped(t), rank - t.dim()) : t;
      if (mixed && batch.has(t) && t.dim() == 0 && t.dtype() != DType.BOOL) {
        // In its value it has a dimension, but it must not count for more than without the batch.
        DType type = Types.promote("vmap", operands);
        aligned[i] = aligned[i].to(floating ? Types.floating(type) : type);
      }
    }
    return aligned;
  }

  /**
   * Returns the layout of an elementwise operator's result on one element alone.
   *
   * @param floating whether the operator computes in floating point numbers
   */
  static Layout layout(String op, boolean floating, Tensor... operands) {
    boolean dense = true;
    for (Tensor t : operands) {
      dense &= Raw.layout(t).isNonOverlappingAndDense();
    }
    if (dense) {
      return Broadcast.layout(op, operands);
    }
    DType type = Types.promote(op, operands);
    type = floating ? Types.floating(type) : type;
    Layout[] layouts = new Layout[operands.length];
    for (int i = 0; i < layouts.length; i++) {
      Layout own = Raw.layout(operands[i]);
      layouts[i] = operands[i].dtype() == type ? own : own.fresh();
    }
    return ResultLayout.of(Broadcast.sizes(op, operands), layouts);
  }

  /** Same as {@link #aligned} where the first operand, which is batched, is changed in place. */
  static Tensor[] alignedInto(BatchLevel batch, Tensor... operands) {
    Tensor self = operands[0];
    for (Tensor t : operands) {
      if (t.dim() > self.dim()) {
        throw new AutogradException(
            "vmap: a tensor of shape "
                + self.shape()
                + " cannot be changed in place by one of shape "
                + t.shape()
                + ", which has more dimensions.");
      }
    }
    Tensor[] aligned = aligned(batch, operands);
    aligned[0] = batch.unwrapped(self);
    return aligned;
  }

  /** Returns a view with dimensions of size 1 inserted behind the batch. */
  static Tensor behind(Tensor front, int missing) {
    if (missing <= 0) {
      return front;
    }
    long[] sizes = Raw.layout(front).sizes();
    long[] padded = new long[sizes.length + missing];
    Arrays.fill(padded, 1);
    padded[0] = sizes[0];
    System.arraycopy(sizes, 1, padded, missing + 1, sizes.length - 1);
    return front.view(padded);
  }

  static int dim(String op, int dim, int rank) {
    return Dims.wrap(op, dim, rank) + 1;
  }

  static int newDim(String op, int dim, int rank) {
    return Dims.wrap(op, dim, rank + 1) + 1;
  }

  static int[] dims(String op, int[] dims, int rank) {
    if (dims == null || dims.length == 0) {
      return all(rank);
    }
    int[] moved = new int[dims.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = dim(op, dims[i], rank);
    }
    return moved;
  }

  /** Returns all dimensions of an element, behind the batch. */
  static int[] all(int rank) {
    int[] all = new int[rank];
    for (int i = 0; i < rank; i++) {
      all[i] = i + 1;
    }
    return all;
  }

  static int[] permutation(String op, int[] dims, int rank) {
    int[] moved = new int[dims.length + 1];
    for (int i = 0; i < dims.length; i++) {
      moved[i + 1] = dim(op, dims[i], rank);
    }
    return moved;
  }

  static long[] sizes(BatchLevel batch, long[] sizes) {
    long[] all = new long[sizes.length + 1];
    all[0] = batch.size();
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return all;
  }

  static int rank(Tensor[] tensors) {
    return tensors.length == 0 ? 0 : tensors[0].dim();
  }

  /** Checks a dimension of a zero-dimensional operand. */
  static int scalarDim(String op, int dim) {
    return Dims.wrap(op, dim, 0);
  }

  /** Checks dimensions, if any, of a zero-dimensional operand. */
  static int[] scalarDims(String op, int[] dims) {
    for (int i = 0; dims != null && i < dims.length; i++) {
      Dims.wrap(op, dims[i], 0);
    }
    return dims;
  }

  /** Returns a vector in the place of a zero-dimensional operand. */
  static Tensor vector(Tensor t) {
    return t.dim() == 0 ? t.unsqueeze(0) : t;
  }

  /** Returns a zero-dimensional result in the place of a vector of one element. */
  static Tensor scalar(Tensor t) {
    return t.dim() == 1 && t.size(0) == 1 ? t.squeeze(0) : t;
  }

  /** Refuses a value that must be one number for each element of the batch. */
  static void checkNumber(String op, Tensor value) {
    if (value.dim() != 0) {
      throw new AutogradException(
          op + ": value must have no dimensions, its shape is " + value.shape());
    }
  }

  /** Returns the value with all dimensions of an element joined into one. */
  static Tensor flat(BatchLevel batch, Tensor t) {
    return batch.front(t).reshape(batch.size(), Raw.layout(t).numel());
  }

  /** Returns values with the batch in front with all their other dimensions joined into one. */
  static Tensor joined(Tensor front) {
    long[] sizes = Raw.layout(front).sizes();
    long count = 1;
    for (int d = 1; d < sizes.length; d++) {
      count *= sizes[d];
    }
    return front.reshape(sizes[0], count);
  }

  /**
   * Returns the value with the batch in front; of a zero-dimensional element with one dimension.
   */
  static Tensor raised(BatchLevel batch, Tensor t) {
    return t.dim() == 0 ? batch.front(t).unsqueeze(1) : batch.front(t);
  }
}
