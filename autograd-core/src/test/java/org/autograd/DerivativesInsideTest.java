package org.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Derivatives at a point without createGraph inside of other derivatives: with f = x³ all first
 * ones are 3x² and the derivative of that is 6x; all second ones are 6x and the derivative is 6.
 */
class DerivativesInsideTest {
  private static final UnaryOperator<Tensor> CUBE = t -> t.mul(t).mul(t);

  private static Tensor one() {
    return Tensor.of(1.0).squeeze(0);
  }

  private static Map<String, UnaryOperator<Tensor>> first(UnaryOperator<Tensor> f) {
    JacobianOptions o = JacobianOptions.VECTORIZED;
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>();
    all.put("jvp", t -> Functional.jvp(f, t, one()).derivative());
    all.put("vjp", t -> Functional.vjp(f, t, one()).derivative());
    all.put("jacobian", t -> Functional.jacobian(f, t));
    all.put("jacobian, vectorized", t -> Functional.jacobian(f, t, o));
    all.put(
        "jacobian, forward",
        t -> Functional.jacobian(f, t, o.withStrategy(JacobianStrategy.FORWARD_MODE)));
    all.put("jvp, strict", t -> Functional.jvp(f, t, one(), strict()).derivative());
    return all;
  }

  private static ProductOptions strict() {
    return ProductOptions.DEFAULT.withStrict(true);
  }

  private static Map<String, UnaryOperator<Tensor>> second(UnaryOperator<Tensor> f) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>();
    all.put("hvp", t -> Functional.hvp(f, t, one()).derivative());
    all.put("vhp", t -> Functional.vhp(f, t, one()).derivative());
    all.put("hessian", t -> Functional.hessian(f, t));
    all.put("hessian, vectorized", t -> Functional.hessian(f, t, JacobianOptions.VECTORIZED));
    return all;
  }

  /** Derivatives of functions of one number, all with an inner function that they call. */
  private static Map<String, UnaryOperator<Tensor>> around(UnaryOperator<Tensor> f) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>(first(f));
    all.put("grad", Functional.grad(f));
    all.put("jacrev", Functional.jacrev(f));
    all.put("jacfwd", Functional.jacfwd(f));
    all.put("pullback", t -> Functional.pullback(f, t).derivative().apply(one()));
    all.put("linearize", t -> Functional.linearize(f, t).derivative().apply(one()));
    all.put(
        "dual",
        t ->
            ForwardAD.dualLevel(
                () -> ForwardAD.unpackDual(f.apply(ForwardAD.makeDual(t, one()))).tangent()));
    all.put("vmap of grad", t -> Vmap.vmap(Functional.grad(f)).apply(t.unsqueeze(0)).squeeze(0));
    all.put(
        "grad of vmap", Functional.grad(t -> Vmap.vmap(f).apply(t.unsqueeze(0)).squeeze(0).sum()));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> firstDerivativesStayDifferentiable() {
    return first(CUBE).entrySet().stream().flatMap(inner -> checks(inner, 12));
  }

  @TestFactory
  Stream<DynamicTest> secondDerivativesStayDifferentiable() {
    return second(CUBE).entrySet().stream().flatMap(inner -> checks(inner, 6));
  }

  private static Stream<DynamicTest> checks(
      Map.Entry<String, UnaryOperator<Tensor>> inner, double expected) {
    return around(inner.getValue()).entrySet().stream()
        .map(outer ->
            dynamicTest(
                outer.getKey() + " of " + inner.getKey(),
                () -> {
                  Tensor x = Tensor.of(2.0).squeeze(0);
                  assertEquals(expected, outer.getValue().apply(x).item(), 1e-12);
                }));
  }

  @Test
  void outsideOfTransformsCreateGraphDecides() {
    Tensor x = Tensor.of(2.0).squeeze(0).requiresGrad_();
    for (UnaryOperator<Tensor> d : first(CUBE).values()) {
      assertFalse(d.apply(x).requiresGrad());
    }
    for (UnaryOperator<Tensor> d : second(CUBE).values()) {
      assertFalse(d.apply(x).requiresGrad());
    }
  }

  @Test
  void underNoGradInsideNothingIsRecorded() {
    UnaryOperator<Tensor> d =
        Functional.grad(
            t -> t.mul(GradMode.noGrad(() -> Functional.jvp(CUBE, t, one()).derivative())));
    assertEquals(12, d.apply(Tensor.of(2.0).squeeze(0)).item());
  }

  @Test
  void dualKeptAfterItsLevelShowsNoTangent() {
    for (int size : new int[] {1, 64, 65}) {
      Tensor[] kept = new Tensor[1];
      Tensor leaf = Tensor.ones(DType.FLOAT64, size).requiresGrad_();
      ForwardAD.enterDualLevel();
      kept[0] =
          ForwardAD.makeDual(Tensor.ones(DType.FLOAT64, size), Tensor.ones(DType.FLOAT64, size));
      Tensor y = leaf.mul(2);
      // The mode of the pass is that of its start, in which the level was open.
      y.registerHook(g -> {
        ForwardAD.exitDualLevel();
        return null;
      });
      leaf.registerHook(g -> {
        assertNull(ForwardAD.unpackDual(kept[0]).tangent());
        assertNull(ForwardAD.unpackDual(kept[0].mul(3)).tangent());
        return null;
      });
      try {
        y.sum().backward();
      } finally {
        if (isOpen()) {
          ForwardAD.exitDualLevel();
        }
      }
      assertNull(ForwardAD.unpackDual(kept[0]).tangent());
      ForwardAD.dualLevel(() -> assertNull(ForwardAD.unpackDual(kept[0].mul(3)).tangent()));
    }
  }

  private static boolean isOpen() {
    try {
      ForwardAD.makeDual(one(), one());
      return true;
    } catch (AutogradException e) {
      return false;
    }
  }
}
