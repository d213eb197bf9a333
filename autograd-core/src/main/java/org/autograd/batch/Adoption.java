package org.autograd.batch;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.CreationMeta;
import org.autograd.Tensor;
import org.autograd.graph.Meta;
import org.autograd.graph.ViewInfo;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Made;
import org.autograd.tensor.Raw;

/**
 * Tensors that a value batched at more levels is written into. The memory of one that was made
 * inside the mapped function is given a batch of its own first, and all views and elements of it
 * follow; one from outside cannot be.
 */
public final class Adoption {
  /** Whether a tensor was ever given a batch: only then are there others that must follow. */
  static volatile boolean used;

  private Adoption() {}

  /**
   * Makes sure that values batched at a level can be written into a tensor.
   *
   * @param op the operator, for the message
   * @throws AutogradException if the tensor is not batched at the level and comes from outside, or
   *     shares its memory with what could not follow
   */
  public static void prepare(String op, BatchLevel level, Tensor self) {
    if (level.has(self)) {
      return;
    }
    Tensor base = base(Physical.value(self));
    String problem = problem(level, self, base);
    if (problem != null) {
      throw new AutogradException(
          op
              + ": a batched value cannot be written into "
              + Record.describe(self)
              + problem
              + " Use the operator that is not in place, or make the tensor inside, for example by"
              + " a clone().");
    }
    used = true;
    ThreadState state = ThreadState.current();
    Record.checkInplace(op, state, self);
    Mode before = level.outside(state);
    state.mode =
        BatchLevel.madeIn(recording(state.mode), madeIn(base))
            .with(Bits.INFERENCE, Raw.has(base, Flags.INFERENCE));
    try {
      become(base, level.wrap(repeated(level, base)), Raw.layout(base).numel());
    } finally {
      state.mode = before;
    }
    follow(self);
  }

  /**
   * Returns a mode in which nothing of a tensor gets lost that is given a batch, whatever the mode
   * in which that turns out to be necessary.
   */
  private static Mode recording(Mode mode) {
    return mode.with(Bits.GRAD, true).with(Bits.INFERENCE, false).with(Bits.NO_FORWARD, false);
  }

  private static Tensor base(Tensor t) {
    return Raw.has(t, Flags.VIEW) ? Meta.ifPresent(t).base() : t;
  }

  /** Says why a tensor cannot be given a batch; null if it can. */
  private static String problem(BatchLevel level, Tensor self, Tensor base) {
    if (!level.isIn(madeIn(base))) {
      return (BatchLevel.of(self) == null
              ? " that is not batched and comes from outside of the function given to vmap"
              : " that holds a batch of an outer function given to vmap only")
          + ": each element would need a memory of its own.";
    }
    if (Raw.has(base, Flags.SHARED)) {
      return ", which is not batched and shares its memory with an array or with a tensor made of it"
          + " by detach(), data(), setData() or in inference mode: each element needs a memory of"
          + " its own, and those could not follow.";
    }
    Layout layout = Raw.layout(base);
    return layout.offset() == 0 && layout.isNonOverlappingAndDense()
        ? null
        : ", which is not batched and whose elements do not fill a block of memory ("
            + layout
            + ").";
  }

  /** Returns the level that a tensor was made in; null if that was none. */
  private static BatchLevel madeIn(Tensor t) {
    Object layer = Raw.layer(t) instanceof Made tangents ? tangents.in() : Raw.layer(t);
    return layer instanceof BatchLevel made ? made : null;
  }

  /** Repeats a tensor in fresh memory: each element of the batch is laid out as the tensor is. */
  private static Tensor repeated(BatchLevel level, Tensor base) {
    if (Raw.layout(base).isContiguous()) {
      return level.front(base).clone();
    }
    int[] order = Raw.layout(base).descendingStrides();
    int[] back = new int[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      back[order[i] + 1] = i + 1;
    }
    return level.front(base.permute(order)).clone().permute(back);
  }

  /** Has a tensor show the same part as before of memory that was given a batch. */
  static void follow(Tensor t) {
    if (Raw.has(t, Flags.BATCHED)) {
      followValue(t);
    } else if (Raw.has(t, Flags.VIEW)) {
      followBase(t);
    }
  }

  private static void followBase(Tensor view) {
    ViewInfo info = Meta.ifPresent(view).view();
    Tensor base = info.base();
    BatchLevel level = BatchLevel.of(base);
    if (level == null) {
      return;
    }
    for (Tensor v = base; BatchLevel.of(v) != null; v = Batch.of(v).value()) {
      level = Batch.of(v).level();
    }
    ThreadState state = ThreadState.current();
    Mode before = level.outside(state);
    boolean restricted = info.creation() != CreationMeta.DEFAULT;
    state.mode = recording(state.mode).with(Bits.GRAD, !restricted);
    try {
      // All batches of the base came in front, one after another.
      Tensor whole = Physical.value(base);
      Layout part = Raw.layout(view);
      Layout all = Raw.layout(whole);
      int batches = whole.dim() - base.dim();
      Tensor value =
          whole.asStrided(
              joined(all.sizes(), batches, part.sizes()),
              joined(all.strides(), batches, part.strides()),
              part.offset());
      ViewInfo made = Meta.ifPresent(value).view();
      made.creation(info.creation());
      if (restricted) {
        // It is of the memory as that was given its batch: what changed since is noticed.
        made.version(0);
      }
      become(view, Physical.wrapping(base).apply(value), Raw.storage(base).length());
    } finally {
      state.mode = before;
    }
  }

  /** Puts the batch that the value of an element was given in its place among the others. */
  private static void followValue(Tensor t) {
    Batch batch = Batch.of(t);
    Tensor value = batch.value();
    BatchLevel own = BatchLevel.of(value);
    if (own == null || own.depth() < batch.level().depth()) {
      return;
    }
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = recording(before);
    Tensor inPlace;
    try {
      inPlace = Physical.rewrapped(batch.level(), value, batch.dim());
    } finally {
      state.mode = before;
    }
    int version = Raw.storage(t).version() + Raw.storage(value).version();
    Batch.show(inPlace, Raw.layout(t), Raw.storage(t).length());
    Raw.storage(inPlace).version(version);
    Batch.replace(t, inPlace);
  }

  private static long[] joined(long[] first, int count, long[] rest) {
    long[] all = Arrays.copyOf(first, count + rest.length);
    System.arraycopy(rest, 0, all, count, rest.length);
    return all;
  }

  /** Makes a tensor object, as it lies in memory, stand for what another one stands for. */
  private static void become(Tensor t, Tensor wrapped, long length) {
    Batch.show(wrapped, Raw.layout(t), length);
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
