package org.autograd;

import java.util.List;

/** Second derivatives of functions of one result. */
final class Hessians {
  private Hessians() {}

  /** Computes all second derivatives, indexed by two inputs. */
  static List<List<Tensor>> hessian(TensorFunction f, List<Tensor> inputs, JacobianOptions o) {
    return Jacobians.jacobian("hessian", xs -> gradient("hessian", f, xs, o.strict()), inputs, o);
  }

  /** Returns the gradient as a differentiable function of the inputs. */
  private static List<Tensor> gradient(
      String op, TensorFunction f, List<Tensor> inputs, boolean strict) {
    Recorded r = Recorded.of(op, f, inputs, Link.ALL);
    List<Tensor> gradient = pullOne(r, strict, r.records(List.of(), Link.ALL));
    return r.complete(gradient, Link.ALL);
  }

  /** Takes the gradient of a function that must have one result. */
  static List<Tensor> pullOne(Recorded r, boolean strict, boolean record) {
    FunctionalChecks.scalar(r.op, r.outputs);
    if (strict) {
      FunctionalChecks.dependent(r.op, r.outputs);
    }
    List<Tensor> gradient = r.pull(List.of(Tensor.onesLike(r.outputs.get(0))), record || strict);
    if (strict) {
      for (int i = 0; i < gradient.size(); i++) {
        FunctionalChecks.present(r.op, gradient.get(i), "the output of the function", i);
        FunctionalChecks.twice(r.op, gradient.get(i), i, r.inputs);
      }
    }
    return gradient;
  }
}
