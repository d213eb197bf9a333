package org.autograd.ops;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** Puts a computed result where an in-place form or a form with an output tensor wants it. */
public final class Results {
  private Results() {}

  /**
   * Replaces the elements of a tensor by a result.
   *
   * @param op the operator's name for messages
   * @throws AutogradException if the shapes differ or the dtype cannot be converted; nothing is
   *     changed then
   */
  public static void inplace(String op, Tensor self, Tensor result) {
    write(op, "the tensor that is changed", self, result);
  }

  /**
   * Writes a result to an output tensor.
   *
   * @param op the operator's name for messages
   * @throws AutogradException if the shapes differ or the dtype cannot be converted; nothing is
   *     changed then
   */
  public static void out(String op, Tensor out, Tensor result) {
    write(op, "the output tensor", out, result);
  }

  private static void write(String op, String what, Tensor target, Tensor result) {
    if (!Raw.layout(target).sameSizes(Raw.layout(result))) {
      throw new AutogradException(
          op
              + ": the result has shape "
              + Arrays.toString(Raw.layout(result).sizes())
              + ", but "
              + what
              + " has shape "
              + Arrays.toString(Raw.layout(target).sizes())
              + ". Give a tensor of the result's shape, or use the form that returns a new one.");
    }
    Types.checkCast(op, Raw.dtype(result), Raw.dtype(target));
    Copies.copyInto(target, result);
  }
}
