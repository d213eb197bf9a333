package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Derivatives as functions, made from functions. */
final class Transforms {
  private Transforms() {}

  static ValueAndGrad<List<Tensor>> valueAndGrad(
      String op, TensorFunction f, List<Tensor> args, Argnums which) {
    Link link = Link.now();
    Recorded r = Recorded.of(op, f, args, which, link);
    FunctionalChecks.scalar(op, r.outputs);
    List<Tensor> ones = List.of(Tensor.onesLike(r.outputs.get(0)));
    List<Tensor> gradient = r.pull(ones, r.records(ones, link));
    return new ValueAndGrad<>(r.value(), r.complete(gradient, link));
  }

  static List<List<Tensor>> jacrev(
      TensorFunction f, List<Tensor> args, Argnums which, JacobianOptions o) {
    Link link = Link.now();
    return Jacobians.reverse(Recorded.of("jacrev", f, args, which, link), o, link);
  }

  static List<List<Tensor>> jacfwd(
      TensorFunction f, List<Tensor> args, Argnums which, JacobianOptions o) {
    return Pushforwards.jacobian("jacfwd", f, args, which, o);
  }

  static List<List<List<Tensor>>> hessian(TensorFunction f, List<Tensor> args, Argnums which) {
    JacobianOptions o = JacobianOptions.VECTORIZED;
    int count = which.select("hessian", args).size();
    TensorFunction first = xs -> jacrev(f, xs, which, o).stream().flatMap(List::stream).toList();
    List<List<Tensor>> rows = jacfwd(first, args, which, o);
    List<List<List<Tensor>>> blocks = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += count) {
      blocks.add(List.copyOf(rows.subList(i, i + count)));
    }
    return blocks;
  }

  /** Refuses options that a jacobian as a function does not have. */
  static JacobianOptions check(String op, JacobianOptions o, JacobianStrategy strategy) {
    if (o.createGraph() || o.strict()) {
      throw new IllegalArgumentException(
          op
              + ": the option "
              + (o.createGraph() ? "createGraph" : "strict")
              + " belongs to jacobian. Results of "
              + op
              + " can always be differentiated, and missing dependence is zeros.");
    }
    if (o.strategy() != null && o.strategy() != strategy) {
      throw new IllegalArgumentException(
          op + ": the strategy is " + strategy + "; leave it out, or use jacobian.");
    }
    return o;
  }

  static ValueAndDerivative<List<Tensor>, TensorFunction> pullback(
      TensorFunction f, List<Tensor> inputs) {
    Recorded r = Recorded.of("pullback", f, inputs, Link.now());
    return new ValueAndDerivative<>(
        r.values(),
        v -> {
          Link link = Link.now();
          List<Tensor> weights = FunctionalChecks.vectors("pullback", v, r.outputs, "output");
          return r.complete(r.pullAndKeep(weights, r.records(weights, link)), link);
        });
  }

  static ValueAndDerivative<List<Tensor>, TensorFunction> linearize(
      TensorFunction f, List<Tensor> inputs) {
    Recorded r = Recorded.of("linearize", f, inputs, Link.now());
    LinearMap map = LinearMap.of(r);
    return new ValueAndDerivative<>(
        r.values(),
        v -> map.apply(FunctionalChecks.vectors("linearize", v, r.inputs, "input"), Link.now()));
  }
}
