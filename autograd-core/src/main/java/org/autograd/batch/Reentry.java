package org.autograd.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.mode.ThreadState;

/**
 * A time in which levels are in force again, so that user code from a mapped function can be called
 * with tensors of one element's shape when a pass reaches it, maybe after the function has
 * returned. A level is in force itself where that is possible, then what user code has captured is
 * usable, too; inside of other levels a fresh one stands in its place.
 */
public final class Reentry implements AutoCloseable {
  private final ThreadState state;
  private final Map<BatchLevel, BatchLevel> standIns = new IdentityHashMap<>();
  private final List<BatchLevel> fresh = new ArrayList<>();
  private Scope reopened;

  /** Puts levels in force on the calling thread until this is closed. */
  public Reentry(BatchLevel... levels) {
    state = ThreadState.current();
    BatchLevel[] missing =
        Arrays.stream(levels)
            .distinct()
            .filter(l -> !l.isIn(BatchLevel.innermost(state)))
            .sorted(Comparator.comparingInt(BatchLevel::depth))
            .toArray(BatchLevel[]::new);
    if (missing.length == 0) {
      return;
    }
    BatchLevel innermost = missing[missing.length - 1];
    BatchLevel now = BatchLevel.innermost(state);
    if ((now == null || now.isIn(innermost))
        && Arrays.stream(missing).allMatch(l -> l.isIn(innermost))) {
      reopened = BatchLevel.reopen(innermost);
      return;
    }
    for (BatchLevel l : missing) {
      BatchLevel standIn = BatchLevel.enter(state, l.size(), l.randomness());
      standIns.put(l, standIn);
      fresh.add(standIn);
    }
  }

  private BatchLevel at(BatchLevel level) {
    return standIns.getOrDefault(level, level);
  }

  /**
   * Returns what stands for one element of a value.
   *
   * @param dim the dimension of the batch in the value; null for one that has none
   */
  public Tensor element(BatchLevel level, Tensor value, Integer dim) {
    return value == null || dim == null ? value : Physical.rewrapped(at(level), value, dim);
  }

  /**
   * Returns the value that holds all elements.
   *
   * @param dim the dimension in which the batch is put; what has none is repeated there
   */
  public Tensor value(BatchLevel level, Tensor element, int dim) {
    return element == null ? null : BatchedTangents.without(at(level), element, dim);
  }

  /** Returns a dimension to put the batch in: the one that it has, if there is no level inside. */
  public int dim(BatchLevel level, Tensor t) {
    return BatchLevel.of(t) == at(level) ? Batch.of(t).dim() : 0;
  }

  /** Tells whether a tensor, which may be absent, is batched at a level or at its stand-in. */
  public boolean isBatched(BatchLevel level, Tensor t) {
    for (Tensor v = t; BatchLevel.of(v) != null; v = Batch.of(v).value()) {
      if (BatchLevel.of(v) == at(level)) {
        return true;
      }
    }
    return false;
  }

  /** Ends the time; called on the thread that began it. */
  @Override
  public void close() {
    for (int i = fresh.size() - 1; i >= 0; i--) {
      fresh.get(i).exit(state);
    }
    if (reopened != null) {
      reopened.close();
    }
  }
}
