package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionalTransformsTest {
  /** A way to differentiate a function of one number. */
  private record D(String name, UnaryOperator<UnaryOperator<Tensor>> of) {
    UnaryOperator<Tensor> apply(UnaryOperator<Tensor> f) {
      return of.apply(f);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final ProductOptions GRAPH = ProductOptions.DEFAULT.withCreateGraph(true);

  static final List<D> WAYS =
      List.of(
          new D("grad", Functional::grad),
          new D("jacrev", Functional::jacrev),
          new D("jacrev, looped", f -> Functional.jacrev(f, JacobianOptions.DEFAULT)),
          new D("jacfwd", Functional::jacfwd),
          new D("jacfwd, looped", f -> Functional.jacfwd(f, JacobianOptions.DEFAULT)),
          new D("pullback", f -> x -> Functional.pullback(f, x).derivative().apply(null)),
          new D("linearize", f -> x -> Functional.linearize(f, x).derivative().apply(null)),
          new D("vjp", f -> x -> Functional.vjp(f, x, null, GRAPH).derivative()),
          new D("jvp", f -> x -> Functional.jvp(f, x, null, GRAPH).derivative()));

  static List<D> ways() {
    return WAYS;
  }

  private static Tensor number(double x) {
    return Tensor.of(new double[] {x}, new long[0]);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void thirdDerivativesInAllCombinations(D outer) {
    double x = 0.7;
    double s = Math.sin(x);
    double c = Math.cos(x);
    UnaryOperator<Tensor> f = t -> t.sin().exp();
    // f' = c f, f'' = (c^2 - s) f, f''' = (c^3 - 3 s c - c) f
    double third = (c * c * c - 3 * s * c - c) * Math.exp(s);
    Map<String, Double> wrong = new LinkedHashMap<>();
    for (D middle : WAYS) {
      for (D inner : WAYS) {
        Tensor d = outer.apply(middle.apply(inner.apply(f))).apply(number(x));
        if (Math.abs(d.item() - third) > 1e-12 || d.requiresGrad()) {
          wrong.put(outer + " of " + middle + " of " + inner, d.item());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void perturbationsAreKeptApart(D outer) {
    for (D inner : WAYS) {
      // d/dx (x * d/dy (x + y)) at x = 1 is 1; confusing the two gives 2.
      UnaryOperator<Tensor> sum = x -> x.mul(inner.apply(y -> x.add(y)).apply(number(1)));
      assertThat(outer.apply(sum).apply(number(1)).item()).as("%s", inner).isEqualTo(1);
      // d/dx (x * d/dy (x * y)) = 2x
      UnaryOperator<Tensor> product = x -> x.mul(inner.apply(y -> x.mul(y)).apply(number(5)));
      assertThat(outer.apply(product).apply(number(3)).item()).as("%s", inner).isEqualTo(6);
      // At y = x itself: d/dy (x y^2) = 2 x y = 2 x^2 there, whose derivative is 4x.
      UnaryOperator<Tensor> same = x -> inner.apply(y -> x.mul(y.square())).apply(x);
      assertThat(outer.apply(same).apply(number(3)).item()).as("%s", inner).isEqualTo(12);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void vectorOfAnInnerProductIsDifferentiated(D outer) {
    // The derivative of x^2 along v at 3 is 6 v, so its derivative by v is 6.
    UnaryOperator<Tensor> square = t -> t.square();
    for (UnaryOperator<Tensor> along :
        List.<UnaryOperator<Tensor>>of(
            v -> Functional.jvp(square, number(3), v, GRAPH).derivative(),
            v -> Functional.vjp(square, number(3), v, GRAPH).derivative(),
            v -> Functional.linearize(square, number(3)).derivative().apply(v),
            v -> Functional.pullback(square, number(3)).derivative().apply(v))) {
      Tensor d = outer.apply(along).apply(number(2));
      assertThat(d.item()).isEqualTo(6);
      assertThat(d.requiresGrad()).isFalse();
    }
    // The second derivative of x^3 at 3 along v is 18 v.
    UnaryOperator<Tensor> cube = t -> t.pow(3);
    for (UnaryOperator<Tensor> along :
        List.<UnaryOperator<Tensor>>of(
            v -> Functional.hvp(cube, number(3), v, GRAPH).derivative(),
            v -> Functional.vhp(cube, number(3), v, GRAPH).derivative(),
            v -> Functional.jvp(Functional.grad(cube), number(3), v, GRAPH).derivative())) {
      assertThat(outer.apply(along).apply(number(2)).item()).isEqualTo(18);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void resultsAreConnectedToWhatRequiresGradOutside(D d) {
    Tensor w = scalarLeaf(5);
    Tensor x = scalarLeaf(2);
    UnaryOperator<Tensor> f = t -> t.pow(3).mul(w);
    // 3 w x^2: by w 3 x^2, by x 6 w x.
    Tensor slope = d.apply(f).apply(x);
    assertThat(slope.item()).isEqualTo(60);
    List<Tensor> grads = Autograd.grad(List.of(slope), List.of(w, x));
    assertThat(grads.get(0).item()).isEqualTo(12);
    assertThat(grads.get(1).item()).isEqualTo(60);

    Tensor byW = d.apply(f).apply(number(2));
    assertThat(Autograd.grad(byW, w).item()).isEqualTo(12);

    Tensor constant = d.apply(t -> t.pow(3)).apply(number(2));
    assertThat(constant.requiresGrad()).isFalse();
    d.apply(f).apply(x).backward();
    assertThat(w.grad().item()).isEqualTo(12);
    assertThat(x.grad().item()).isEqualTo(60);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void nothingOutsideIsRecordedUnderNoGrad(D d) {
    Tensor w = scalarLeaf(5);
    Tensor x = scalarLeaf(2);
    UnaryOperator<Tensor> f = t -> t.pow(3).mul(w);
    boolean asked = d.name.equals("vjp") || d.name.equals("jvp");
    try (Scope scope = GradMode.noGrad()) {
      Tensor slope = d.apply(f).apply(x);
      assertThat(slope.item()).isEqualTo(60);
      assertThat(slope.requiresGrad()).isEqualTo(asked);
      Tensor second = d.apply(d.apply(f)).apply(x);
      assertThat(second.item()).isEqualTo(60);
      assertThat(second.requiresGrad()).isEqualTo(asked);
    }
    assertThat(x.grad()).isNull();
  }

  @Test
  void gradChoosesArguments() {
    BinaryOperator<Tensor> f = (x, y) -> x.square().mul(y).sum();
    Tensor x = constant(2, 3);
    Tensor y = constant(5, 7);
    assertThat(values(Functional.grad(f).apply(x, y))).containsExactly(20, 42);
    assertThat(values(Functional.grad(f, 1).apply(x, y))).containsExactly(4, 9);
    assertThat(values(Functional.grad(f, -1).apply(x, y))).containsExactly(4, 9);
    TensorFunction several = TensorFunction.of(f);
    List<Tensor> both = Functional.grad(several, 1, 0).apply(List.of(x, y));
    assertThat(values(both.get(0))).containsExactly(4, 9);
    assertThat(values(both.get(1))).containsExactly(20, 42);
    assertThat(Functional.grad(several).apply(List.of(x, y))).hasSize(1);
    // By y of the derivative by x: 2 x.
    BinaryOperator<Tensor> mixed =
        Functional.grad((a, b) -> Functional.grad(f).apply(a, b).sum(), 1);
    assertThat(values(mixed.apply(x, y))).containsExactly(4, 6);
    for (int bad : new int[] {2, -3}) {
      assertThatThrownBy(() -> Functional.grad(several, bad).apply(List.of(x, y)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no argument " + bad);
    }
    assertThatThrownBy(() -> Functional.grad(several, 0, -2).apply(List.of(x, y)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void argumentsThatAreNotDifferentiatedMayBeOfAnyDtype() {
    TensorFunction picked = in -> List.of(in.get(0).indexSelect(0, in.get(1)).square().sum());
    List<Tensor> g = Functional.grad(picked, 0).apply(List.of(constant(2, 3), Tensor.of(1L)));
    assertThat(values(g.get(0))).containsExactly(0, 6);
    assertThatThrownBy(
            () -> Functional.grad(picked, 0, 1).apply(List.of(constant(2, 3), Tensor.of(1L))))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("input 1")
        .hasMessageContaining("int64");
  }

  @Test
  void gradAndValueGivesTheGradientFirst() {
    GradAndValue<Tensor> one = Functional.gradAndValue(t -> t.square().sum()).apply(constant(3, 4));
    assertThat(one.value().item()).isEqualTo(25);
    assertThat(values(one.grad())).containsExactly(6, 8);
    var two = Functional.gradAndValue((x, y) -> x.mul(y).sum(), 1).apply(constant(3), constant(4));
    assertThat(two.value().item()).isEqualTo(12);
    assertThat(values(two.grad())).containsExactly(3);
    if (two instanceof GradAndValue<Tensor>(Tensor gradient, Tensor value)) {
      assertThat(gradient.item()).isEqualTo(3);
      assertThat(value.item()).isEqualTo(12);
    }
  }

  @Test
  void valueAndGradGivesTheValueFirst() {
    ValueAndGrad<Tensor> one = Functional.valueAndGrad(t -> t.square().sum()).apply(constant(3, 4));
    assertThat(one.value().item()).isEqualTo(25);
    assertThat(values(one.grad())).containsExactly(6, 8);
    var two = Functional.valueAndGrad((x, y) -> x.mul(y).sum()).apply(constant(3), constant(4));
    if (two instanceof ValueAndGrad<Tensor>(Tensor value, Tensor gradient)) {
      assertThat(value.item()).isEqualTo(12);
      assertThat(gradient.item()).isEqualTo(4);
    }
    TensorFunction product = TensorFunction.of((x, y) -> x.mul(y).sum());
    var both = Functional.valueAndGrad(product, 0, 1).apply(List.of(constant(3), constant(4)));
    assertThat(both.grad()).extracting(Tensor::item).containsExactly(4.0, 3.0);
  }

  @Test
  void gradNeedsOneElement() {
    assertThatThrownBy(() -> Functional.grad(t -> t.mul(2)).apply(constant(1, 2)))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("grad")
        .hasMessageContaining("single element");
    assertThatThrownBy(() -> Functional.grad(t -> t.sum()).apply(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 0 is null");
  }

  @Test
  void jacobiansAndHessiansAsFunctions() {
    Tensor x = constant(2, 3);
    UnaryOperator<Tensor> f = t -> t.pow(3).mul(t.get(0));
    // [x0^4, x0 x1^3]: [[4 x0^3, 0], [x1^3, 3 x0 x1^2]]
    double[] first = {32, 0, 27, 54};
    // [[12 x0^2, 0], [0, 0]], [[0, 3 x1^2], [3 x1^2, 6 x0 x1]]
    double[] second = {48, 0, 0, 0, 0, 27, 27, 36};
    JacobianOptions one = JacobianOptions.VECTORIZED.withChunkSize(1);
    for (UnaryOperator<Tensor> j :
        List.of(
            Functional.jacrev(f),
            Functional.jacfwd(f),
            Functional.jacrev(f, one),
            Functional.jacfwd(f, one))) {
      assertThat(j.apply(x).sizes()).containsExactly(2, 2);
      assertThat(values(j.apply(x))).containsExactly(first, within(1e-12));
      for (UnaryOperator<Tensor> h :
          List.of(Functional.jacrev(j), Functional.jacfwd(j), Functional.hessian(f))) {
        assertThat(h.apply(x).sizes()).containsExactly(2, 2, 2);
        assertThat(values(h.apply(x))).containsExactly(second, within(1e-12));
      }
    }
    Tensor rosenbrock =
        Functional.hessian((UnaryOperator<Tensor>) FunctionalHessianTest::rosenbrock)
            .apply(constant(1.5, -0.5));
    assertThat(values(rosenbrock))
        .containsExactly(new double[] {2902, -600, -600, 200}, within(1e-9));
    BinaryOperator<Tensor> g = (a, b) -> a.mul(b.pow(3)).sum();
    assertThat(values(Functional.hessian(g, 1).apply(constant(2), constant(3))))
        .containsExactly(36);
    assertThat(values(Functional.jacrev(g, 1).apply(constant(2), constant(3)))).containsExactly(54);
    assertThat(values(Functional.jacfwd(g, 0).apply(constant(2), constant(3)))).containsExactly(27);
  }

  @Test
  void jacobiansOfSeveralOutputsByChosenArguments() {
    TensorFunction f = in -> List.of(in.get(0).mul(in.get(1)), in.get(2).sum(), in.get(0).square());
    List<Tensor> at = List.of(constant(2, 3), constant(5, 7), constant(1));
    for (var j :
        List.of(
            Functional.jacrev(f, 2, 0),
            Functional.jacrev(f, List.of(2, 0), JacobianOptions.DEFAULT),
            Functional.jacfwd(f, -1, 0),
            Functional.jacfwd(f, List.of(2, -3), JacobianOptions.DEFAULT))) {
      List<List<Tensor>> r = j.apply(at);
      assertThat(r).hasSize(3).allMatch(row -> row.size() == 2);
      assertThat(r.get(0).get(0).sizes()).containsExactly(2, 1);
      assertThat(values(r.get(0).get(0))).containsExactly(0, 0);
      assertThat(values(r.get(0).get(1))).containsExactly(5, 0, 0, 7);
      assertThat(values(r.get(1).get(0))).containsExactly(1);
      assertThat(values(r.get(1).get(1))).containsExactly(0, 0);
      assertThat(values(r.get(2).get(1))).containsExactly(4, 0, 0, 6);
    }
  }

  @Test
  void hessiansOfSeveralOutputsByChosenArguments() {
    // x y^2: [[0, 2 y], [2 y, 2 x]]; x^3 + z: [[6 x, 0], [0, 0]].
    TensorFunction f =
        in -> List.of(in.get(1).mul(in.get(2).square()), in.get(1).pow(3).add(in.get(0)));
    List<List<List<Tensor>>> h =
        Functional.hessian(f, 1, 2).apply(List.of(constant(1), constant(2), constant(5)));
    double[][][] expected = {{{0, 10}, {10, 4}}, {{12, 0}, {0, 0}}};
    for (int o = 0; o < 2; o++) {
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
          assertThat(h.get(o).get(i).get(j).sizes()).containsExactly(1, 1, 1);
          assertThat(values(h.get(o).get(i).get(j))).containsExactly(expected[o][i][j]);
        }
      }
    }
  }

  @Test
  void jacobiansAsFunctionsRefuseOptionsTheyDoNotHave() {
    JacobianOptions o = JacobianOptions.VECTORIZED;
    UnaryOperator<Tensor> f = t -> t.mul(2);
    for (JacobianOptions bad :
        List.of(
            o.withCreateGraph(true),
            o.withStrict(true),
            o.withStrategy(JacobianStrategy.FORWARD_MODE))) {
      assertThatThrownBy(() -> Functional.jacrev(f, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("jacrev");
    }
    assertThatThrownBy(() -> Functional.jacfwd(f, o.withStrategy(JacobianStrategy.REVERSE_MODE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jacfwd");
  }

  @Test
  void longChainsNeedNoStack() {
    UnaryOperator<Tensor> deep =
        t -> {
          Tensor y = t;
          for (int i = 0; i < 50_000; i++) {
            y = y.add(0);
          }
          return y.square().sum();
        };
    assertThat(values(Functional.grad(deep).apply(constant(1, 2)))).containsExactly(2, 4);
    assertThat(values(Functional.hvp(deep, constant(1, 2), constant(1, 1)).derivative()))
        .containsExactly(2, 2);
  }
}
