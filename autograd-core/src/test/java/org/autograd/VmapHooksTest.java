package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks on tensors that stand for one element of a batch. */
@ExtendWith(UnderScheduler.class)
class VmapHooksTest {
  private final List<long[]> seen = Collections.synchronizedList(new ArrayList<>());

  static Tensor rows() {
    return Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
  }

  static Tensor map(UnaryOperator<Tensor> f, Tensor x) {
    return Vmap.vmap(f).apply(x);
  }

  static void inside(Consumer<Tensor> check) {
    map(
        t -> {
          check.accept(t);
          return t;
        },
        rows());
  }

  static void refused(Consumer<Tensor> misuse, String... words) {
    Tensor leaf = rows().requiresGrad_();
    UnaryOperator<Tensor> f =
        t -> {
          misuse.accept(t);
          return t;
        };
    assertThatThrownBy(() -> map(f, leaf))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void hooksSeeTheGradientOfOneElementAfterTheFunctionHasReturned() {
    Tensor x = rows().requiresGrad_();
    Tensor y =
        map(
            t -> {
              Tensor h = t.mul(2);
              h.registerHook(g -> {
                seen.add(g.sizes());
                // Depends on the sum of one element's gradient, and on a captured element.
                return g.mul(g.sum()).mul(t);
              });
              return h.mul(t.detach());
            },
            x);
    y.sum().backward();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(2);
    // g is t, its sum s: 2 t s t.
    assertThat(values(x.grad())).containsExactly(6, 24, 2 * 9 * 7, 2 * 16 * 7, 550, 792);
  }

  @Test
  void hooksOfNestedLevels() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2).requiresGrad_();
    UnaryOperator<Tensor> f =
        t -> {
          Tensor h = t.mul(1);
          h.registerHook(g -> {
            seen.add(g.sizes());
            return g.add(g.sum());
          });
          return h.square().sum();
        };
    Tensor y = Vmap.vmap(Vmap.vmap(f), VmapOptions.DEFAULT.withInDims(1)).apply(x);
    y.sum().backward();
    assertThat(seen.get(0)).containsExactly(2);
    assertThat(values(x.grad())).containsExactly(8, 10, 20, 22, 32, 34, 44, 46);
  }

  @Test
  void hooksRunWhenDerivativesAreTakenInside() {
    UnaryOperator<Tensor> slope =
        Functional.grad(t -> {
          Tensor h = t.mul(1);
          h.registerHook(g -> {
            seen.add(g.sizes());
            return g.mul(g.sum());
          });
          return h.square().sum();
        });
    // g = 2 t; 2 t (2 t0 + 2 t1)
    assertThat(values(map(slope, rows()))).containsExactly(12, 24, 84, 112, 220, 264);
    assertThat(seen.get(0)).containsExactly(2);
    seen.clear();
    Tensor jacobians =
        map(
            Functional.jacrev(
                (UnaryOperator<Tensor>)
                    t -> {
                      Tensor h = t.mul(1);
                      h.registerHook(g -> {
                        seen.add(g.sizes());
                        return g.mul(t);
                      });
                      return h.mul(3);
                    }),
            rows());
    assertThat(values(jacobians)).containsExactly(3, 0, 0, 6, 9, 0, 0, 12, 15, 0, 0, 18);
    assertThat(seen).allSatisfy(s -> assertThat(s).containsExactly(2));
  }

  @Test
  void hooksUnderABatchOfGradients() {
    Tensor x = rows().requiresGrad_();
    Tensor y =
        map(
            t -> {
              Tensor h = t.mul(2);
              h.registerHook(g -> {
                seen.add(g.sizes());
                return g.mul(g.sum());
              });
              return h;
            },
            x);
    Tensor grads = Tensors.stack(List.of(rows(), rows().mul(10)), 0);
    Tensor found =
        Autograd.grad(
                List.of(y), List.of(x), List.of(grads), GradOptions.DEFAULT.withGradsBatched(true))
            .get(0);
    assertThat(seen.get(0)).containsExactly(2);
    assertThat(values(found))
        .containsExactly(6, 12, 42, 56, 110, 132, 600, 1200, 4200, 5600, 11000, 13200);
  }

  @Test
  void hooksThatKeepOrReplaceWithWhatIsTheSameForAll() {
    Tensor x = rows().requiresGrad_();
    Tensor y =
        map(
            t -> {
              Tensor h = t.mul(2);
              h.registerHook(g -> null);
              h.registerHook(g -> constant(1, 10));
              return h;
            },
            x);
    y.sum().backward();
    assertThat(values(x.grad())).containsExactly(2, 20, 2, 20, 2, 20);
    Tensor wrong =
        map(
            t -> {
              Tensor h = t.mul(2);
              h.registerHook(g -> g.sum());
              return h;
            },
            x);
    assertThatThrownBy(() -> wrong.sum().backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("shape");
  }

  @Test
  void removedHooksDoNotRun() {
    Tensor x = rows().requiresGrad_();
    Tensor y =
        map(
            t -> {
              Tensor h = t.mul(2);
              h.registerHook(g -> g.mul(100)).remove();
              return h;
            },
            x);
    y.sum().backward();
    assertThat(values(x.grad())).containsOnly(2);
  }

  @Test
  void hooksOnSeveralTensors() {
    Tensor x = rows().requiresGrad_();
    List<List<Tensor>> got = new ArrayList<>();
    List<Tensor> any = new ArrayList<>();
    Tensor y =
        map(
            t -> {
              Tensor a = t.mul(2);
              Tensor b = t.sum();
              Graph.registerMultiGradHook(
                  List.of(a, b),
                  gs -> {
                    seen.add(gs.get(0).sizes());
                    seen.add(gs.get(1).sizes());
                    got.add(gs);
                  });
              Graph.registerMultiGradHook(
                  List.of(a, b),
                  MultiGradMode.ANY,
                  g -> {
                    seen.add(g.sizes());
                    any.add(g);
                  });
              return a.mul(b);
            },
            x);
    y.sum().backward();
    assertThat(got).hasSize(1);
    assertThat(any).hasSize(1);
    assertThat(seen).hasSize(3).anySatisfy(s -> assertThat(s).isEmpty());
    assertThat(seen).anySatisfy(s -> assertThat(s).containsExactly(2));
  }

  @Test
  void gradientsOfElementsCanBeRetained() {
    Tensor x = rows().requiresGrad_();
    Tensor[] kept = new Tensor[1];
    Tensor y =
        map(
            t -> {
              Tensor h = t.mul(2);
              assertThat(h.retainsGrad()).isFalse();
              h.retainGrad();
              assertThat(h.retainsGrad()).isTrue();
              kept[0] = h;
              return h.mul(3);
            },
            x);
    y.sum().backward();
    // What it stands for ended with the function.
    assertThatThrownBy(() -> kept[0].grad().mul(1))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("vmap");
  }

  @Test
  @Tag("VMAP-04")
  void backwardInsideIsRefused() {
    String[] words = {"backward", "Functional"};
    refused(t -> t.sum().backward(), words);
    refused(t -> t.backward(Tensor.onesLike(t)), words);
    refused(t -> t.sum().backward(BackwardOptions.DEFAULT), words);
    refused(t -> Autograd.backward(t.sum()), words);
    refused(t -> Autograd.backward(List.of(t), List.of(Tensor.onesLike(t))), words);
    // Also for tensors that are not batched.
    refused(t -> leaf(1).mul(2).backward(), words);
    Tensor outside = leaf(1, 2);
    refused(
        t -> Autograd.backward(List.of(outside.sum()), null, BackwardOptions.DEFAULT.withInputs(t)),
        "vmap");
    assertThat(outside.grad()).isNull();
  }

  @Test
  @Tag("VMAP-04")
  void gradWithABatchedOutputOrInputIsRefused() {
    String[] words = {"grad", "Functional"};
    Tensor outside = leaf(1, 2);
    refused(t -> Autograd.grad(t.sum(), t), words);
    refused(t -> Autograd.grad(t.mul(outside).sum(), outside), words);
    refused(t -> Autograd.grad(outside.sum(), t), words);
    refused(
        t ->
            Autograd.grad(
                List.of(t),
                List.of(t),
                List.of(Tensor.onesLike(t).unsqueeze(0)),
                GradOptions.DEFAULT.withGradsBatched(true)),
        words);
    // Batched gradients of what is not batched are fine.
    Tensor y = outside.square();
    Tensor products =
        map(
            v ->
                Autograd.grad(
                        List.of(y),
                        List.of(outside),
                        List.of(v),
                        GradOptions.DEFAULT.withRetainGraph(true))
                    .get(0),
            rows());
    assertThat(values(products)).containsExactly(2, 8, 6, 16, 10, 24);
  }
}
