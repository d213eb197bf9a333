package org.autograd.batch;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.autograd.AutogradException;
import org.autograd.Randomness;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** A level of batches: one call of a mapped function, in force while that runs. */
public final class BatchLevel {
  private static final Slot<BatchLevel> INNERMOST = new Slot<>("batch level");

  /** The innermost level of what the user's function does, also while rules are evaluated. */
  private static final Slot<BatchLevel> MADE_IN = new Slot<>("level tensors are made in");

  /** Marks fresh tensors with the level they are made in, from the first level on. */
  private static final class Marks {
    static {
      Raw.onFresh(t -> {
        BatchLevel level = ThreadState.current().mode.get(MADE_IN);
        if (level != null) {
          Raw.layer(t, level);
        }
      });
    }

    static void install() {}
  }

  private final BatchLevel outer;

  /** Where tensors were made before this level was opened. */
  private final BatchLevel madeInBefore;

  private final int depth;
  private final long size;
  private final Randomness randomness;

  /** Whether only tangents are batched at first: values are, if the function makes them so. */
  private boolean directions;

  /** How often the level has been opened and not closed. */
  private final AtomicInteger open = new AtomicInteger(1);

  private BatchLevel(BatchLevel outer, BatchLevel madeInBefore, long size, Randomness randomness) {
    this.outer = outer;
    this.madeInBefore = madeInBefore;
    this.depth = outer == null ? 1 : outer.depth + 1;
    this.size = size;
    this.randomness = randomness;
  }

  /** Returns the innermost level of a thread, or null. */
  public static BatchLevel innermost(ThreadState state) {
    return state.mode.get(INNERMOST);
  }

  /** Returns a mode in which fresh tensors count as made in a level; null for none at all. */
  static Mode madeIn(Mode mode, BatchLevel level) {
    return mode.with(MADE_IN, level);
  }

  /** Returns a mode outside of all levels; fresh tensors count as made where they did. */
  static Mode physical(Mode mode) {
    return mode.with(INNERMOST, null);
  }

  /**
   * Opens a level inside the innermost one of the thread.
   *
   * @param size how many elements its batches have
   * @param randomness what random operators draw for them
   */
  public static BatchLevel enter(ThreadState state, long size, Randomness randomness) {
    Marks.install();
    BatchLevel level = new BatchLevel(innermost(state), state.mode.get(MADE_IN), size, randomness);
    state.mode = madeIn(state.mode.with(INNERMOST, level), level);
    return level;
  }

  /** Closes this level: what is batched at it can no longer be used. */
  public void exit(ThreadState state) {
    state.mode = madeIn(state.mode.with(INNERMOST, outer), madeInBefore);
    close();
  }

  /** Same as {@link #exit} for a level that is in force on no thread any more. */
  public void close() {
    open.decrementAndGet();
  }

  /** Tells whether this level is {@code innermost}, which may be null, or outside of it. */
  boolean isIn(BatchLevel innermost) {
    BatchLevel l = innermost;
    while (l != null && l != this) {
      l = l.outer;
    }
    return l == this;
  }

