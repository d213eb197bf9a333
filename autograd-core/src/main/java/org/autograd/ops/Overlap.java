package org.autograd.ops;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/** Whether operands lie in the memory that an operator is about to write to. */
public final class Overlap {
  private Overlap() {}

  /**
   * Tells whether two tensors may share some memory without being element by element in the same
   * place. Never misses a case, but may see one where elements interleave.
   */
  static boolean shares(Tensor a, Tensor b) {
    if (a == b || Raw.storage(a).memory() != Raw.storage(b).memory()) {
      return false;
    }
    Layout x = Raw.layout(a);
    Layout y = Raw.layout(b);
    if (x.numel() == 0 || y.numel() == 0 || x.equals(y)) {
      return false;
    }
    return x.offset() <= last(y) && y.offset() <= last(x);
  }

  private static long last(Layout l) {
    long at = l.offset();
    for (int d = 0; d < l.dim(); d++) {
      at += (l.sizes()[d] - 1) * l.strides()[d];
    }
    return at;
  }

  /**
   * Makes an operand safe to read while a result is written: returns it as it is if it lies
   * elsewhere or exactly where the result is.
   *
   * @return the operand, or a copy of it where it cannot be told cheaply whether elements are
   *     shared
   * @throws AutogradException if both are dense and overlap in part, so that some elements would be
   *     read after they were written
   */
  public static Tensor resolve(String op, Tensor out, Tensor operand) {
    if (out == operand || !shares(out, operand)) {
      return operand;
    }
    checkDense(op, out, operand);
    return Copies.clone(operand);
  }

  /**
   * Checks ahead that operands can be read while a result is written: that they are on the same
   * device, and what {@link #resolve} checks.
   *
   * @param loopType the dtype in which the operator computes; an operand of another one is copied
   * @throws AutogradException if they cannot
   */
  public static void check(String op, DType loopType, Tensor out, Tensor... operands) {
    for (Tensor t : operands) {
      Backends.device(op, out, t);
      if (t != out && Raw.dtype(t) == loopType && shares(out, t)) {
        checkDense(op, out, t);
      }
    }
  }

  private static void checkDense(String op, Tensor out, Tensor operand) {
    if (Raw.layout(out).isNonOverlappingAndDense()
        && Raw.layout(operand).isNonOverlappingAndDense()) {
      throw new AutogradException(
          op
              + ": some elements of an operand and of the tensor written to share memory without"
              + " being in the same place. clone() the operand first.");
    }
  }
}
