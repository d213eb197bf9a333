package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.tangent;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * A view of a leaf that was made without being recorded: it requires grad as the leaf does, but no
 * gradient is its own, and none reaches the leaf.
 */
class UnrecordedViewTest {
  /** A leaf that requires grad, and a view of it. */
  private record Pair(Tensor leaf, Tensor view) {}

  /** Makes a pair. */
  private interface Way {
    Pair make();
  }

  private static Map<String, Way> ways() {
    Map<String, Way> all = new LinkedHashMap<>();
    all.put(
        "noGrad",
        () -> {
          Tensor x = leaf(1, 2);
          return new Pair(x, GradMode.noGrad(() -> x.view(2)));
        });
    all.put(
        "inference mode",
        () -> {
          Tensor x = leaf(1, 2);
          return new Pair(x, InferenceMode.run(() -> x.view(2)));
        });
    all.put(
        "before the leaf required grad",
        () -> {
          Tensor x = constant(1, 2);
          Tensor v = x.view(2);
          return new Pair(x.requiresGrad_(), v);
        });
    all.put(
        "view of a view",
        () -> {
          Tensor x = leaf(1, 2);
          Tensor v = GradMode.noGrad(() -> x.view(2, 1).view(2));
          return new Pair(x, v);
        });
    return all;
  }

  private static Stream<DynamicTest> each(BiConsumer<Tensor, Tensor> test) {
    return ways().entrySet().stream()
        .map(way ->
            DynamicTest.dynamicTest(
                way.getKey(),
                () -> {
                  Pair p = way.getValue().make();
                  test.accept(p.leaf, p.view);
                }));
  }

  @TestFactory
  @Tag("VIEW-20")
  Stream<DynamicTest> backwardFillsNeitherItsGradientNorTheLeafs() {
    return each((x, v) -> {
      for (Tensor y : List.of(v.mul(3), v.exp(), v.mul(v), v.view(2, 1), v.clone(), v.sum())) {
        assertThat(y.requiresGrad()).isTrue();
        assertThat(y.isLeaf()).isFalse();
        assertThatCode(() -> y.sum().backward()).doesNotThrowAnyException();
      }
      assertThat(v.requiresGrad()).isTrue();
      assertThat(v.isLeaf()).isTrue();
      assertThat(v.gradFn()).isNull();
      assertThat(v.grad()).isNull();
      assertThat(x.grad()).isNull();
      Tensor w = leaf(5, 6);
      v.mul(w).mul(x).sum().backward();
      // w = v · x, x = v · w
      assertThat(values(w.grad())).containsExactly(1, 4);
      assertThat(values(x.grad())).containsExactly(5, 12);
      assertThat(v.grad()).isNull();
    });
  }

  @TestFactory
  Stream<DynamicTest> askingForItsGradientIsRefused() {
    return each((x, v) -> {
      assertThatThrownBy(() -> v.backward(constant(1, 1)))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("without being recorded");
      assertThatThrownBy(() -> Autograd.grad(v.mul(2).sum(), v))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("without being recorded");
      BackwardOptions to = BackwardOptions.DEFAULT.withInputs(v);
      assertThatThrownBy(() -> v.mul(x).sum().backward(to)).isInstanceOf(AutogradException.class);
      assertThatThrownBy(() -> Graph.getGradientEdge(v))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(() -> Graph.registerMultiGradHook(List.of(x, v), g -> {}))
          .isInstanceOf(AutogradException.class);
      assertThat(x.grad()).isNull();
    });
  }

  private static Scope packing(List<Tensor> packed) {
    return Graph.savedTensorsHooks(
        t -> {
          packed.add(t);
          return t;
        },
        t -> t);
  }

  @TestFactory
  Stream<DynamicTest> nothingIsSavedForItsGradientAlone() {
    return each((x, v) -> {
      Tensor w = leaf(5, 6);
      List<Tensor> saved = new ArrayList<>();
      try (Scope scope = packing(saved)) {
        v.exp();
        v.sin();
        v.mul(constant(3, 4));
        v.pow(3);
        v.prod();
        Tensors.stack(List.of(v, v), 0);
        constant(1, 1).mul_(v);
      }
      assertThat(saved).isEmpty();
      try (Scope scope = packing(saved)) {
        v.mul(w);
      }
      assertThat(saved).hasSize(1);
      assertThat(values(saved.get(0))).containsExactly(1, 2);
    });
  }

  @TestFactory
  Stream<DynamicTest> hooksAreAcceptedAndNeverRun() {
    return each((x, v) -> {
      List<String> ran = new ArrayList<>();
      v.registerHook(g -> {
        ran.add("hook");
        return null;
      });
      v.registerPostAccumulateGradHook(t -> ran.add("post"));
      v.retainGrad();
      assertThat(v.retainsGrad()).isFalse();
      v.mul(x).sum().backward();
      assertThat(ran).isEmpty();
      assertThat(values(x.grad())).containsExactly(1, 2);
    });
  }

  @TestFactory
  Stream<DynamicTest> inOtherModes() {
    return each((x, v) -> {
      Tensor y = Checkpoint.checkpoint(t -> t.mul(t), v);
      y.sum().backward();
      assertThat(x.grad()).isNull();
      assertThat(v.grad()).isNull();
      // A transform makes inputs of its own.
      assertThat(values(Functional.jacobian(t -> t.mul(t).sum(), v))).containsExactly(2, 4);
      JacobianOptions connected = JacobianOptions.DEFAULT.withCreateGraph(true);
      Tensor g = Functional.jacobian(t -> t.mul(t).sum(), v, connected);
      assertThat(values(g)).containsExactly(2, 4);
      if (g.requiresGrad()) {
        g.sum().backward();
      }
      assertThat(v.grad()).isNull();
      assertThat(x.grad()).isNull();
      try (Scope level = ForwardAD.dualLevel()) {
        Tensor dual = ForwardAD.makeDual(v, constant(1, 10));
        assertThat(tangent(dual.mul(dual))).containsExactly(2, 40);
        ForwardAD.unpackDual(dual.mul(dual)).tangent().sum().backward();
      }
      assertThat(v.grad()).isNull();
      assertThat(x.grad()).isNull();
    });
  }

  @TestFactory
  Stream<DynamicTest> itMayBecomeALeafOfItsOwn() {
    return each((x, v) -> {
      v.requiresGrad_();
      v.mul(3).sum().backward();
      assertThat(values(v.grad())).containsExactly(3, 3);
      assertThat(x.grad()).isNull();
    });
  }

  @TestFactory
  Stream<DynamicTest> itIsSavedForTheGradientOfAnother() {
    return each((x, v) -> {
      Tensor w = leaf(5, 6);
      Tensor y = v.mul(w).sum();
      GradOptions create = GradOptions.DEFAULT.withCreateGraph(true);
      Tensor g = Autograd.grad(y, w, create);
      assertThat(values(g)).containsExactly(1, 2);
      g.mul(w).sum().backward();
      assertThat(values(w.grad())).containsExactly(1, 2);
      assertThat(x.grad()).isNull();
      assertThat(v.grad()).isNull();
    });
  }
}
