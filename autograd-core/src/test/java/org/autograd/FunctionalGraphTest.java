package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What results of {@link Functional} are connected to. */
class FunctionalGraphTest {
  private static final JacobianOptions GRAPH = JacobianOptions.DEFAULT.withCreateGraph(true);
  private static final ProductOptions PRODUCT = ProductOptions.DEFAULT.withCreateGraph(true);

  private static List<Tensor> list(ValueAndDerivative<Tensor, Tensor> r) {
    return List.of(r.value(), r.derivative());
  }

  /** Calls everything for sum(x^3) or x^3, and returns what it gave, by name. */
  private static Map<String, List<Tensor>> all(Tensor x, Tensor v, boolean createGraph) {
    UnaryOperator<Tensor> cubes = t -> t.pow(3);
    UnaryOperator<Tensor> sum = t -> t.pow(3).sum();
    JacobianOptions j = JacobianOptions.DEFAULT.withCreateGraph(createGraph);
    ProductOptions p = ProductOptions.DEFAULT.withCreateGraph(createGraph);
    Map<String, List<Tensor>> all = new LinkedHashMap<>();
    all.put("jacobian", List.of(Functional.jacobian(cubes, x, j)));
    all.put("jacobian vectorized", List.of(Functional.jacobian(cubes, x, j.withVectorize(true))));
    all.put("hessian", List.of(Functional.hessian(sum, x, j)));
    all.put("hessian vectorized", List.of(Functional.hessian(sum, x, j.withVectorize(true))));
    if (!createGraph) {
      JacobianOptions forward =
          JacobianOptions.VECTORIZED.withStrategy(JacobianStrategy.FORWARD_MODE);
      all.put("jacobian forward", List.of(Functional.jacobian(cubes, x, forward)));
      all.put("hessian forward", List.of(Functional.hessian(sum, x, forward)));
    }
    all.put("vjp", list(Functional.vjp(cubes, x, v, p)));
    all.put("jvp", list(Functional.jvp(cubes, x, v, p)));
    all.put("vhp", list(Functional.vhp(sum, x, v, p)));
    all.put("hvp", list(Functional.hvp(sum, x, v, p)));
    return all;
  }

  private static Map<String, List<Tensor>> all(
      Tensor x, Tensor v, boolean createGraph, boolean gradMode) {
    return GradMode.setGradEnabled(gradMode, () -> all(x, v, createGraph));
  }

