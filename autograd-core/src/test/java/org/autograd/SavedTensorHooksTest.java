package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.HookPairs.HALF;
import static org.autograd.HookPairs.SAME;
import static org.autograd.HookPairs.TWICE;
import static org.autograd.HookPairs.gradOfSquare;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hooks on saved tensors, with operators of the library. */
class SavedTensorHooksTest {
  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  @Test
  @Tag("SAVE-03")
  void eachValueSavedInTheScopeIsPacked() {
    List<Tensor> packed = new ArrayList<>();
    UnaryOperator<Tensor> note =
        t -> {
          packed.add(t);
          return t;
        };
    Tensor a = leaf(1, 2);
    Tensor b = constant(3, 4);
    try (Scope scope = Graph.savedTensorsHooks(note, SAME)) {
      a.mul(a);
      assertThat(packed).hasSize(2);
      packed.clear();
      a.mul(b);
      assertThat(packed).hasSize(1);
      assertThat(values(packed.get(0))).containsExactly(3, 4);
    }
    a.mul(a);
    assertThat(packed).hasSize(1);
  }

  @Test
  @Tag("SAVE-03")
  void otherThreadsSaveWithoutTheHooks() throws InterruptedException {
    List<Tensor> packed = new ArrayList<>();
    try (Scope scope = Graph.savedTensorsHooks(t -> packed.add(t), p -> constant(0))) {
      Thread other = new Thread(() -> leaf(1).exp());
      other.start();
      other.join();
    }
    assertThat(packed).isEmpty();
  }

  @Test
  @Tag("SAVE-03")
  void resultsAndListsArePackedToo() {
    List<double[]> packed = new ArrayList<>();
    Tensor a = leaf(0, 1);
    Tensor y =
        Graph.savedTensorsHooks(
            t -> {
              packed.add(values(t));
              return t;
            },
            SAME,
            () -> a.exp());
    assertThat(packed).hasSize(1);
    assertThat(packed.get(0)).containsExactly(1, Math.E);
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(1, Math.E);
  }

  @Test
  @Tag("SAVE-03")
  void whatACustomFunctionSavesIsPacked() {
    List<double[]> packed = new ArrayList<>();
    List<double[]> released = new ArrayList<>();
    SavedTensorHooks<double[]> hooks =
        new SavedTensorHooks<>() {
          @Override
          public double[] pack(Tensor t) {
            packed.add(values(t));
            return packed.get(packed.size() - 1);
          }

          @Override
          public Tensor unpack(double[] p) {
            return constant(p).mul(2);
          }

          @Override
          public void release(double[] p) {
            released.add(p);
          }
        };
    CustomFunction<Tensor, Tensor> square =
        CustomFunction.<Tensor, Tensor>named("Square")
            .forward((ctx, t) -> {
              Tensor y = t.mul(t);
              ctx.saveForBackward(t, y);
              return y;
            })
            .backward((ctx, grads) -> new Tensor[] {grads[0].mul(ctx.saved(0)).mul(2)});
    Tensor a = leaf(3);
    Tensor y = Graph.savedTensorsHooks(hooks, () -> square.apply(a));
    assertThat(packed).hasSize(2);
    assertThat(packed.get(0)).containsExactly(3);
    assertThat(packed.get(1)).containsExactly(9);
    y.backward();
    assertThat(values(a.grad())).containsExactly(12);
    assertThat(released).hasSize(2);
  }

  @Test
  @Tag("SAVE-04")
  void packRunsOnceWithoutRecordingAndUnpackAtEachAccess() {
    List<Boolean> modes = new ArrayList<>();
    List<Object> made = new ArrayList<>();
    List<Object> unpacked = new ArrayList<>();
    record Box(Tensor t) {}
    Tensor a = leaf(3);
    Tensor y;
    try (Scope scope =
        Graph.savedTensorsHooks(
            t -> {
              modes.add(GradMode.isEnabled());
              Box box = new Box(t);
              made.add(box);
              return box;
            },
            box -> {
              unpacked.add(box);
              return box.t();
            })) {
      y = a.exp();
    }
    assertThat(modes).containsExactly(false);
    assertThat(unpacked).isEmpty();
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    y.backward();
    assertThat(made).hasSize(1);
    assertThat(unpacked).hasSize(2).allMatch(b -> b == made.get(0));
    assertThat(modes).hasSize(1);
    assertThat(GradMode.isEnabled()).isTrue();
  }

  @Test
  @Tag("SAVE-05")
  void unpackReturnsATensorByItsSignature() throws NoSuchMethodException {
    Method of =
        SavedTensorHooks.class.getMethod(
            "of", java.util.function.Function.class, java.util.function.Function.class);
    ParameterizedType unpack = (ParameterizedType) of.getGenericParameterTypes()[1];
    WildcardType result = (WildcardType) unpack.getActualTypeArguments()[1];
    assertThat(result.getUpperBounds()).containsExactly(Tensor.class);
    assertThat(SavedTensorHooks.class.getMethod("unpack", Object.class).getReturnType())
        .isEqualTo(Tensor.class);
  }

  @Test
  @Tag("SAVE-05")
  void packReturnsAnythingAndUnpackReturnsATensor() {
    Tensor a = leaf(5);
    assertThat(
            gradOfSquare(Graph.savedTensorsHooks(Tensor::toDoubleArray, TestTensors::constant), a))
        .containsExactly(10);
    Tensor b = leaf(5);
    Tensor y = Graph.savedTensorsHooks(t -> "text", text -> (Tensor) null, () -> b.mul(b));
    assertThatThrownBy(() -> y.backward())
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("MulBackward0")
        .hasMessageContaining("null");
    assertThat(b.grad()).isNull();
  }

