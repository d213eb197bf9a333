package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No question about a tensor changes its state, whoever asks it first and in whatever mode. */
class QuestionsTest {
  @RegisterExtension final CollectedWarnings warnings = new CollectedWarnings();

  /**
   * A tensor, and the leaf that its history leads to.
   *
   * @param x the leaf
   * @param t the tensor that is asked
   */
  private record State(Tensor x, Tensor t) {}

  private static State state(Function<Tensor, Tensor> make) {
    Tensor x = leaf(1, 2, 3);
    return new State(x, make.apply(x));
  }

  /** States in which a view may not know its history yet, and others. */
  private static Map<String, Supplier<State>> states() {
    Map<String, Function<Tensor, Tensor>> all = new LinkedHashMap<>();
    all.put("leaf", x -> x);
    all.put("result", x -> x.mul(2));
    all.put("view", x -> x.mul(2).view(3));
    all.put("view of a changed base", x -> changed(x, b -> b.view(3), b -> b.mul_(2)));
    all.put("view of a constant that was written to", QuestionsTest::written);
    all.put(
        "view of a view of a changed base",
        x -> changed(x, b -> b.view(3).view(3), b -> b.mul_(2)));
    all.put("view beside a changed one", x -> changed(x, b -> b.view(3), b -> b.view(3).mul_(2)));
    all.put("view under noGrad", x -> GradMode.noGrad(() -> x.view(3)));
    all.put(
        "stale view under noGrad",
        x -> changed(x, b -> GradMode.noGrad(() -> b.view(3)), b -> b.mul_(2)));
    all.put(
        "stale view in inference mode",
        x -> changed(x, b -> InferenceMode.run(() -> b.view(3)), b -> b.mul_(2)));
    all.put(
        "stale one of several views",
        x -> changed(x, b -> b.view(1, 3).unbind(0).get(0), b -> b.mul_(2)));
    all.put("view of a detached base", x -> changed(x, b -> b.view(3), Tensor::detach_));
    all.put(
        "stale view of a detached base", x -> changed(x, b -> b.view(3), b -> b.detach_().mul_(2)));
    all.put(
        "base changed under noGrad",
        x -> changed(x, b -> b.view(3), b -> GradMode.noGrad(() -> b.mul_(2))));
    all.put(
        "view whose base was told to require grad",
        x -> {
          Tensor b = constant(1, 2, 3);
          Tensor v = b.view(3);
          b.requiresGrad_();
          GradMode.noGrad(() -> b.mul_(2));
          return v;
        });
    all.put(
        "view with a retained gradient",
        x ->
            changed(
                x,
                b -> {
                  Tensor v = b.view(3);
                  v.retainGrad();
                  return v;
                },
                b -> b.mul_(2)));
    all.put("detached", x -> x.mul(2).detach());
    all.put(
        "view of data that was replaced",
        x -> changed(x, b -> b.view(3), b -> b.setData(constant(4, 5, 6))));
    Map<String, Supplier<State>> states = new LinkedHashMap<>();
    all.forEach((name, make) -> states.put(name, () -> state(make)));
    return states;
  }

  private static Tensor changed(
      Tensor x, UnaryOperator<Tensor> view, java.util.function.Consumer<Tensor> change) {
    Tensor base = x.mul(1);
    Tensor v = view.apply(base);
    change.accept(base);
    return v;
  }

  private static Tensor written(Tensor x) {
    Tensor base = constant(0, 0, 0);
    Tensor v = base.view(3);
    base.copy_(x);
    return v;
  }

