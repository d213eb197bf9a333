package org.autograd.formula;

import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.Physical;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;
import org.autograd.record.Record;

/** What the generated layers share. */
final class LayerSupport {
  private LayerSupport() {}

  /** Returns the error of an operator that has no forward formula. */
  static UnsupportedOperationException noForward(String op) {
    return new UnsupportedOperationException(
        op
            + ": forward mode is not implemented for it. detach() the operand that has a tangent if"
            + " that is not wanted, or use reverse mode.");
  }

  /**
   * Refuses operands that an operator with an output tensor cannot take.
   *
   * @throws UnsupportedOperationException if the tensor has tangents
   * @throws AutogradException if it is batched
   */
  static void checkOut(String op, Tensor t) {
    if (t == null) {
      return;
    }
    if (BatchLevel.of(t) != null) {
      throw new AutogradException(
          op
              + ": the form that writes to an output tensor does not take batched tensors (inside of"
              + " vmap). Use the form that returns a result.");
    }
    if (Duals.innermost(DualLevel.active(ThreadState.current()), t) != null) {
      throw new UnsupportedOperationException(
          op
              + ": the form that writes to an output tensor does not support forward mode, but a"
              + " tensor has a tangent. Use the form that returns a result.");
    }
  }

  static void checkOut(String op, Tensor[] ts) {
    for (Tensor t : ts) {
      checkOut(op, t);
    }
  }

  /**
   * Checks that the tangent of a tensor that is about to be changed in place can be changed, too.
   *
   * @throws AutogradException if it cannot
   */
  static void checkTangent(String op, ThreadState state, DualLevel level, Tensor self) {
    Tensor tangent = Duals.at(level, self);
    if (tangent != null) {
      Record.checkInplace(op + " (of the tangent at level " + level.index() + ")", state, tangent);
    }
  }

  /** Returns a tangent as it is before an in-place change, to be used after it. */
  static Tensor before(ThreadState state, Tensor tangent) {
    return tangent != null && Bits.records(state.mode.bits) ? tangent.clone() : tangent;
  }

  /**
   * Returns an operand as it is before {@code self} is changed in place, to be used after it.
   *
   * @param operand may be null
   */
  static Tensor original(Tensor self, Tensor operand) {
    // A batch has versions of its own; what counts here is where its values are.
    boolean changes =
        operand != null && NodeSupport.sameMemory(Physical.value(self), Physical.value(operand));
    return changes ? operand.clone() : operand;
  }

  /**
   * Same as {@link #original(Tensor, Tensor)} for several operands, of which some may be absent.
   */
  static Tensor[] original(Tensor self, Tensor[] operands) {
    Tensor[] originals = new Tensor[operands.length];
    for (int i = 0; i < operands.length; i++) {
      originals[i] = operands[i] == null ? null : original(self, operands[i]);
    }
    return originals;
  }

  /**
   * Returns {@code a * b + c * d} of tensors and their tangents; at the outermost level there is
   * nothing that the operator's layers could have to do, unless a tangent is batched.
   */
  static Tensor sumOfProducts(ThreadState state, Tensor a, Tensor b, Tensor c, Tensor d) {
    return DualLevel.isNone(state) && BatchLevel.of(b, c) == null && BatchLevel.of(a, d) == null
        ? Recorded.sumOfProducts(state, a, b, c, d)
        : Operators.sumOfProducts(a, b, c, d);
  }
}
