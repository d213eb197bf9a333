package org.autograd.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.autograd.Tensor;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Raw;

/**
 * Gives each gradient that a pass returns memory of its own. Formulas may return what came in as it
 * is, so one may lie in the memory of a gradient that the caller gave, or of another result; a
 * change of it in place must reach neither.
 */
final class Distinct {
  private Distinct() {}

  /** Replaces captured gradients that share memory with given ones or with each other by copies. */
  static void separate(GraphTask task) {
    Tensor[] captured = task.captured;
    if (captured.length == 1 && task.given == null) {
      return;
    }
    Set<Object> held = Collections.newSetFromMap(new IdentityHashMap<>());
    if (task.given != null) {
      task.given.forEach(g -> hold(held, g));
    }
    for (int i = 0; i < captured.length; i++) {
      if (!hold(held, captured[i])) {
        captured[i] = copy(task, captured[i]);
      }
    }
  }

  /** Notes a tensor's memory; false if it was noted before. */
  private static boolean hold(Set<Object> held, Tensor t) {
    return t == null || held.add(Raw.storage(t).memory());
  }

  private static Tensor copy(GraphTask task, Tensor grad) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    state.mode = before.with(Bits.GRAD, task.createGraph);
    try {
      Tensor copy = task.math.cloneLike(grad, Raw.layout(grad));
      Commit.disowned(copy);
      return copy;
    } finally {
      state.mode = before;
    }
  }
}