  /** Everything that can be asked. */
  private static Map<String, Function<Tensor, Object>> questions() {
    Map<String, Function<Tensor, Object>> all = new LinkedHashMap<>();
    all.put("requiresGrad", Tensor::requiresGrad);
    all.put("isLeaf", Tensor::isLeaf);
    all.put("outputNr", Tensor::outputNr);
    all.put("retainsGrad", Tensor::retainsGrad);
    all.put("grad", Tensor::grad);
    all.put("isView", Tensor::isView);
    all.put("isInference", Tensor::isInference);
    all.put("hasBase", t -> t.base() != null);
    all.put("version", t -> t.isInference() ? null : t.version());
    all.put("sizes", t -> Arrays.toString(t.sizes()));
    all.put("strides", t -> Arrays.toString(t.strides()));
    all.put("toString", Tensor::toString);
    all.put("gradFn", t -> t.gradFn() == null ? null : t.gradFn().name());
    all.put("next", t -> t.gradFn() == null ? null : t.gradFn().nextFunctions().size());
    return all;
  }

  /** What else may look at a tensor without changing it. */
  private static Map<String, Function<Tensor, Object>> looks() {
    Map<String, Function<Tensor, Object>> all = new LinkedHashMap<>(questions());
    all.put("sum", Tensor::sum);
    all.put("view", t -> t.view(3));
    all.put("mul", t -> t.mul(t));
    all.put("detach", Tensor::detach);
    all.put("saved", t -> t.mul(leaf(1, 1, 1)));
    all.put("edge", Graph::getGradientEdge);
    all.put("values", t -> values(t));
    return all;
  }

  private static Map<String, UnaryOperator<Supplier<Object>>> modes() {
    Map<String, UnaryOperator<Supplier<Object>>> all = new TreeMap<>();
    all.put("recording", s -> s);
    all.put("noGrad", s -> () -> GradMode.noGrad(s::get));
    all.put("inference mode", s -> () -> InferenceMode.run(s::get));
    all.put(
        "dual level",
        s ->
            () -> {
              try (Scope level = ForwardAD.dualLevel()) {
                return s.get();
              }
            });
    all.put(
        "vmap",
        s ->
            () ->
                Vmap.vmap(
                        r -> {
                          answer(s);
                          return r;
                        })
                    .apply(constant(1, 2)));
    all.put(
        "saved-tensor hooks",
        s ->
            () -> {
              try (Scope hooks = Graph.savedTensorsHooks(t -> t, t -> t)) {
                return s.get();
              }
            });
    return all;
  }

  private static Object answer(Supplier<Object> question) {
    try {
      Object a = question.get();
      return a instanceof Tensor t ? t.toString() : a;
    } catch (AutogradException e) {
      return e.getClass().getSimpleName();
    }
  }

  private static Map<String, Object> answers(Tensor t) {
    Map<String, Object> all = new LinkedHashMap<>();
    questions().forEach((name, q) -> all.put(name, answer(() -> q.apply(t))));
    return all;
  }

  /** The answer to each question if it is the first one that is asked. */
  private static Map<String, Object> firstAnswers(Supplier<Tensor> fresh) {
    Map<String, Object> all = new LinkedHashMap<>();
    questions()
        .forEach((name, q) -> {
          Tensor t = fresh.get();
          all.put(name, answer(() -> q.apply(t)));
        });
    return all;
  }

  /** What a state is good for: the gradient that reaches the leaf, and the tangent. */
  private static Object use(State s) {
    return answer(() -> {
      Tensor y = s.t.mul(s.t).sum().add(s.x.sum());
      return Autograd.grad(y, s.x);
    });
  }

  @TestFactory
  Stream<DynamicTest> askingChangesNothing() {
    return states().entrySet().stream()
        .flatMap(state ->
            modes().entrySet().stream()
                .map(mode ->
                    DynamicTest.dynamicTest(
                        state.getKey() + " — " + mode.getKey(),
                        () -> {
                          Map<String, Object> expected =
                              firstAnswers(() -> state.getValue().get().t);
                          Object gradient = use(state.getValue().get());
                          looks()
                              .forEach((look, question) -> {
                                State s = state.getValue().get();
                                answer(mode.getValue().apply(() -> question.apply(s.t)));
                                assertThat(answers(s.t)).as("after " + look).isEqualTo(expected);
                                assertThat(answers(s.t))
                                    .as("again after " + look)
                                    .isEqualTo(expected);
                                assertThat(use(s)).as("gradient after " + look).isEqualTo(gradient);
                              });
                        })));
  }

