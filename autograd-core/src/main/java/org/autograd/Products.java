package org.autograd;

import java.util.ArrayList;
import java.util.List;

/** Products of vectors with matrices of derivatives, which are never built. */
final class Products {
  private Products() {}

  static ValueAndDerivative<List<Tensor>, List<Tensor>> vjp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    Link link = Link.of(o.createGraph());
    Recorded r = Recorded.of("vjp", f, inputs, link);
    List<Tensor> weights = FunctionalChecks.vectors("vjp", v, r.outputs, "output");
    if (o.strict()) {
      FunctionalChecks.dependent("vjp", r.outputs);
    }
    List<Tensor> pulled = r.pull(weights, r.records(weights, link) || recordsForCheck(o));
    if (o.strict()) {
      for (int i = 0; i < pulled.size(); i++) {
        FunctionalChecks.present("vjp", pulled.get(i), "the output of the function", i);
        if (o.createGraph()) {
          FunctionalChecks.again("vjp", pulled.get(i), "jacobian", i, r.inputs);
        }
      }
    }
    return new ValueAndDerivative<>(r.values(), r.complete(pulled, link));
  }

  static ValueAndDerivative<List<Tensor>, List<Tensor>> jvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    Argnums.ALL.select("jvp", inputs);
    List<Tensor> changes = FunctionalChecks.vectors("jvp", v, inputs, "input");
    Link link = Link.of(o.createGraph());
    Recorded r = Recorded.of("jvp", f, inputs, link);
    return new ValueAndDerivative<>(r.values(), LinearMap.of(r).apply(changes, link));
  }

  static ValueAndDerivative<Tensor, List<Tensor>> vhp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    return vhp("vhp", f, inputs, v, o);
  }

  static ValueAndDerivative<Tensor, List<Tensor>> hvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    return vhp("hvp", f, inputs, v, o);
  }

  private static ValueAndDerivative<Tensor, List<Tensor>> vhp(
      String op, TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    Argnums.ALL.select(op, inputs);
    List<Tensor> weights = FunctionalChecks.vectors(op, v, inputs, "input");
    Link link = Link.of(o.createGraph());
    Recorded r = Recorded.of(op, f, inputs, link);
    List<Tensor> gradient = new ArrayList<>();
    List<Tensor> used = new ArrayList<>();
    List<Tensor> pulled = Hessians.pullOne(r, o.strict(), true);
    for (int i = 0; i < pulled.size(); i++) {
      if (pulled.get(i) != null) {
        gradient.add(pulled.get(i));
        used.add(weights.get(i));
      }
    }
    boolean record = r.records(weights, link) || recordsForCheck(o);
    GradOptions options = GradOptions.DEFAULT.withCreateGraph(record);
    List<Tensor> second = Derivatives.vjp(gradient, r.inputs, used, options, false);
    if (o.strict()) {
      for (int i = 0; i < second.size(); i++) {
        FunctionalChecks.present(op, second.get(i), "the jacobian of the function", i);
        if (o.createGraph()) {
          FunctionalChecks.again(op, second.get(i), "hessian", i, r.inputs);
        }
      }
    }
    return new ValueAndDerivative<>(r.value(), r.complete(second, link));
  }

  /** Tells whether a derivative is recorded to see what it depends on. */
  private static boolean recordsForCheck(ProductOptions o) {
    return o.strict() && o.createGraph();
  }
}