  /**
   * Opens a level again, with all that are outside of it, and makes it the thread's innermost one:
   * for what a mapped function left to be done later. Null closes all levels for the time being.
   */
  public static Scope reopen(BatchLevel level) {
    ThreadState state = ThreadState.current();
    BatchLevel before = innermost(state);
    BatchLevel madeInBefore = state.mode.get(MADE_IN);
    for (BatchLevel l = level; l != null; l = l.outer) {
      l.open.incrementAndGet();
    }
    state.mode = madeIn(state.mode.with(INNERMOST, level), level);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = madeIn(now.mode.with(INNERMOST, before), madeInBefore);
      for (BatchLevel l = level; l != null; l = l.outer) {
        l.open.decrementAndGet();
      }
    };
  }

  /**
   * Puts the mode in force in which this level's rules are evaluated.
   *
   * @return the mode before, to be put back
   * @throws AutogradException if the level has been closed
   */
  public Mode outside(ThreadState state) {
    if (open.get() == 0) {
      throw new AutogradException(
          "vmap: a batched tensor was used after the function it belongs to had returned. Return it"
              + " from the mapped function instead of keeping it.");
    }
    Mode before = state.mode;
    state.mode = before.with(INNERMOST, outer);
    return before;
  }

  /** Notes that the level's function is mapped over directions alone. */
  public void overDirections() {
    directions = true;
  }

  /** Tells whether the level's function is mapped over directions alone. */
  boolean isOverDirections() {
    return directions;
  }

  /** Returns the next level outside of this one, or null. */
  public BatchLevel outer() {
    return outer;
  }

  /** Returns how many levels there are from the outermost one to this one. */
  public int depth() {
    return depth;
  }

  /** Returns how many elements a batch has. */
  public long size() {
    return size;
  }

  /** Returns what random operators draw. */
  public Randomness randomness() {
    return randomness;
  }

  /** Tells whether a tensor, which may be absent, is batched at this level. */
  public boolean has(Tensor t) {
    return of(t) == this;
  }

  /**
   * Returns the value of a tensor batched at this level with the batch in front; others as they
   * are.
   */
  public Tensor unwrapped(Tensor t) {
    return has(t) ? Batch.of(t).front() : t;
  }

  /**
   * Returns a tensor with the batch in front: the value of a batched one, else the tensor repeated
   * without a copy. Null stays null.
   */
  public Tensor front(Tensor t) {
    return t == null || has(t) ? unwrapped(t) : repeated(t);
  }

  /** Returns one element of a tensor batched at this level; others as they are. */
  public Tensor element(Tensor t, long i) {
    return has(t) ? Batch.of(t).front().select(0, i) : t;
  }

  /** Same as {@link #element(Tensor, long)} for several tensors. */
  public Tensor[] element(Tensor[] ts, long i) {
    Tensor[] elements = new Tensor[ts.length];
    for (int k = 0; k < ts.length; k++) {
      elements[k] = element(ts[k], i);
    }
    return elements;
  }

  /** Same as {@link #front(Tensor)} for several tensors. */
  public Tensor[] front(Tensor[] ts) {
    Tensor[] fronts = new Tensor[ts.length];
    for (int i = 0; i < ts.length; i++) {
      fronts[i] = front(ts[i]);
    }
    return fronts;
  }

  private Tensor repeated(Tensor t) {
    if (BatchedTangents.only(this, t)) {
      return BatchedTangents.without(this, t, 0);
    }
    long[] sizes = Raw.layout(t).sizes();
    long[] repeated = new long[sizes.length + 1];
    repeated[0] = size;
    System.arraycopy(sizes, 0, repeated, 1, sizes.length);
    return t.expand(repeated);
  }

  /**
   * Tells whether an operand, which may be absent, is to be {@link #lifted} before it meets values
   * batched at this level.
   */
  public boolean lifts(Tensor t) {
    return t != null && Raw.layered(t) && !has(t) && BatchedTangents.only(this, t);
  }

  /** Same as {@link #lifts(Tensor)} for one of several operands. */
  public boolean lifts(Tensor a, Tensor b) {
    return lifts(a) || lifts(b);
  }

  /** Same as {@link #lifts(Tensor)} for one of several operands. */
  public boolean lifts(Tensor a, Tensor b, Tensor c) {
    return lifts(a) || lifts(b) || lifts(c);
  }

  /** Same as {@link #lifts(Tensor)} for one of several operands. */
  public boolean lifts(Tensor[] ts) {
    for (Tensor t : ts) {
      if (lifts(t)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns a tensor that is not batched at this level, but has tangents that are, as one that is;
   * others as they are.
   */
  public Tensor lifted(Tensor t) {
    return lifts(t) ? wrap(BatchedTangents.without(this, t, 0)) : t;
  }

  /** Same as {@link #lifted(Tensor)} for several tensors. */
  public Tensor[] lifted(Tensor[] ts) {
    Tensor[] lifted = new Tensor[ts.length];
    for (int i = 0; i < ts.length; i++) {
      lifted[i] = lifted(ts[i]);
    }
    return lifted;
  }

  /** Returns a tensor that stands for one element of a value with the batch in front. */
  public Tensor wrap(Tensor value) {
    return wrap(value, 0);
  }

  /**
   * Returns a tensor that stands for one element of a value.
   *
   * @param dim the dimension of the batch in the value
   */
  public Tensor wrap(Tensor value, int dim) {
    return value == null ? null : Batch.wrap(this, value, dim);
  }

  /**
   * Returns a tensor that stands for one element of an input of the mapped function.
   *
   * @param value some of the elements
   * @param all all elements, which a chunk is a part of: what is seen does not depend on chunks
   */
  public Tensor input(Tensor value, Tensor all, int dim) {
    Layout element = Batch.element(Raw.layout(all), dim);
    return Batch.wrap(this, value, dim, element, Raw.storage(all).length());
  }

  /**
   * Returns a tensor that stands for one element of a view of a batched tensor's value.
   *
   * @param value the view, with the batch in front
   * @param element the layout of the view of one element
   */
  public Tensor view(Tensor self, Tensor value, Layout element) {
    return Batch.wrap(this, value, 0, element, Raw.storage(self).length());
  }

  /** Same as {@link #view(Tensor, Tensor, Layout)} for several views. */
  public Tensor[] view(Tensor self, Tensor[] values, Layout[] elements) {
    Tensor[] views = new Tensor[values.length];
    for (int i = 0; i < views.length; i++) {
      views[i] = view(self, values[i], elements[i]);
    }
    return views;
  }

  /**
   * Returns a tensor that stands for one element of an operator's result.
   *
   * @param value with the batch in front; it is copied if its elements lie otherwise
   * @param element the layout that the operator's result on one element alone has, dense and at
   *     offset 0
   */
  public Tensor result(Tensor value, Layout element) {
    return Batch.wrap(this, Arrangement.of(value, element), 0, element, element.numel());
  }

  /** Same as {@link #result(Tensor, Layout)} for one whose elements are row-major. */
  public Tensor result(Tensor value) {
    long[] sizes = Raw.layout(value).sizes();
    return result(value, Layout.contiguous(Arrays.copyOfRange(sizes, 1, sizes.length)));
  }

  /** Same as {@link #wrap(Tensor)} for several values. */
  public Tensor[] wrap(Tensor[] values) {
    Tensor[] wrapped = new Tensor[values.length];
    for (int i = 0; i < values.length; i++) {
      wrapped[i] = wrap(values[i]);
    }
    return wrapped;
  }

  /** Returns the innermost level at which one of the operands is batched, or null. */
  public static BatchLevel of(Tensor t) {
    if (t == null) {
      return null;
    }
    if (Adoption.used) {
      Adoption.follow(t);
    }
    return Raw.has(t, Flags.BATCHED) ? Batch.of(t).level() : null;
  }

  /** Returns the innermost level at which one of the operands is batched, or null. */
  public static BatchLevel of(Tensor a, Tensor b) {
    return inner(of(a), of(b));
  }

  /** Returns the innermost level at which one of the operands is batched, or null. */
  public static BatchLevel of(Tensor a, Tensor b, Tensor c) {
    return inner(of(a, b), of(c));
  }

  /** Returns the innermost level at which one of the operands is batched, or null. */
  public static BatchLevel of(Tensor[] ts) {
    BatchLevel found = null;
    for (Tensor t : ts) {
      found = inner(found, of(t));
    }
    return found;
  }

  /** Returns the inner one of two levels, of which either may be null. */
  public static BatchLevel inner(BatchLevel a, BatchLevel b) {
    return a == null || b != null && b.depth > a.depth ? b : a;
  }

  @Override
  public String toString() {
    return "vmap level " + depth;
  }
}
