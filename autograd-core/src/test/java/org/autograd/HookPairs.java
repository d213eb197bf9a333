package org.autograd;

import static org.autograd.TestTensors.values;

import java.util.function.UnaryOperator;

/** Pairs of saved-tensor hooks, and what they make of a gradient. */
final class HookPairs {
  private HookPairs() {}

  static final UnaryOperator<Tensor> SAME = t -> t;
  static final UnaryOperator<Tensor> TWICE = t -> t.mul(2);
  static final UnaryOperator<Tensor> HALF = t -> t.div(2);

  /** The gradient of the sum of the squares, which are computed in a scope. */
  static double[] gradOfSquare(Scope scope, Tensor a) {
    Tensor y;
    try (scope) {
      y = a.mul(a);
    }
    y.sum().backward();
    return values(a.grad());
  }
}
