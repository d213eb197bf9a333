package org.autograd.batch;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.autograd.Tensor;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;

/**
 * What a pass inside mapped functions works with: tensors without their batches at the levels that
 * were open when they were recorded. Histories belong to values, so a derivative of a value is that
 * of all elements at once, each with respect to its own.
 */
public final class Physical {
  private Physical() {}

  /** Returns the tensor that holds the values of a batched one at all levels. */
  public static Tensor value(Tensor t) {
    Tensor value = t;
    while (BatchLevel.of(value) != null) {
      value = Batch.of(value).value();
    }
    return value;
  }

  /**
   * Returns what makes a tensor of the form of {@code t} of one of the form of its value. It does
   * not keep the tensor.
   */
  public static UnaryOperator<Tensor> wrapping(Tensor t) {
    if (BatchLevel.of(t) == null) {
      return UnaryOperator.identity();
    }
    Batch batch = Batch.of(t);
    BatchLevel level = batch.level();
    int dim = batch.dim();
    UnaryOperator<Tensor> inner = wrapping(batch.value());
    return value -> level.wrap(inner.apply(value), dim);
  }

  /**
   * Applies a function that keeps the shape to values that are batched at every open level: what
   * was not is repeated, so that each element has one of its own.
   */
  public static Tensor map(Tensor t, UnaryOperator<Tensor> f) {
    return map(t, false, f);
  }

  /**
   * Same as {@link #map(Tensor, UnaryOperator)}.
   *
   * @param once whether a value stays as it is at levels at which only its tangents are batched
   */
  public static Tensor map(Tensor t, boolean once, UnaryOperator<Tensor> f) {
    ThreadState state = ThreadState.current();
    return map(state, BatchLevel.innermost(state), t, once, f);
  }

  private static Tensor map(
      ThreadState state, BatchLevel level, Tensor t, boolean once, UnaryOperator<Tensor> f) {
    if (level == null) {
      return f.apply(t);
    }
    if (once && BatchedTangents.staysPlain(level, t)) {
      return map(state, level.outer(), t, true, f);
    }
    Mode before = level.outside(state);
    try {
      return level.wrap(map(state, level.outer(), level.front(t), once, f));
    } finally {
      state.mode = before;
    }
  }

  /**
   * Returns a gradient of {@code root} in the form of its value: without the batches that the root
   * has, at the places where its value has them; others are kept.
   *
   * @param gradient of the root's shape
   */
  public static Tensor like(Tensor root, Tensor gradient) {
    if (BatchLevel.of(root) == null) {
      return gradient;
    }
    Batch batch = Batch.of(root);
    return like(batch.value(), BatchedTangents.without(batch.level(), gradient, batch.dim()));
  }

  /**
   * Runs a pass over what was recorded without batches, outside of all mapped functions. If the
   * weights it starts from are batched still, it is mapped itself and stays inside.
   */
  public static <T> T pass(List<Tensor> weights, Supplier<T> work) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    if (weights.stream().allMatch(w -> BatchLevel.of(w) == null)) {
      state.mode = BatchLevel.physical(before);
    }
    try {
      return work.get();
    } finally {
      state.mode = before;
    }
  }

  private static Tensor within(BatchLevel level, Supplier<Tensor> work) {
    ThreadState state = ThreadState.current();
    Mode before = level.outside(state);
    try {
      return work.get();
    } finally {
      state.mode = before;
    }
  }

  /**
   * Returns the batched form of a gradient: with the batches of the tensor that it belongs to.
   *
   * @param gradient of the shape of the tensor's value; null stays null
   */
  public static Tensor wrapLike(Tensor t, Tensor gradient) {
    if (gradient == null || BatchLevel.of(t) == null) {
      return gradient;
    }
    Batch batch = Batch.of(t);
    Tensor inner = Arrangement.apart(wrapLike(batch.value(), gradient), batch.dim());
    return rewrapped(batch.level(), inner, batch.dim());
  }

  /** Tells whether a tensor is batched at an open level at which another one is not. */
  public static boolean hasMore(Tensor t, Tensor other) {
    for (Tensor v = t; BatchLevel.of(v) != null; v = Batch.of(v).value()) {
      Tensor o = other;
      while (BatchLevel.of(o) != null && BatchLevel.of(o) != Batch.of(v).level()) {
        o = Batch.of(o).value();
      }
      if (BatchLevel.of(o) == null) {
        return true;
      }
    }
    return false;
  }

  /** Makes dimension {@code dim} of a tensor its batch at a level, below those of inner levels. */
  public static Tensor rewrapped(BatchLevel level, Tensor t, int dim) {
    BatchLevel own = BatchLevel.of(t);
    if (own == null || own.depth() < level.depth()) {
      return level.wrap(t, dim);
    }
    Tensor inner = within(own, () -> own.unwrapped(t));
    return own.wrap(rewrapped(level, inner, dim + 1), 0);
  }
}
