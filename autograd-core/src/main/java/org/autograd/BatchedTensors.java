package org.autograd;

import java.util.function.UnaryOperator;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.Physical;
import org.autograd.record.Record;

/** What tensors that stand for one element of a batch do differently when users ask them. */
final class BatchedTensors {
  private BatchedTensors() {}

  /** Tells whether a tensor stands for one element of a batch. */
  static boolean is(Tensor t) {
    return BatchLevel.of(t) != null;
  }

  /**
   * Refuses a batched tensor.
   *
   * @param remedy what to do instead
   * @throws AutogradException if it is batched
   */
  static void refuse(String op, Tensor t, String remedy) {
    if (is(t)) {
      throw new AutogradException(
          op
              + ": "
              + Record.describe(t)
              + " stands for one element of a batch inside of a function given to vmap. "
              + remedy);
    }
  }

  /** Returns a batched tensor whose value is what a function makes of that of another one. */
  static Tensor map(Tensor t, UnaryOperator<Tensor> f) {
    Tensor value = f.apply(Physical.value(t));
    return value == null ? null : Physical.wrapping(t).apply(value);
  }
}
