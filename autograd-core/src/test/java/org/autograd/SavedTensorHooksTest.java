package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.scalarLeaf;
import static org.autograd.TestTensors.values;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.autograd.graph.SavedTensorHooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks on saved tensors, with operators of the library. */
class SavedTensorHooksTest {
  private static final UnaryOperator<Tensor> SAME = t -> t;
  private static final UnaryOperator<Tensor> TWICE = t -> t.mul(2);
  private static final UnaryOperator<Tensor> HALF = t -> t.div(2);

  @AfterEach
  void nothingStaysInForce() {
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
  }

  private static double[] gradOfSquare(Scope scope, Tensor a) {
    Tensor y;
    try (scope) {
      y = a.mul(a);
    }
    y.sum().backward();
    return values(a.grad());
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
    Function<Tensor, Tensor> square =
        Function.<Tensor, Tensor>named("Square")
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
  @Tag("SAVE-07")
  void onlyTheInnermostPairIsUsed() {
    UnaryOperator<Tensor> three = t -> t.mul(3);
    UnaryOperator<Tensor> five = t -> t.mul(5);
    Tensor a = leaf(1, 2);
    Tensor b = leaf(1, 2);
    Tensor y;
    Tensor z;
    try (Scope outer = Graph.savedTensorsHooks(three, three)) {
      try (Scope inner = Graph.savedTensorsHooks(five, five)) {
        y = a.mul(a);
      }
      z = b.mul(b);
    }
    y.sum().backward();
    z.sum().backward();
    assertThat(values(a.grad())).containsExactly(50, 100);
    assertThat(values(b.grad())).containsExactly(18, 36);
  }

  @Test
  @Tag("SAVE-08")
  void aPairCanBeSetOnOneSavedValueOnce() {
    Tensor a = leaf(2);
    Tensor y = a.mul(a);
    List<Tensor> packed = new ArrayList<>();
    y.gradFn()
        .saved()
        .raw("self")
        .registerHooks(
            t -> {
              packed.add(t);
              return t;
            },
            SAME);
    assertThat(packed).hasSize(1);
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("one");
    var other = y.gradFn().saved().raw("other");
    y.backward();
    assertThatThrownBy(() -> other.registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("freed");
    assertThat(values(a.grad())).containsExactly(4);
  }

  @Test
  @Tag("SAVE-08")
  void aPairOnANullValueIsAnError() {
    Tensor y = leaf(2).mul(constant(3));
    assertThat(y.gradFn().saved().raw("self").isPresent()).isFalse();
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("nothing is saved");
  }

  @Test
  @Tag("SAVE-08")
  void aPairOnAValueChangedSinceIsAnError() {
    Tensor a = leaf(2);
    Tensor h = a.mul(3);
    Tensor y = h.mul(h);
    h.add_(1);
    assertThatThrownBy(() -> y.gradFn().saved().raw("self").registerHooks(SAME, SAME))
        .isInstanceOf(InplaceModificationException.class);
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

  @Test
  @Tag("SAVE-14")
  void disabledHooksFailWithTheInnermostMessage() {
    try (Scope outer = Graph.disableSavedTensorsHooks("outer")) {
      assertThatThrownBy(() -> Graph.savedTensorsHooks(SAME, SAME))
          .isInstanceOf(AutogradException.class)
          .hasMessage("outer");
      try (Scope inner = Graph.disableSavedTensorsHooks("inner")) {
        assertThatThrownBy(() -> Graph.saveOnCpu()).hasMessage("inner");
        assertThatThrownBy(() -> Graph.allowMutationOnSavedTensors()).hasMessage("inner");
      }
      assertThatThrownBy(() -> Graph.savedTensorsHooks(SAME, SAME)).hasMessage("outer");
    }
    Graph.savedTensorsHooks(SAME, SAME).close();
  }

  @Test
  @Tag("SAVE-15")
  void disablingUnderHooksIsAnErrorAndChangesNothing() {
    try (Scope scope = Graph.savedTensorsHooks(SAME, SAME)) {
      assertThatThrownBy(() -> Graph.disableSavedTensorsHooks("message"))
          .isInstanceOf(AutogradException.class)
          .hasMessage("message");
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
      assertThatThrownBy(() -> LowLevel.disableSavedTensorsHooks("message")).hasMessage("message");
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
      Graph.savedTensorsHooks(SAME, SAME).close();
    }
  }

  @Test
  @Tag("SAVE-16")
  void topIsTheInnermostPairUnlessATracerRuns() {
    SavedTensorHooks<Tensor> outer = SavedTensorHooks.transform(SAME, SAME);
    SavedTensorHooks<Tensor> inner = SavedTensorHooks.transform(TWICE, HALF);
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    LowLevel.pushSavedTensorsHooks(outer);
    LowLevel.pushSavedTensorsHooks(inner);
    assertThat(LowLevel.topSavedTensorsHooks(false)).containsSame(inner);
    assertThat(LowLevel.setSavedTensorsHooksTracing(true)).isFalse();
    assertThat(LowLevel.setSavedTensorsHooksTracing(true)).isTrue();
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    assertThat(LowLevel.topSavedTensorsHooks(true)).containsSame(inner);
    Tensor a = leaf(2);
    Tensor unhooked = a.exp();
    assertThat(LowLevel.setSavedTensorsHooksTracing(false)).isTrue();
    LowLevel.popSavedTensorsHooks();
    assertThat(LowLevel.topSavedTensorsHooks(false)).containsSame(outer);
    LowLevel.popSavedTensorsHooks();
    assertThat(LowLevel.topSavedTensorsHooks(false)).isEmpty();
    assertThatThrownBy(LowLevel::popSavedTensorsHooks).isInstanceOf(AutogradException.class);
    unhooked.gradFn().saved().raw("result").registerHooks(SAME, SAME);
  }

  @Test
  @Tag("SAVE-16")
  void disablingAtLowLevelLastsUntilEnabled() {
    LowLevel.disableSavedTensorsHooks("no hooks here");
    try {
      assertThat(LowLevel.isSavedTensorsHooksEnabled()).isFalse();
      assertThat(LowLevel.savedTensorsHooksDisabledMessage()).contains("no hooks here");
      assertThatThrownBy(
              () -> LowLevel.pushSavedTensorsHooks(SavedTensorHooks.transform(SAME, SAME)))
          .hasMessage("no hooks here");
    } finally {
      LowLevel.enableSavedTensorsHooks();
    }
    assertThat(LowLevel.savedTensorsHooksDisabledMessage()).isEmpty();
  }

  @Test
  @Tag("SAVE-17")
  void saveOnCpuChangesNothingOnTheHost() {
    for (boolean pin : new boolean[] {false, true}) {
      Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}).reshape(2, 3).requiresGrad_();
      Tensor t = a.transpose(0, 1).mul(1);
      Tensor y = Graph.saveOnCpu(pin, () -> t.mul(t));
      Tensor read = y.gradFn().saved().get("self");
      assertThat(read.strides()).containsExactly(t.strides());
      assertThat(read.dtype()).isEqualTo(t.dtype());
      assertThat(read.device()).isEqualTo(t.device());
      assertThat(values(read)).containsExactly(values(t));
      y.sum().backward();
      assertThat(values(a.grad())).containsExactly(2, 4, 6, 8, 10, 12);
    }
  }

  @Test
  void saveOnCpuNoticesChangesOfWhatItDidNotCopy() {
    Tensor h = leaf(2).mul(3);
    Tensor y = Graph.saveOnCpu(false, () -> h.mul(h));
    h.add_(1);
    assertThatThrownBy(() -> y.backward())
        .isInstanceOf(InplaceModificationException.class)
        .hasMessageContaining("saveOnCpu");
  }

  @Test
  void hooksComposeCompressThenOffload() {
    List<DType> seen = new ArrayList<>();
    SavedTensorHooks<double[]> offload =
        SavedTensorHooks.of(
            t -> {
              seen.add(t.dtype());
              return values(t);
            },
            p -> constant(p).to(DType.FLOAT32));
    SavedTensorHooks.Transform compress =
        SavedTensorHooks.transform(t -> t.to(DType.FLOAT32), t -> t.to(DType.FLOAT64));
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(compress.andThen(offload)), a))
        .containsExactly(3, 5);
    assertThat(seen).containsExactly(DType.FLOAT32, DType.FLOAT32);
    Tensor b = leaf(1.5, 2.5);
    SavedTensorHooks.Transform twice = SavedTensorHooks.transform(TWICE, HALF);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(compress.andThen(twice)), b))
        .containsExactly(3, 5);
  }

  @Test
  void chainedTransformationsTellTheLastOfARelease() {
    List<Tensor> released = new ArrayList<>();
    SavedTensorHooks.Transform last =
        new SavedTensorHooks.Transform() {
          @Override
          public Tensor pack(Tensor tensor) {
            return TWICE.apply(tensor);
          }

          @Override
          public Tensor unpack(Tensor packed) {
            return HALF.apply(packed);
          }

          @Override
          public void release(Tensor packed) {
            released.add(packed);
          }
        };
    SavedTensorHooks.Transform first = SavedTensorHooks.transform(TWICE, HALF);
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(first.andThen(last)), a)).containsExactly(3, 5);
    assertThat(released).hasSize(2);
    assertThat(values(released.get(0))).containsExactly(6, 10);
  }

  @Test
  void compressedTensorsGoToDiskAndTheirFilesAreDeleted(@TempDir Path dir) throws IOException {
    SavedTensorHooks.Transform compress =
        SavedTensorHooks.transform(t -> t.to(DType.FLOAT32), t -> t.to(DType.FLOAT64));
    Tensor a = leaf(1.5, 2.5);
    Tensor y;
    try (Scope hooks = Graph.savedTensorsHooks(compress.andThen(Graph.saveToDiskHooks(dir)))) {
      y = a.mul(a);
    }
    try (Stream<Path> files = Files.walk(dir)) {
      assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
    }
    y.sum().backward();
    assertThat(values(a.grad())).containsExactly(3, 5);
    try (Stream<Path> files = Files.walk(dir)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void hooksComposeAroundTheTensorInsideARecord() {
    record Scaled(Tensor codes, double scale) {}
    List<Object> released = new ArrayList<>();
    SavedTensorHooks<Scaled> quantize =
        SavedTensorHooks.of(
            t -> new Scaled(t.mul(2).to(DType.INT32), 0.5),
            q -> q.codes().to(DType.FLOAT64).mul(q.scale()));
    SavedTensorHooks<int[]> offload =
        new SavedTensorHooks<>() {
          @Override
          public int[] pack(Tensor t) {
            return t.toIntArray();
          }

          @Override
          public Tensor unpack(int[] p) {
            return Tensor.of(p);
          }

          @Override
          public void release(int[] p) {
            released.add(p);
          }
        };
    var both = quantize.andThen(Scaled::codes, (q, codes) -> new Scaled(codes, q.scale()), offload);
    Tensor a = leaf(1.5, 2.5);
    assertThat(gradOfSquare(Graph.savedTensorsHooks(both), a)).containsExactly(3, 5);
    assertThat(released).hasSize(2);
  }

  @Test
  void hooksAreToldWhenAValueIsLetGo() {
    List<Integer> released = new ArrayList<>();
    SavedTensorHooks<Tensor> hooks =
        new SavedTensorHooks<>() {
          @Override
          public Tensor pack(Tensor t) {
            return t;
          }

          @Override
          public Tensor unpack(Tensor t) {
            return t;
          }

          @Override
          public void release(Tensor t) {
            released.add(1);
          }
        };
    Tensor a = leaf(3);
    Tensor y = Graph.savedTensorsHooks(hooks, () -> a.mul(a));
    y.backward(BackwardOptions.DEFAULT.withRetainGraph(true));
    assertThat(released).isEmpty();
    y.backward();
    assertThat(released).hasSize(2);
  }
}