  private static void assertNumbers(Map<String, List<Tensor>> all) {
    all.forEach((name, results) -> {
      double[] last = values(results.get(results.size() - 1));
      switch (name.split(" ")[0]) {
        case "jacobian" -> assertThat(last).as(name).containsExactly(3, 0, 0, 12);
        case "hessian" -> assertThat(last).as(name).containsExactly(6, 0, 0, 12);
        case "vjp", "jvp" -> {
          assertThat(values(results.get(0))).as(name).containsExactly(1, 8);
          assertThat(last).as(name).containsExactly(15, 84);
        }
        default -> {
          assertThat(values(results.get(0))).as(name).containsExactly(9);
          assertThat(last).as(name).containsExactly(30, 84);
        }
      }
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("FUNC-08")
  @Tag("FUNC-09")
  void withoutGraphResultsAreConstantsAndNoGradChanges(boolean gradMode) {
    for (boolean requires : new boolean[] {true, false}) {
      Tensor x = constant(1, 2).requiresGrad_(requires);
      Tensor v = constant(5, 7).requiresGrad_(requires);
      Map<String, List<Tensor>> all = all(x, v, false, gradMode);
      assertNumbers(all);
      all.forEach((name, results) ->
          assertThat(results).as(name).noneMatch(Tensor::requiresGrad).allMatch(Tensor::isLeaf));
      assertThat(x.grad()).isNull();
      assertThat(v.grad()).isNull();
      assertThat(GradMode.isEnabled()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("FUNC-08")
  @Tag("FUNC-09")
  void withGraphResultsAreDifferentiableByInputAndVector(boolean gradMode) {
    Tensor x = leaf(1, 2);
    Tensor v = leaf(5, 7);
    Map<String, List<Tensor>> all = all(x, v, true, gradMode);
    assertNumbers(all);
    BiFunction<String, Tensor, double[]> byX =
        (name, of) -> values(Autograd.grad(of, x, GradOptions.DEFAULT.withRetainGraph(true)));
    all.forEach((name, results) -> {
      Tensor sum = results.get(results.size() - 1).sum();
      // The derivatives are 3 x^2 [v] and 6 x [v].
      double[] expected =
          switch (name.split(" ")[0]) {
            case "jacobian" -> new double[] {6, 12};
            case "hessian" -> new double[] {6, 6};
            case "vjp", "jvp" -> new double[] {30, 84};
            default -> new double[] {30, 42};
          };
      assertThat(byX.apply(name, sum)).as(name).containsExactly(expected);
      if (results.size() == 2) {
        double[] byV = values(Autograd.grad(sum, v, GradOptions.DEFAULT.withRetainGraph(true)));
        assertThat(byV)
            .as(name)
            .containsExactly(
                name.equals("vjp") || name.equals("jvp")
                    ? new double[] {3, 12}
                    : new double[] {6, 12});
        assertThat(byX.apply(name, results.get(0).sum())).as(name).containsExactly(3, 12);
      }
    });
    assertThat(x.grad()).isNull();
    assertThat(v.grad()).isNull();
  }

  @Test
  @Tag("FUNC-08")
  void withGraphOnlyTheVectorNeedsToRequireGrad() {
    Tensor v = leaf(5, 7);
    Map<String, List<Tensor>> all = all(constant(1, 2), v, true, true);
    assertNumbers(all);
    all.forEach((name, results) -> {
      Tensor last = results.get(results.size() - 1);
      if (results.size() == 1) {
        assertThat(last.requiresGrad()).as(name).isFalse();
      } else {
        assertThat(results.get(0).requiresGrad()).as(name).isFalse();
        assertThat(values(Autograd.grad(last.sum(), v)))
            .as(name)
            .containsExactly(
                name.equals("vjp") || name.equals("jvp")
                    ? new double[] {3, 12}
                    : new double[] {6, 12});
      }
    });
  }

  @Test
  void withGraphResultsAreDifferentiableByWhatTheFunctionCaptures() {
    Tensor w = leaf(2, 3);
    Tensor x = constant(1, 2);
    Tensor ones = constant(1, 1);
    UnaryOperator<Tensor> f = t -> t.square().mul(w);
    UnaryOperator<Tensor> sum = t -> f.apply(t).sum();
    // By x 2 w x, twice 2 w.
    Map<Tensor, double[]> expected = new LinkedHashMap<>();
    expected.put(Functional.jacobian(f, x, GRAPH), new double[] {2, 4});
    expected.put(Functional.hessian(sum, x, GRAPH), new double[] {2, 2});
    expected.put(Functional.vjp(f, x, ones, PRODUCT).derivative(), new double[] {2, 4});
    expected.put(Functional.jvp(f, x, ones, PRODUCT).derivative(), new double[] {2, 4});
    expected.put(Functional.vhp(sum, x, ones, PRODUCT).derivative(), new double[] {2, 2});
    expected.put(Functional.hvp(sum, x, ones, PRODUCT).derivative(), new double[] {2, 2});
    expected.forEach(
        (t, byW) -> assertThat(values(Autograd.grad(t.sum(), w))).containsExactly(byW));
    assertThat(Functional.jacobian(f, x).requiresGrad()).isFalse();
    assertThat(Functional.jvp(f, x, ones).derivative().requiresGrad()).isFalse();
    assertThat(w.grad()).isNull();
  }

  @Test
  @Tag("FUNC-08")
  void backwardThroughAResultAddsToTheInputsOnly() {
    Tensor x = leaf(1, 2);
    Tensor constantInput = constant(3);
    List<Tensor> seen = new ArrayList<>();
    TensorFunction f =
        in -> {
          seen.addAll(in);
          return List.of(in.get(0).pow(3).mul(in.get(1)));
        };
    List<List<Tensor>> j = Functional.jacobian(f, List.of(x, constantInput), GRAPH);
    j.get(0).get(0).sum().backward();
    // By x 3 x^2 c, differentiated 6 x c.
    assertThat(values(x.grad())).containsExactly(18, 36);
    assertThat(constantInput.grad()).isNull();
    assertThat(seen).hasSize(2);
  }

  @Test
  void constantsMadeByDerivativesOfConstantsAreCut() {
    Tensor x = constant(2);
    Tensor w = leaf(5);
    // The derivative of x^2 + w by x does not depend on w, though the value does.
    var r = Functional.valueAndGrad(t -> t.square().add(w).sum()).apply(x);
    assertThat(r.value().requiresGrad()).isTrue();
    assertThat(r.grad().requiresGrad()).isFalse();
    assertThat(values(r.grad())).containsExactly(4);
    // Nor does a derivative taken outside meet the leaves of one taken inside.
    Tensor d =
        Functional.grad(u -> Functional.grad(t -> t.square().mul(u).sum()).apply(x).sum()).apply(x);
    assertThat(values(d)).containsExactly(4);
    assertThat(d.requiresGrad()).isFalse();
  }
}
