package org.autograd.formula;

import java.util.function.LongConsumer;
import org.autograd.AutogradException;
import org.autograd.batch.BatchLevel;
import org.autograd.mode.Bits;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;

/**
 * Errors of operators on batched operands. User code sees the shape of one element, and so must the
 * message: the operator is tried again on elements until one of them is refused.
 */
final class BatchErrors {
  private static final long TRIED = 256;

  private BatchErrors() {}

  /**
   * Returns the error to throw.
   *
   * @param ofAll what the operator said of the whole batch
   * @param element runs the operator on one element, changing nothing
   */
  static RuntimeException ofElement(
      BatchLevel batch, RuntimeException ofAll, LongConsumer element) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    batch.outside(state);
    state.mode = state.mode.with(Bits.GRAD, false);
    try {
      for (long i = 0; i < Math.min(TRIED, batch.size()); i++) {
        element.accept(i);
      }
    } catch (AutogradException | IllegalArgumentException e) {
      return e;
    } finally {
      state.mode = before;
    }
    return ofAll;
  }
}
