package org.autograd.batch;

import org.autograd.Tensor;
import org.autograd.forward.Carriers;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Raw;

/**
 * Tensors whose values are the same for all elements of a batch while their tangents are not, as in
 * a function that is mapped over directions. Such a tensor is not batched: its value is computed
 * once and can be read, and its tangents are batched tensors of their own. Where it meets a batched
 * value it is repeated first, together with its tangents.
 */
public final class BatchedTangents {
  private BatchedTangents() {}

  /**
   * Tells whether visible tangents of a tensor, which may be absent, are batched at a level at
   * which its value is not.
   */
  static boolean only(BatchLevel level, Tensor t) {
    ThreadState state = ThreadState.current();
    DualLevel from = DualLevel.active(state);
    return t != null
        && from != null
        && !isBatched(level, t)
        && haveBatch(state, level, from, Physical.value(t));
  }

  /** Tells whether a derivative with respect to a tensor need not tell the elements apart. */
  static boolean staysPlain(BatchLevel level, Tensor t) {
    return level.isOverDirections() ? !isBatched(level, t) : only(level, t);
  }

  private static boolean isBatched(BatchLevel level, Tensor t) {
    for (Tensor v = t; BatchLevel.of(v) != null; v = Batch.of(v).value()) {
      if (Batch.of(v).level() == level) {
        return true;
      }
    }
    return false;
  }

  private static boolean haveBatch(
      ThreadState state, BatchLevel level, DualLevel from, Tensor value) {
    if (!Raw.layered(value)) {
      return false;
    }
    Mode before = state.mode;
    try {
      for (DualLevel l = from; l != null; l = l.outer()) {
        state.mode = l.below(before);
        Tensor tangent = Duals.at(l, value);
        if (tangent != null
            && (isBatched(level, tangent)
                || haveBatch(state, level, l.outer(), Physical.value(tangent)))) {
          return true;
        }
      }
      return false;
    } finally {
      state.mode = before;
    }
  }

  /**
   * Returns a tensor without the batch that it and its visible tangents may have at a level: that
   * becomes a dimension, in which what has none is repeated.
   *
   * @param dim the place of the dimension
   */
  public static Tensor without(BatchLevel level, Tensor t, int dim) {
    ThreadState state = ThreadState.current();
    return without(state, level, DualLevel.active(state), t, dim);
  }

  private static Tensor without(
      ThreadState state, BatchLevel level, DualLevel from, Tensor t, int dim) {
    BatchLevel own = BatchLevel.of(t);
    if (own == null) {
      return haveBatch(state, level, from, t)
          ? repeated(state, level, from, t, dim)
          : repeated(level, t, dim);
    }
    Mode before = own.outside(state);
    try {
      Batch batch = Batch.of(t);
      return own == level
          ? Batch.moved(batch.value(), batch.dim(), dim)
          : own.wrap(without(state, level, from, batch.front(), dim + 1), 0);
    } finally {
      state.mode = before;
    }
  }

  private static Tensor repeated(BatchLevel level, Tensor t, int dim) {
    long[] sizes = new long[t.dim() + 1];
    long[] rest = Raw.layout(t).sizes();
    System.arraycopy(rest, 0, sizes, 0, dim);
    sizes[dim] = level.size();
    System.arraycopy(rest, dim, sizes, dim + 1, rest.length - dim);
    return t.unsqueeze(dim).expand(sizes);
  }

  private static Tensor repeated(
      ThreadState state, BatchLevel level, DualLevel from, Tensor t, int dim) {
    Tensor result = repeated(level, Carriers.visible(null, t), dim);
    Mode before = state.mode;
    try {
      for (DualLevel l = from; l != null; l = l.outer()) {
        state.mode = l.below(before);
        Tensor tangent = Duals.at(l, t);
        if (tangent != null) {
          Duals.make(l, result, without(state, level, l.outer(), tangent, dim));
        }
      }
      return result;
    } finally {
      state.mode = before;
    }
  }
}
