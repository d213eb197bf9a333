package org.autograd.ops;

import org.autograd.AutogradException;
import org.autograd.DType;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Operands in the memory that an operator writes to. There is one rule: the result is as if all
 * operands had been read first, or the operator refuses before it has changed anything. An operator
 * that reads and writes element by element passes its operands through {@link #resolve}, any other
 * one through {@link #readFirst}. A destination in which several elements share one place is
 * refused where in-place operators are checked.
 */
public final class Overlap {
  private Overlap() {}

  /**
   * Tells whether two tensors may share some memory. Never misses a case, but may see one where
   * elements interleave.
   */
  public static boolean meets(Tensor a, Tensor b) {
    if (Raw.storage(a).memory() != Raw.storage(b).memory()) {
      return false;
    }
    Layout x = Raw.layout(a);
    Layout y = Raw.layout(b);
    return x.numel() > 0 && y.numel() > 0 && x.offset() < y.end() && y.offset() < x.end();
  }

  /** Same, but two that are element by element in the same place do not count. */
  static boolean shares(Tensor a, Tensor b) {
    return a != b && meets(a, b) && !samePlaces(Raw.layout(a), Raw.layout(b));
  }

  private static boolean samePlaces(Layout x, Layout y) {
    if (x == y) {
      return true;
    }
    if (x.offset() != y.offset() || !x.sameSizes(y)) {
      return false;
    }
    for (int d = 0; d < x.dim(); d++) {
      if (x.sizes()[d] != 1 && x.strides()[d] != y.strides()[d]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes an operand safe to read at any place while a result is written: returns it as it is if
   * the two share no memory, else a copy.
   */
  static Tensor readFirst(Tensor out, Tensor operand) {
    return operand != null && meets(out, operand) ? Copies.clone(operand) : operand;
  }

  /**
   * Makes an operand safe to read element by element while a result is written: returns it as it is
   * if it lies elsewhere or exactly where the result is.
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
