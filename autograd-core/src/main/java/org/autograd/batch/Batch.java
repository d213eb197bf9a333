package org.autograd.batch;

import org.autograd.Tensor;
import org.autograd.tensor.BatchState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * What a batched tensor holds. The tensor itself has the layout of one element run alone, the value
 * lies in memory as it does: in dimensions of more than one element it has the same strides, so a
 * place in the element's memory is the same number of steps from the element's first place in the
 * value's. Where it begins, and the strides of other dimensions, may differ.
 */
public final class Batch implements BatchState {
  private final BatchLevel level;
  private final Tensor value;
  private final int dim;

  private Batch(BatchLevel level, Tensor value, int dim) {
    this.level = level;
    this.value = value;
    this.dim = dim;
  }

  static Tensor wrap(BatchLevel level, Tensor value, int dim) {
    return wrap(level, value, dim, element(Raw.layout(value), dim), Raw.storage(value).length());
  }

  /**
   * Makes a batched tensor.
   *
   * @param element the layout of one element, which the value follows
   * @param length of the memory of one element
   */
  static Tensor wrap(BatchLevel level, Tensor value, int dim, Layout element, long length) {
    Tensor t = Raw.alias(new BatchStorage(value, length), element, Raw.dtype(value));
    Raw.layer(t, new Batch(level, value, dim));
    boolean owned = Raw.has(value, Flags.OWNED);
    Raw.flag(value, Flags.OWNED, false);
    Raw.flag(t, owned ? Flags.BATCHED | Flags.OWNED : Flags.BATCHED, true);
    return t;
  }

  /** Returns the layout of one element. */
  static Layout element(Layout whole, int dim) {
    return Layout.of(without(whole.sizes(), dim), without(whole.strides(), dim), whole.offset());
  }

  private static long[] without(long[] all, int dim) {
    long[] rest = new long[all.length - 1];
    System.arraycopy(all, 0, rest, 0, dim);
    System.arraycopy(all, dim + 1, rest, dim, rest.length - dim);
    return rest;
  }

  /** Has a batched tensor stand for what another one stands for, of the same shape or not. */
  public static void replace(Tensor t, Tensor other) {
    Raw.set(t, Raw.storage(other), Raw.layout(other), Raw.dtype(other));
    Raw.layer(t, Raw.layer(other));
  }

  /** Returns a batched tensor with the value in the place of the one that another holds. */
  public static Tensor with(Tensor batched, Tensor value) {
    Batch b = of(batched);
    return wrap(b.level, value, b.dim, Raw.layout(batched), Raw.storage(batched).length());
  }

  /** Has a batched tensor show an element's memory in a layout that its value follows. */
  static void show(Tensor batched, Layout element, long length) {
    Tensor value = of(batched).value;
    Raw.set(batched, new BatchStorage(value, length), element, Raw.dtype(batched));
  }

  /** Returns what a batched tensor holds. */
  public static Batch of(Tensor batched) {
    return (Batch) Raw.layer(batched);
  }

  /** Returns the level. */
  public BatchLevel level() {
    return level;
  }

  @Override
  public Tensor value() {
    return value;
  }

  /** Returns the dimension of the batch in the value. */
  public int dim() {
    return dim;
  }

  /** Returns the value with the batch in front: itself, or a view. */
  Tensor front() {
    return moved(value, dim, 0);
  }

  /** Returns a view with one dimension moved to another place. */
  public static Tensor moved(Tensor t, int from, int to) {
    if (from == to) {
      return t;
    }
    int[] order = new int[t.dim()];
    int next = 0;
    for (int i = 0; i < order.length; i++) {
      if (i == to) {
        order[i] = from;
      } else {
        next += next == from ? 1 : 0;
        order[i] = next++;
      }
    }
    return t.permute(order);
  }
}
