package org.autograd.engine;

import java.util.ArrayList;
import java.util.List;
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
    List<Tensor> held = new ArrayList<>();
    if (task.given != null) {
      held.addAll(task.given);
    }
    Tensor[] captured = task.captured;
    for (int i = 0; i < captured.length; i++) {
      if (captured[i] != null) {
        if (isShared(captured[i], held)) {
          captured[i] = copy(task, captured[i]);
        }
        held.add(captured[i]);
      }
    }
  }

  private static boolean isShared(Tensor t, List<Tensor> held) {
    for (Tensor other : held) {
      if (other != null && Raw.sharesMemory(t, other)) {
        return true;
      }
    }
    return false;
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