  @Test
  @Tag("VIEW-21")
  void staleRestrictedViewsAnswerAndCannotBeUsed() {
    for (UnaryOperator<Tensor> make :
        java.util.List.<UnaryOperator<Tensor>>of(
            b -> b.view(1, 3).unbind(0).get(0),
            b -> GradMode.noGrad(() -> b.view(3)),
            b -> InferenceMode.run(() -> b.view(3)))) {
      Tensor v = changed(leaf(1, 2, 3), make, b -> b.mul_(2));
      boolean several = LowLevel.creationMeta(v) == CreationMeta.MULTI_OUTPUT_NODE;
      assertThat(v.requiresGrad()).isTrue();
      assertThat(v.isLeaf()).isEqualTo(!several);
      assertThat(v.outputNr()).isZero();
      assertThat(v.retainsGrad()).isFalse();
      assertThat(v.grad()).isNull();
      assertThat(v.toString()).contains("Invalid");
      assertThatThrownBy(v::gradFn).isInstanceOf(InplaceModificationException.class);
      assertThatThrownBy(v::retainGrad).isInstanceOf(InplaceModificationException.class);
      assertThatThrownBy(() -> v.mul(2)).isInstanceOf(InplaceModificationException.class);
      assertThatThrownBy(() -> v.mul_(2)).isInstanceOf(InplaceModificationException.class);
      assertThatThrownBy(() -> v.registerHook(g -> null))
          .isInstanceOf(InplaceModificationException.class);
    }
  }

  @Test
  void writingThroughAViewOfADetachedBaseIsRefused() {
    for (UnaryOperator<Tensor> write :
        java.util.List.<UnaryOperator<Tensor>>of(
            t -> t.mul_(3), t -> t.copy_(leaf(1, 2)), Tensor::zero_, t -> t.transpose_(0, 0))) {
      Tensor x = leaf(1, 2, 3);
      Tensor b = x.mul(1);
      Tensor v = b.narrow(0, 0, 2);
      b.detach_();
      assertThatThrownBy(() -> write.apply(v))
          .isInstanceOf(InplaceModificationException.class)
          .hasMessageContaining("view of a leaf");
      assertThat(v.version()).isZero();
      v.sum().backward();
      assertThat(values(x.grad())).containsExactly(1, 1, 0);
      GradMode.noGrad(() -> v.mul_(3));
      assertThat(v.requiresGrad()).isTrue();
      assertThat(v.gradFn().name()).isEqualTo("AsStridedBackward0");
      assertThat(v.requiresGrad()).isTrue();
      v.sum().backward();
      assertThat(values(x.grad())).containsExactly(1, 1, 0);
    }
  }

