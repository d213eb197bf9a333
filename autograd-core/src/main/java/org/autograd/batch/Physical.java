package org.autograd.batch;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.autograd.Tensor;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Raw;

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
    ThreadState state = ThreadState.current();
    return map(state, BatchLevel.innermost(state), t, f);
  }

  private static Tensor map(
      ThreadState state, BatchLevel level, Tensor t, UnaryOperator<Tensor> f) {
    if (level == null) {
      return f.apply(t);
    }
    Mode before = level.outside(state);
    try {
      return level.wrap(map(state, level.outer(), level.front(t), f));
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
    return like(batch.value(), without(batch.level(), gradient, batch.dim()));
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

  /** Returns a tensor without its batch at a level: that becomes dimension {@code dim}. */
  static Tensor without(BatchLevel level, Tensor t, int dim) {
    BatchLevel own = BatchLevel.of(t);
    if (own == level) {
      return within(level, () -> Batch.moved(Batch.of(t).value(), Batch.of(t).dim(), dim));
    }
    if (own != null && own.depth() > level.depth()) {
      // A level inside: its batch comes first for the time being.
      Tensor inner = within(own, () -> own.unwrapped(t));
      return own.wrap(without(level, inner, dim + 1), 0);
    }
    long[] sizes = new long[t.dim() + 1];
    long[] rest = Raw.layout(t).sizes();
    System.arraycopy(rest, 0, sizes, 0, dim);
    sizes[dim] = level.size();
    System.arraycopy(rest, dim, sizes, dim + 1, rest.length - dim);
    return t.unsqueeze(dim).expand(sizes);
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
    Tensor inner = wrapLike(batch.value(), gradient);
    return rewrapped(batch.level(), inner, batch.dim());
  }

  /** Makes dimension {@code dim} of a tensor its batch at a level, below those of inner levels. */
  static Tensor rewrapped(BatchLevel level, Tensor t, int dim) {
    BatchLevel own = BatchLevel.of(t);
    if (own == null || own.depth() < level.depth()) {
      return level.wrap(t, dim);
    }
    Tensor inner = within(own, () -> own.unwrapped(t));
    return own.wrap(rewrapped(level, inner, dim + 1), 0);
  }
}
