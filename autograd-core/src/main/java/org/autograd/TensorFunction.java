package org.autograd;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** A function of several tensors with several results: what transformations take and give. */
@FunctionalInterface
public interface TensorFunction {
  /**
   * Computes the results.
   *
   * @param inputs one tensor for each argument
   * @return one tensor for each result
   */
  List<Tensor> apply(List<Tensor> inputs);

  /**
   * Returns a function of one tensor with one result in this form.
   *
   * <p>It takes lists of one element only.
   */
  static TensorFunction of(UnaryOperator<Tensor> f) {
    Objects.requireNonNull(f, "f");
    return inputs -> {
      checkCount(1, inputs.size());
      return Collections.singletonList(f.apply(inputs.get(0)));
    };
  }

  /**
   * Returns a function of two tensors with one result in this form.
   *
   * <p>It takes lists of two elements only.
   */
  static TensorFunction of(BinaryOperator<Tensor> f) {
    Objects.requireNonNull(f, "f");
    return inputs -> {
      checkCount(2, inputs.size());
      return Collections.singletonList(f.apply(inputs.get(0), inputs.get(1)));
    };
  }

  private static void checkCount(int expected, int given) {
    if (given != expected) {
      throw new IllegalArgumentException(
          "the function takes " + expected + " tensors, but was given " + given + ".");
    }
  }
}