  @Test
  void aViewInsideOfAMappedFunctionKeepsItsHistoryWhoeverLooksFirst() {
    // f(r) = r · r, whose hessian is 2 I.
    UnaryOperator<Tensor> silent = s -> s;
    Map<String, UnaryOperator<Tensor>> looks = new LinkedHashMap<>();
    looks.put("nobody", silent);
    looks.put("noGrad", s -> GradMode.noGrad(() -> s.sum()));
    looks.put("inference mode", s -> InferenceMode.run(() -> s.sum()));
    looks.put("a view under noGrad", s -> GradMode.noGrad(() -> s.view(2)));
    looks.put(
        "print",
        s -> {
          s.toString();
          return s;
        });
    looks.put("detach", Tensor::detach);
    looks.put(
        "questions",
        s -> {
          s.isLeaf();
          s.requiresGrad();
          s.gradFn();
          s.version();
          return s;
        });
    looks.forEach((name, look) -> {
      UnaryOperator<Tensor> f =
          r -> {
            Tensor k = Tensor.zeros(TensorOptions.of(DType.FLOAT64), 2);
            Tensor s = k.view(2);
            k.copy_(r);
            look.apply(s);
            return s.mul(s).sum();
          };
      assertThat(values(Functional.hessian(f, constant(3, 5))))
          .as(name)
          .containsExactly(2, 0, 0, 2);
      UnaryOperator<Tensor> g =
          r -> {
            Tensor k = Tensor.zeros(TensorOptions.of(DType.FLOAT64), 2);
            Tensor s = k.view(2).view(2);
            GradMode.noGrad(() -> s.sum());
            k.narrow(0, 0, 1).copy_(r.narrow(0, 1, 1));
            look.apply(s);
            return s.mul(s).sum();
          };
      assertThat(values(Functional.hessian(g, constant(3, 5))))
          .as(name)
          .containsExactly(0, 0, 0, 2);
    });
  }

  @Test
  void askingInsideOfAMappedFunctionChangesNothing() {
    Map<String, UnaryOperator<Tensor>> views = new LinkedHashMap<>();
    views.put("view", k -> k.view(3));
    views.put("view of a view", k -> k.view(3).view(3));
    views.put("view under noGrad", k -> GradMode.noGrad(() -> k.view(3)));
    views.put("one of several", k -> k.view(1, 3).unbind(0).get(0));
    views.forEach((name, view) -> {
      UnaryOperator<Tensor> f =
          r -> {
            Map<String, Object> first = firstAnswers(() -> adopted(r, view));
            looks()
                .forEach((look, question) -> {
                  Tensor t = adopted(r, view);
                  answer(() -> question.apply(t));
                  assertThat(answers(t)).as(name + " after " + look).isEqualTo(first);
                });
            return r;
          };
      Vmap.vmap(f).apply(leaf(1, 2, 3, 4, 5, 6).view(2, 3));
      Vmap.vmap(f).apply(constant(1, 2, 3, 4, 5, 6).view(2, 3));
    });
  }

  /** A view of a tensor that was given a batch after the view was made. */
  private static Tensor adopted(Tensor r, UnaryOperator<Tensor> view) {
    Tensor k = Tensor.zeros(TensorOptions.of(DType.FLOAT64), 3);
    Tensor v = view.apply(k);
    k.copy_(r);
    return v;
  }

  @Test
  void aTangentOfAViewKeepsItsHistoryWhoeverLooksFirst() {
    for (boolean inference : new boolean[] {false, true}) {
      Tensor x = leaf(1, 2);
      try (Scope level = ForwardAD.dualLevel()) {
        Tensor base = constant(3, 4);
        Tensor v = base.view(2);
        base.mul_(ForwardAD.makeDual(constant(1, 1), x.mul(x)));
        Supplier<Object> look = () -> ForwardAD.unpackDual(v).tangent();
        Object ignored = inference ? InferenceMode.run(look::get) : GradMode.noGrad(look::get);
        ForwardAD.unpackDual(v).tangent().sum().backward();
      }
      // tangent = base · x², so its gradient is 2 · base · x
      assertThat(values(x.grad())).containsExactly(6, 16);
    }
  }

  @Test
  void aTensorThatIsGivenABatchUnderNoGradKeepsItsHistory() {
    Tensor x = leaf(3, 5);
    Tensor sums =
        Vmap.vmap(
                r -> {
                  Tensor k = x.mul(2);
                  GradMode.noGrad(() -> k.narrow(0, 0, 1).copy_(r.view(1)));
                  return k.sum();
                })
            .apply(constant(10, 20));
    assertThat(values(sums)).containsExactly(20, 30);
    sums.sum().backward();
    assertThat(values(x.grad())).containsExactly(4, 4);
  }
}
