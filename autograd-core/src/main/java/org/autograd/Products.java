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
    return new ValueAndDerivative<>(r.values(), complete(pulled, inputs, link));
  }

  static ValueAndDerivative<List<Tensor>, List<Tensor>> jvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    Link link = Link.of(o.createGraph());
    List<Tensor> xs = Argnums.ALL.select("jvp", inputs);
    List<Tensor> changes = vectors("jvp", v, xs, link);
    try {
      return push(f, xs, changes, o, link);
    } catch (UnsupportedOperationException e) {
      // Something has no formula for forward mode: pulling back is linear in the weights, so the
      // derivative of that is what is asked for.
      return pullTwice(f, xs, changes, o, link);
    }
  }

  private static ValueAndDerivative<List<Tensor>, List<Tensor>> push(
      TensorFunction f, List<Tensor> xs, List<Tensor> changes, ProductOptions o, Link link) {
    try (Scope scope = GradMode.enableGrad()) {
      // Strict asks what depends on what, so it needs a record.
      List<Tensor> points = o.strict() ? Derivatives.fresh(xs, link != Link.NONE) : at(xs, link);
      Pushforwards.Pushed pushed = Pushforwards.push("jvp", f, points, Argnums.ALL, changes);
      if (o.strict()) {
        Derivatives.spend(points);
        check("jvp", pushed, points, o.createGraph());
      }
      return new ValueAndDerivative<>(
          pushed.values().stream().map(link::settle).toList(),
          pushed.complete().stream().map(link::settle).toList());
    }
  }

  private static ValueAndDerivative<List<Tensor>, List<Tensor>> pullTwice(
      TensorFunction f, List<Tensor> xs, List<Tensor> changes, ProductOptions o, Link link) {
    Recorded r = Recorded.of("jvp", f, xs, link);
    LinearMap map = LinearMap.of(r);
    List<Tensor> moved = map.along(changes, r.records(changes, link) || recordsForCheck(o));
    if (o.strict()) {
      FunctionalChecks.dependent("jvp", r.outputs);
      map.checkInfluence();
      FunctionalChecks.moved("jvp", moved);
    }
    for (int i = 0; recordsForCheck(o) && i < moved.size(); i++) {
      FunctionalChecks.again("jvp", moved.get(i), jacobianOf(i), r.inputs);
    }
    return new ValueAndDerivative<>(r.values(), complete(moved, r.outputs, link));
  }

  private static String jacobianOf(int output) {
    return "the jacobian of output " + output + " of the function";
  }

  private static void check(
      String op, Pushforwards.Pushed pushed, List<Tensor> points, boolean createGraph) {
    FunctionalChecks.dependent(op, pushed.values());
    for (int j = 0; j < points.size(); j++) {
      List<Tensor> point = List.of(points.get(j));
      boolean used = pushed.values().stream().anyMatch(out -> Reach.leadsTo(out, point));
      FunctionalChecks.present(op, used ? points.get(j) : null, "the output of the function", j);
    }
    FunctionalChecks.moved(op, pushed.tangents());
    for (int i = 0; createGraph && i < pushed.tangents().size(); i++) {
      FunctionalChecks.again(op, pushed.tangents().get(i), jacobianOf(i), points);
    }
  }

  /** Returns the inputs, or vectors, as a derivative that may be a constant sees them. */
  private static List<Tensor> at(List<Tensor> tensors, Link link) {
    return link != Link.NONE ? tensors : tensors.stream().map(t -> t.detach()).toList();
  }

  private static List<Tensor> vectors(String op, List<Tensor> v, List<Tensor> inputs, Link link) {
    return at(FunctionalChecks.vectors(op, v, inputs, "input"), link);
  }

  static ValueAndDerivative<Tensor, List<Tensor>> vhp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    Link link = Link.of(o.createGraph());
    List<Tensor> weights = vectors("vhp", v, Argnums.ALL.select("vhp", inputs), link);
    return pullGradient("vhp", f, inputs, weights, o, link);
  }

  /** Differentiates the gradient, weighted, by a second pass. */
  private static ValueAndDerivative<Tensor, List<Tensor>> pullGradient(
      String op,
      TensorFunction f,
      List<Tensor> inputs,
      List<Tensor> weights,
      ProductOptions o,
      Link link) {
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
    check(op, second, r, o);
    return new ValueAndDerivative<>(r.value(), complete(second, inputs, link));
  }

  private static void check(String op, List<Tensor> second, Recorded r, ProductOptions o) {
    for (int i = 0; o.strict() && i < second.size(); i++) {
      FunctionalChecks.present(op, second.get(i), "the jacobian of the function", i);
      if (o.createGraph()) {
        FunctionalChecks.again(op, second.get(i), "hessian", i, r.inputs);
      }
    }
  }

  static ValueAndDerivative<Tensor, List<Tensor>> hvp(
      TensorFunction f, List<Tensor> inputs, List<Tensor> v, ProductOptions o) {
    List<Tensor> xs = Argnums.ALL.select("hvp", inputs);
    Link link = Link.of(o.createGraph());
    List<Tensor> changes = vectors("hvp", v, xs, link);
    try {
      return pushGradient(f, xs, changes, o, link);
    } catch (UnsupportedOperationException e) {
      // Something has no formula for forward mode; second derivatives are symmetric.
      return pullGradient("hvp", f, xs, changes, o, link);
    }
  }

  private static ValueAndDerivative<Tensor, List<Tensor>> pushGradient(
      TensorFunction f, List<Tensor> xs, List<Tensor> changes, ProductOptions o, Link link) {
    try (Scope scope = GradMode.enableGrad()) {
      Tensor value;
      List<Tensor> second = new ArrayList<>();
      try (Scope on = ForwardAD.setForwardGradEnabled(true);
          ForwardAD.Level level = ForwardAD.dualLevel()) {
        List<Tensor> duals = Pushforwards.duals(at(xs, link), changes);
        Recorded r = Recorded.of("hvp", f, duals, link == Link.NONE ? Link.TANGENTS : link);
        List<Tensor> gradient = Hessians.pullOne(r, o.strict(), r.records(changes, link));
        for (Tensor g : gradient) {
          second.add(g == null ? null : ForwardAD.unpackDual(g).tangent());
        }
        check("hvp", second, r, o);
        value = ForwardAD.unpackDual(r.outputs.get(0)).primal();
      }
      return new ValueAndDerivative<>(link.settle(value), complete(second, xs, link));
    }
  }

  /** Tells whether a derivative is recorded to see what it depends on. */
  private static boolean recordsForCheck(ProductOptions o) {
    return o.strict() && o.createGraph();
  }

  /** Returns derivatives with zeros for what is missing, connected as they should be. */
  static List<Tensor> complete(List<Tensor> derivatives, List<Tensor> like, Link link) {
    List<Tensor> complete = new ArrayList<>(derivatives.size());
    for (int i = 0; i < derivatives.size(); i++) {
      Tensor d = derivatives.get(i);
      complete.add(d == null ? Tensor.zerosLike(like.get(i)) : link.settle(d));
    }
    return complete;
  }
}
