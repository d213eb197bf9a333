package org.autograd;

import java.util.ArrayList;
import java.util.List;

/**
 * The derivative of a recorded function as a map from changes of the inputs to changes of the
 * outputs. Pulling back is linear in the weights of the outputs; so the pass that pulls back is
 * recorded once, and differentiated with respect to the weights each time. The function itself does
 * not run again.
 */
final class LinearMap {
  private static final GradOptions KEEP = GradOptions.DEFAULT.withRetainGraph(true);

  private final Recorded function;

  /** The outputs that depend on something. */
  private final List<Tensor> outputs;

  /** Their weights when the pass was recorded. The values do not matter. */
  private final List<Tensor> weights;

  /** What the pass gave for each input; null entries for those without influence. */
  private final List<Tensor> pulled;

  private LinearMap(
      Recorded function, List<Tensor> outputs, List<Tensor> weights, List<Tensor> pulled) {
    this.function = function;
    this.outputs = outputs;
    this.weights = weights;
    this.pulled = pulled;
  }

  static LinearMap of(Recorded function) {
    List<Tensor> outputs = function.outputs.stream().filter(Tensor::requiresGrad).toList();
    List<Tensor> zeros = outputs.stream().map(o -> Tensor.zerosLike(o)).toList();
    List<Tensor> weights = Derivatives.fresh(zeros, false);
    try {
      List<Tensor> pulled =
          Derivatives.vjp(outputs, function.inputs, weights, KEEP.withCreateGraph(true), false);
      return new LinearMap(function, outputs, weights, pulled);
    } finally {
      Derivatives.spend(weights);
    }
  }

  /**
   * Maps changes of the inputs.
   *
   * @param v one for each input, checked
   * @return one for each output
   */
  List<Tensor> apply(List<Tensor> v, Link link) {
    return Products.complete(along(v, function.records(v, link)), function.outputs, link);
  }

  /** Strict: every input has influence. */
  void checkInfluence() {
    for (int i = 0; i < pulled.size(); i++) {
      FunctionalChecks.present(function.op, pulled.get(i), "the output of the function", i);
    }
  }

  /**
   * Maps changes of the inputs.
   *
   * @return not connected as it should be yet; null for outputs that depend on nothing
   */
  List<Tensor> along(List<Tensor> v, boolean record) {
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> changes = new ArrayList<>();
    for (int i = 0; i < v.size(); i++) {
      if (pulled.get(i) != null) {
        roots.add(pulled.get(i));
        changes.add(v.get(i));
      }
    }
    GradOptions options = KEEP.withCreateGraph(record);
    List<Tensor> moved = Derivatives.vjp(roots, weights, changes, options, false);
    List<Tensor> result = new ArrayList<>();
    int next = 0;
    for (Tensor output : function.outputs) {
      result.add(output.requiresGrad() ? moved.get(next++) : null);
    }
    return result;
  }
}
