package org.autograd.batch;

import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.graph.Meta;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Made;
import org.autograd.tensor.Raw;

/**
 * Unbatched tensors that a batched value is written into. One that was made inside the mapped
 * function is given a batch of its own first, and so are all its views; one from outside cannot be.
 */
public final class Adoption {
  /** Whether a tensor was ever given a batch: only then are there views that must follow. */
  static volatile boolean used;

  private Adoption() {}

  /**
   * Makes sure that values batched at a level can be written into a tensor.
   *
   * @param op the operator, for the message
   * @throws AutogradException if the tensor is not batched at the level and comes from outside
   */
  public static void prepare(String op, BatchLevel level, Tensor self) {
    if (level.has(self)) {
      return;
    }
    boolean view = Raw.has(self, Flags.VIEW);
    Tensor base = view ? Meta.ifPresent(self).base() : self;
    if (!isInside(level, base) || !Raw.layout(base).isContiguous()) {
      throw new AutogradException(
          op
              + ": a batched value cannot be written into "
              + Record.describe(self)
              + (BatchLevel.of(self) == null
                  ? " that is not batched and comes from outside of the function given to vmap"
                  : " that holds a batch of an outer function given to vmap only")
              + ": each element would need a memory of its own. Use the operator that is not in"
              + " place, or make the tensor inside, for example by a clone().");
    }
    used = true;
    ThreadState state = ThreadState.current();
    Record.checkInplace(op, state, self);
    Mode before = level.outside(state);
    try {
      become(base, level, level.front(base).clone());
    } finally {
      state.mode = before;
    }
    if (view) {
      follow(self);
    }
  }

  /** Tells whether a tensor was made while a level was open. */
  private static boolean isInside(BatchLevel level, Tensor t) {
    Object layer = Raw.layer(t) instanceof Made tangents ? tangents.in() : Raw.layer(t);
    BatchLevel l = layer instanceof BatchLevel made ? made : null;
    while (l != null && l != level) {
      l = l.outer();
    }
    return l == level;
  }

  /** Has a view of a tensor that was given a batch show the same part of that. */
  static void follow(Tensor view) {
    Tensor base = Meta.ifPresent(view).base();
    if (!Raw.has(base, Flags.BATCHED)) {
      return;
    }
    Batch batch = Batch.of(base);
    BatchLevel level = batch.level();
    ThreadState state = ThreadState.current();
    Mode before = level.outside(state);
    try {
      Tensor whole = batch.value();
      Layout part = Raw.layout(view);
      Layout all = Raw.layout(whole);
      become(
          view,
          level,
          whole.asStrided(
              with(level.size(), part.sizes()),
              with(all.numel() / level.size(), part.strides()),
              part.offset()));
    } finally {
      state.mode = before;
    }
  }

  private static long[] with(long first, long[] rest) {
    long[] all = new long[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  /** Makes a tensor object stand for one element of a value with the batch in front. */
  private static void become(Tensor t, BatchLevel level, Tensor value) {
    Tensor wrapped = level.wrap(value);
    // What was saved of the tensor before is no longer there: to its readers it was changed.
    Raw.storage(wrapped).version(Raw.storage(t).version() + 1);
    Raw.edge(t, null);
    Raw.meta(t, null);
    Raw.flag(t, Flags.VIEW | Flags.OWNED | Flags.DUAL, false);
    Raw.set(t, Raw.storage(wrapped), Raw.layout(wrapped), Raw.dtype(wrapped));
    Raw.layer(t, Raw.layer(wrapped));
    Raw.flag(t, Flags.BATCHED, true);
  }
}