  @Test
  @Tag("SAVE-05")
  void historyOfTheUnpackedTensorIsThatOfTheSavedValue() {
    Tensor a = leaf(2);
    Tensor h = a.mul(3);
    Tensor stranger = leaf(7);
    Tensor y;
    try (Scope scope =
        Graph.savedTensorsHooks(t -> values(t), p -> stranger.mul(0).add(constant(p)))) {
      y = h.mul(h);
    }
    Tensor read = y.gradFn().saved().get("self");
    assertThat(read.gradFn()).isSameAs(h.gradFn());
    Tensor grad = Autograd.grad(y, a, GradOptions.DEFAULT.withCreateGraph(true));
    assertThat(values(grad)).containsExactly(36);
    Tensor second = Autograd.grad(grad, a);
    assertThat(values(second)).containsExactly(18);
    assertThat(stranger.grad()).isNull();
  }

  @Test
  @Tag("SAVE-05")
  void anUnpackedLeafLeadsToTheLeafsAccumulator() {
    Tensor a = leaf(2);
    Tensor y = Graph.savedTensorsHooks(t -> values(t), TestTensors::constant, () -> a.exp().mul(a));
    Tensor read = y.gradFn().saved().get("other");
    assertThat(read).isNotSameAs(a);
    assertThat(read.isLeaf()).isTrue();
    assertThat(read.requiresGrad()).isTrue();
    read.mul(10).backward();
    assertThat(values(a.grad())).containsExactly(10);
    Tensor c = constant(1);
    Tensor z = Graph.savedTensorsHooks(t -> values(t), p -> leaf(p), () -> a.mul(c));
    assertThat(z.gradFn().saved().get("other").requiresGrad()).isFalse();
  }

  @Test
  @Tag("SAVE-06")
  void packedValuesDecideTheGradient() {
    assertThat(gradOfSquare(Graph.savedTensorsHooks(TWICE, HALF), leaf(1, 5)))
        .containsExactly(2, 10);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(TWICE, SAME), leaf(1, 5)))
        .containsExactly(4, 20);
    Tensor a = leaf(1, 5);
    Tensor y = a.mul(a);
    y.gradFn().saved().raw("self").registerHooks(TWICE, SAME);
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(3, 15);
  }

  @Test
  @Tag("SAVE-09")
  void packMustNotChangeItsTensor() {
    Tensor a = leaf(2).mul(1);
    try (Scope scope = Graph.savedTensorsHooks((Tensor t) -> t.add_(1), SAME)) {
      assertThatThrownBy(() -> a.mul(a))
          .isInstanceOf(AutogradException.class)
          .hasMessageContaining("in place");
    }
    Tensor b = leaf(2).mul(1);
    Tensor y = b.mul(b);
    assertThatThrownBy(
            () -> y.gradFn().saved().raw("self").registerHooks((Tensor t) -> t.mul_(2), SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("in place");
  }

  @Test
  @Tag("SAVE-10")
  void versionsOfHookedValuesAreNotChecked() {
    Tensor a = leaf(2);
    Tensor h = a.mul(3);
    Tensor y = Graph.savedTensorsHooks(Tensor::clone, SAME, () -> h.mul(h));
    h.add_(100);
    y.backward();
    assertThat(values(a.grad())).containsExactly(36);
    Tensor g = a.mul(3);
    Tensor z = g.mul(g);
    g.add_(100);
    assertThatThrownBy(() -> z.backward()).isInstanceOf(InplaceModificationException.class);
  }

  @Test
  @Tag("SAVE-11")
  void exceptionsKeepTheirType() {
    final class Mine extends RuntimeException {}
    Tensor a = leaf(2);
    UnaryOperator<Tensor> fails =
        t -> {
          throw new Mine();
        };
    try (Scope scope = Graph.savedTensorsHooks(fails, SAME)) {
      assertThatThrownBy(() -> a.mul(a)).isExactlyInstanceOf(Mine.class);
      assertThat(GradMode.isEnabled()).isTrue();
    }
    Tensor y = Graph.savedTensorsHooks(SAME, fails, () -> a.mul(a));
    assertThatThrownBy(() -> y.backward()).isExactlyInstanceOf(Mine.class);
    assertThat(a.grad()).isNull();
  }

  @Test
  @Tag("SAVE-12")
  void hostNumbersAreNotPacked() {
    List<Tensor> packed = new ArrayList<>();
    Tensor a = leaf(2);
    Tensor y =
        Graph.savedTensorsHooks(
            t -> {
              packed.add(t);
              return t;
            },
            SAME,
            () -> a.mul(3));
    assertThat(packed).isEmpty();
    y.backward();
    assertThat(values(a.grad())).containsExactly(3);
  }

  @Test
  @Tag("SAVE-13")
  void hooksCoverWhatACreateGraphPassSaves() {
    assertThat(secondDerivative(false, false)).isEqualTo(6 * 5);
    assertThat(secondDerivative(true, false)).isEqualTo(12 * 5);
    assertThat(secondDerivative(false, true)).isEqualTo(24 * 5);
    assertThat(secondDerivative(true, true)).isEqualTo(48 * 5);
  }

  private static double secondDerivative(boolean aroundForward, boolean aroundBackward) {
    Tensor a = scalarLeaf(5);
    Tensor y;
    Tensor first;
    try (Scope scope = aroundForward ? Graph.savedTensorsHooks(TWICE, SAME) : () -> {}) {
      y = a.pow(3);
    }
    try (Scope scope = aroundBackward ? Graph.savedTensorsHooks(TWICE, SAME) : () -> {}) {
      first = Autograd.grad(y, a, GradOptions.DEFAULT.withCreateGraph(true));
    }
    return Autograd.grad(first, a).item();
  }
}
