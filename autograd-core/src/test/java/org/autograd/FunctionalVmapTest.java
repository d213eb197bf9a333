package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@link Functional} inside, outside and around {@link Vmap}. */
class FunctionalVmapTest {
  private static final ProductOptions GRAPH = ProductOptions.DEFAULT.withCreateGraph(true);
  private static final JacobianOptions FORWARD =
      JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE);

  private static final Tensor POINTS = Tensor.of(new double[] {1, 2, 3, 0.5, -1, 2}, 3, 2);

  /** x^2 y + sin(x y). */
  private static Tensor f(Tensor t) {
    Tensor x = t.get(0);
    Tensor y = t.get(1);
    return x.square().mul(y).add(x.mul(y).sin());
  }

  private static double[] gradient(double x, double y) {
    double c = Math.cos(x * y);
    return new double[] {2 * x * y + y * c, x * x + x * c};
  }

  private static double[] hessian(double x, double y) {
    double s = Math.sin(x * y);
    double c = Math.cos(x * y);
    double mixed = 2 * x + c - x * y * s;
    return new double[] {2 * y - y * y * s, mixed, mixed, -x * x * s};
  }

  private static void assertRows(Tensor result, String name, UnaryOperator<double[]> expected) {
    for (int i = 0; i < 3; i++) {
      assertThat(values(result.get(i)))
          .as("%s, element %s", name, i)
          .containsExactly(expected.apply(values(POINTS.get(i))), within(1e-12));
    }
  }

  @Test
  void derivativesOfEachElementOfABatch() {
    UnaryOperator<Tensor> f = FunctionalVmapTest::f;
    Tensor ones = constant(1, 1);
    Map<String, UnaryOperator<Tensor>> first = new LinkedHashMap<>();
    first.put("grad", Functional.grad(f));
    first.put("jacrev", Functional.jacrev(f));
    first.put("jacrev, looped", Functional.jacrev(f, JacobianOptions.DEFAULT));
    first.put("jacfwd", Functional.jacfwd(f));
    first.put("jacfwd, looped", Functional.jacfwd(f, JacobianOptions.DEFAULT));
    first.put("jacobian", t -> Functional.jacobian(f, t));
    first.put("jacobian, vectorized", t -> Functional.jacobian(f, t, JacobianOptions.VECTORIZED));
    first.put("jacobian, forward", t -> Functional.jacobian(f, t, FORWARD));
    first.put("vjp", t -> Functional.vjp(f, t).derivative());
    first.put("pullback", t -> Functional.pullback(f, t).derivative().apply(null));
    first.put("gradAndValue", t -> Functional.gradAndValue(f).apply(t).grad());
    first.put("valueAndGrad", t -> Functional.valueAndGrad(f).apply(t).grad());
    first.forEach(
        (name, g) -> assertRows(Vmap.vmap(g).apply(POINTS), name, p -> gradient(p[0], p[1])));

    Map<String, UnaryOperator<Tensor>> along = new LinkedHashMap<>();
    along.put("jvp", t -> Functional.jvp(f, t, ones).derivative());
    along.put("linearize", t -> Functional.linearize(f, t).derivative().apply(ones));
    along.forEach((name, g) ->
        assertRows(
            Vmap.vmap(g).apply(POINTS),
            name,
            p -> new double[] {gradient(p[0], p[1])[0] + gradient(p[0], p[1])[1]}));

    Map<String, UnaryOperator<Tensor>> second = new LinkedHashMap<>();
    second.put("hessian as a function", Functional.hessian(f));
    second.put("jacrev of jacrev", Functional.jacrev(Functional.jacrev(f)));
    second.put("jacrev of jacfwd", Functional.jacrev(Functional.jacfwd(f)));
    second.put("jacfwd of jacfwd", Functional.jacfwd(Functional.jacfwd(f)));
    second.put("hessian", t -> Functional.hessian(f, t));
    second.put("hessian, vectorized", t -> Functional.hessian(f, t, JacobianOptions.VECTORIZED));
    second.put("hessian, forward", t -> Functional.hessian(f, t, FORWARD));
    second.forEach(
        (name, g) -> assertRows(Vmap.vmap(g).apply(POINTS), name, p -> hessian(p[0], p[1])));

    Map<String, UnaryOperator<Tensor>> secondAlong = new LinkedHashMap<>();
    secondAlong.put("hvp", t -> Functional.hvp(f, t, ones).derivative());
    secondAlong.put("vhp", t -> Functional.vhp(f, t, ones).derivative());
    secondAlong.forEach((name, g) ->
        assertRows(
            Vmap.vmap(g).apply(POINTS),
            name,
            p -> {
              double[] h = hessian(p[0], p[1]);
              return new double[] {h[0] + h[1], h[2] + h[3]};
            }));
  }

  @Test
  void derivativesOfAMappedFunction() {
    UnaryOperator<Tensor> total =
        t -> Vmap.vmap((UnaryOperator<Tensor>) FunctionalVmapTest::f).apply(t).sum();
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("grad", Functional.grad(total).apply(POINTS));
    all.put("jacfwd", Functional.jacfwd(total).apply(POINTS));
    all.put("jacrev", Functional.jacrev(total).apply(POINTS));
    all.put("linearize", Functional.grad(total).apply(POINTS));
    all.forEach((name, g) -> assertRows(g, name, p -> gradient(p[0], p[1])));
    // The elements do not mix: H 1 of the total is H 1 of each.
    Tensor hvp = Functional.hvp(total, POINTS, Tensor.onesLike(POINTS)).derivative();
    assertRows(
        hvp,
        "hvp",
        p -> {
          double[] h = hessian(p[0], p[1]);
          return new double[] {h[0] + h[1], h[2] + h[3]};
        });
  }

  @Test
  void gradientsOfEachSampleByASharedArgument() {
    // loss = (w . x - y)^2 for each row: 2 (w . x - y) x.
    Tensor w = constant(1, 2);
    Tensor xs = Tensor.of(new double[] {1, 0, 0, 1, 3, 4}, 3, 2);
    Tensor ys = constant(0, 1, 2);
    TensorFunction loss = in -> List.of(in.get(0).dot(in.get(1)).sub(in.get(2)).square());
    List<Tensor> perSample =
        Vmap.vmapAll(Functional.grad(loss, 0), VmapOptions.DEFAULT.withInDims(null, 0, 0))
            .apply(List.of(w, xs, ys));
    assertThat(perSample.get(0).sizes()).containsExactly(3, 2);
    assertThat(values(perSample.get(0))).containsExactly(2, 0, 0, 2, 54, 72);
  }

  @Test
  void resultsInsideAreConnectedToWhatRequiresGradOutside() {
    Tensor w = leaf(2, 3);
    Tensor xs = leaf(1, 4, 5);
    // d/dx of x^3 sum(w) is 3 x^2 sum(w).
    UnaryOperator<Tensor> slope = Functional.grad(x -> x.pow(3).mul(w.sum()));
    Tensor slopes = Vmap.vmap(slope).apply(xs);
    assertThat(values(slopes)).containsExactly(15, 240, 375);
    List<Tensor> grads = Autograd.grad(List.of(slopes.sum()), List.of(w, xs));
    assertThat(values(grads.get(0))).containsExactly(126, 126);
    assertThat(values(grads.get(1))).containsExactly(30, 120, 150);
    Tensor constants = Vmap.vmap(Functional.grad(x -> x.pow(3))).apply(constant(1, 2));
    assertThat(constants.requiresGrad()).isFalse();
  }

  @Test
  void nestedMapsAndDerivatives() {
    // d/dx d/dy of x^2 y^3 is 6 x y^2, for all pairs.
    BinaryOperator<Tensor> f = (x, y) -> x.square().mul(y.pow(3));
    BinaryOperator<Tensor> mixed = Functional.grad(Functional.grad(f, 1), 0);
    UnaryOperator<Tensor> table =
        x -> Vmap.vmap((UnaryOperator<Tensor>) y -> mixed.apply(x, y)).apply(constant(1, 2, 3));
    Tensor all = Vmap.vmap(table).apply(constant(1, 10));
    assertThat(values(all)).containsExactly(6, 24, 54, 60, 240, 540);
    // grad over vmap over grad: sum over i of (3 x_i^2)' = 6 x_i.
    UnaryOperator<Tensor> around =
        Functional.grad(t -> Vmap.vmap(Functional.grad(x -> x.pow(3))).apply(t).sum());
    assertThat(values(around.apply(constant(1, 2)))).containsExactly(6, 12);
    // The same with another map outside.
    assertThat(values(Vmap.vmap(around).apply(Tensor.of(new double[] {1, 2, 3, 4}, 2, 2))))
        .containsExactly(6, 12, 18, 24);
  }

  @Test
  void productsWithBatchedVectors() {
    Tensor x = constant(2, 3);
    Tensor vs = Tensor.of(new double[] {1, 0, 0, 1, 1, 10}, 3, 2);
    UnaryOperator<Tensor> f = t -> t.pow(3).mul(t.get(0));
    // J = [[32, 0], [27, 54]]
    Map<String, UnaryOperator<Tensor>> forward = new LinkedHashMap<>();
    forward.put("jvp", v -> Functional.jvp(f, x, v).derivative());
    forward.put("jvp with graph", v -> Functional.jvp(f, x, v, GRAPH).derivative());
    forward.forEach((name, g) ->
        assertThat(values(Vmap.vmap(g).apply(vs)))
            .as(name)
            .containsExactly(32, 27, 0, 54, 32, 567));
    UnaryOperator<Tensor> back = v -> Functional.vjp(f, x, v).derivative();
    assertThat(values(Vmap.vmap(back).apply(vs))).containsExactly(32, 0, 27, 54, 302, 540);
  }

  @Test
  void linearMapsMadeOutsideMapEachElement() {
    Tensor x = constant(2, 3);
    UnaryOperator<Tensor> f = t -> t.pow(3).mul(t.get(0));
    // J = [[32, 0], [27, 54]]
    Tensor vs = Tensor.of(new double[] {1, 0, 0, 1, 1, 10}, 3, 2);
    UnaryOperator<Tensor> back = Functional.pullback(f, x).derivative();
    UnaryOperator<Tensor> forward = Functional.linearize(f, x).derivative();
    assertThat(values(Vmap.vmap(back).apply(vs))).containsExactly(32, 0, 27, 54, 302, 540);
    assertThat(values(Vmap.vmap(forward).apply(vs))).containsExactly(32, 27, 0, 54, 32, 567);
    Tensor pairs = Tensor.of(new double[] {1, 0, 0, 1, 1, 10, 0, 0}, 2, 2, 2);
    assertThat(values(Vmap.vmap(Vmap.vmap(back)).apply(pairs)))
        .containsExactly(32, 0, 27, 54, 302, 540, 0, 0);
    // Made inside one map, applied inside another: at (2, 3) and at (3, 2), where
    // J = [[108, 0], [8, 36]].
    UnaryOperator<Tensor> inner = t -> Vmap.vmap(Functional.pullback(f, t).derivative()).apply(vs);
    assertThat(values(Vmap.vmap(inner).apply(Tensor.of(new double[] {2, 3, 3, 2}, 2, 2))))
        .containsExactly(32, 0, 27, 54, 302, 540, 108, 0, 8, 36, 188, 360);
    UnaryOperator<Tensor> onward =
        t -> Vmap.vmap(Functional.linearize(f, t).derivative()).apply(vs);
    assertThat(values(Vmap.vmap(onward).apply(Tensor.of(new double[] {2, 3, 3, 2}, 2, 2))))
        .containsExactly(32, 27, 0, 54, 32, 567, 108, 8, 0, 36, 108, 368);
  }
}
