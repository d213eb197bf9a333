package org.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.autograd.TestTensors.constant;
import static org.autograd.TestTensors.leaf;
import static org.autograd.TestTensors.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.autograd.graph.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All ways of misuse that the checklist knows, in one table: which kind of error each gives, that
 * the message says what and where, and that nothing has changed when it was found before anything
 * ran. The rows themselves have tests of their own.
 */
class MisuseTest {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  /** Some tensors to misuse; a fresh set for each row. */
  private static final class World {
    final Tensor leaf = leaf(1, 2);
    final Tensor other = leaf(3);
    final Tensor plain = constant(5, 6);
    final Tensor integers = Tensor.of(1L, 2L);
    final Tensor middle = leaf.mul(2);
    final Tensor view = middle.get(Index.to(1));
    final Tensor leafView = leaf.get(Index.to(1));
    final List<Tensor> parts = middle.unbind(0);
    final Tensor unrecordedView = GradMode.noGrad(() -> middle.get(Index.from(1)));
    final Tensor product = middle.mul(middle);
    final Tensor loss = product.sum();
    final Tensor inference;
    final Tensor freed;

    World() {
      leaf.setGrad(constant(7, 8));
      try (Scope scope = InferenceMode.enter()) {
        inference = constant(1, 2).mul(1);
      }
      Tensor y = other.mul(other);
      y.backward();
      freed = y;
    }

    List<Tensor> all() {
      List<Tensor> all =
          new ArrayList<>(
              List.of(
                  leaf,
                  other,
                  plain,
                  integers,
                  middle,
                  view,
                  leafView,
                  unrecordedView,
                  product,
                  loss,
                  inference,
                  freed));
      all.addAll(parts);
      return all;
    }

    /** Everything that a misuse must not change, as text. */
    List<String> state() {
      List<String> state = new ArrayList<>();
      for (Tensor t : all()) {
        Tensor grad = t.isLeaf() || t.retainsGrad() ? t.grad() : null;
        state.add(
            Arrays.toString(values(t))
                + " version "
                + (t.isInference() ? "none" : t.version())
                + " grad "
                + (grad == null
                    ? null
                    : Arrays.toString(values(grad)) + "@" + System.identityHashCode(grad))
                + " requires "
                + t.requiresGrad()
                + " retains "
                + t.retainsGrad()
                + " leaf "
                + t.isLeaf()
                + " shape "
                + t.shape()
                + " node "
                + (t == unrecordedView ? "" : System.identityHashCode(t.gradFn())));
      }
      return state;
    }
  }

  /**
   * One misuse.
   *
   * @param early whether it is found before any node or user function runs
   * @param words what the message must say
   */
  private record Misuse(
      String row,
      Class<? extends Throwable> kind,
      boolean early,
      Consumer<World> call,
      String... words) {}

  private static Misuse runtime(String row, Consumer<World> call, String... words) {
    return new Misuse(row, AutogradException.class, true, call, words);
  }

  private static Misuse value(String row, Consumer<World> call, String... words) {
    return new Misuse(row, IllegalArgumentException.class, true, call, words);
  }

  private static Misuse late(String row, Consumer<World> call, String... words) {
    return new Misuse(row, AutogradException.class, false, call, words);
  }

  private static Misuse missing(String row, Consumer<World> call, String... words) {
    return new Misuse(row, UnsupportedOperationException.class, false, call, words);
  }

  private static final List<Misuse> ALL =
      List.of(
          // backward
          runtime("BWD-02", w -> w.middle.backward(), "tensor 0", "[2]", "sum()"),
          runtime("BWD-03", w -> w.middle.backward(constant(1)), "gradient 0", "[1]", "[2]"),
          runtime(
              "BWD-07",
              w -> Autograd.backward(w.loss, w.plain.sum()),
              "tensor 1",
              "does not require grad",
              "noGrad"),
          runtime(
              "BWD-08",
              w -> Autograd.backward(List.of(w.loss), Arrays.asList(null, null)),
              "1",
              "2"),
          runtime("BWD-13", w -> w.loss.backward(KEEP.withInputs()), "inputs", "empty"),
          runtime("BWD-13", w -> w.loss.backward(KEEP.withInputs(w.leaf, w.plain)), "input 1"),
          // grad
          late("GRAD-03", w -> Autograd.grad(w.loss, w.other), "input 0", "allowUnused"),
          value(
              "GRAD-04",
              w ->
                  Autograd.grad(
                      w.loss,
                      w.other,
                      GradOptions.DEFAULT.withAllowUnused(false).withMaterializeGrads(true)),
              "allowUnused"),
          value("GRAD-06", w -> Autograd.grad(List.of(w.loss), List.of()), "inputs", "empty"),
          runtime("GRAD-07", w -> Autograd.grad(w.plain.sum(), w.leaf), "tensor 0"),
          runtime("GRAD-07", w -> Autograd.grad(w.loss, w.plain), "input 0"),
          // graph and tensors
          late("RETAIN-01", w -> w.freed.backward(), "MulBackward0", "retainGraph"),
          runtime("GRAPH-04", w -> w.integers.requiresGrad_(), "int64", "floating point"),
          missing(
              "GRAPH-14",
              w -> {
                Tensor weight = Tensor.ones(2).requiresGrad_();
                Tensor logs = Tensor.ones(1, 2).logSoftmax(1);
                logs.nllLoss(Tensor.of(new long[] {0}), weight).sum().backward();
              },
              "nllLoss"),
          runtime("GRAPH-15", w -> w.leaf.mulOut(w.plain, Tensor.ones(2)), "mulOut", "noGrad"),
          runtime("GRAPH-16", w -> w.leaf.doubleArray(), "doubleArray", "detach()"),
          runtime("GRAPH-17", w -> w.middle.deepCopy(), "MulBackward0", "clone()"),
          runtime("ACC-08", w -> w.leaf.setGrad(constant(1)), "[1]", "[2]"),
          runtime("ACC-08", w -> w.leaf.setGrad(w.integers), "int64", "float64"),
          runtime("ACC-08", w -> w.leaf.setGrad(w.leaf), "own gradient"),
          runtime("RG-03", w -> w.plain.retainGrad(), "does not require grad"),
          runtime("DET-04", w -> w.view.detach_(), "view", "detach()"),
          runtime("DET-08", w -> w.middle.requiresGrad_(false), "MulBackward0", "detach()"),
          late(
              "DET-06",
              w -> {
                Tensor a = w.other.mul(1);
                Tensor b = a.sin();
                a.detach_();
                b.backward();
              },
              "SinBackward0",
              "detach"),
          // hooks
          runtime("HOOK-01", w -> w.plain.registerHook(g -> null), "does not require grad"),
          late(
              "HOOK-05",
              w -> {
                w.middle.registerHook(g -> constant(1));
                w.loss.backward(KEEP);
              },
              "hook",
              "[1]",
              "[2]"),
          runtime("POST-01", w -> w.middle.registerPostAccumulateGradHook(t -> {}), "leaves"),
          runtime("POST-01", w -> w.plain.registerPostAccumulateGradHook(t -> {}), "require"),
          late(
              "NODE-05",
              w -> {
                w.middle.gradFn().registerHook((in, out) -> List.of());
                w.loss.backward(KEEP);
              },
              "MulBackward0"),
          value("MULTI-06", w -> MultiGradMode.of("some"), "some", "all", "any"),
          runtime("EDGE-01", w -> Graph.getGradientEdge(w.plain), "does not require grad"),
          // views and in-place changes
          late(
              "VIEW-05",
              w -> {
                w.middle.add_(1);
                w.loss.backward();
              },
              "MulBackward0",
              "[2]",
              "expected version 0",
              "add_"),
          runtime("VIEW-09", w -> w.leaf.add_(1), "add_", "leaf", "noGrad()"),
          runtime("VIEW-09", w -> w.leafView.add_(1), "add_", "view of a leaf", "noGrad()"),
          runtime("VIEW-16", w -> w.parts.get(0).mul_(2), "mul_", "MULTI_OUTPUT_NODE"),
          runtime("VIEW-19", w -> w.unrecordedView.mul_(2), "mul_", "noGrad()"),
          // inference tensors
          runtime("INF-02", w -> w.inference.version(), "version", "inference"),
          runtime("INF-03", w -> w.inference.add_(1), "add_", "inference", "clone()"),
          runtime("INF-04", w -> w.inference.requiresGrad_(), "inference", "clone()"),
          runtime("INF-06", w -> w.inference.mul(w.leaf), "inference", "clone"),
          // saved tensors
          late("SAVE-02", w -> w.freed.gradFn().saved().get("self"), "MulBackward0", "retainGraph"),
          runtime(
              "SAVE-08",
              w -> w.middle.gradFn().saved().raw("self").registerHooks(t -> t, t -> t),
              "MulBackward0",
              "self"),
          runtime(
              "SAVE-08",
              w -> w.freed.gradFn().saved().raw("self").registerHooks(t -> t, t -> t),
              "MulBackward0"),
          late(
              "SAVE-09",
              w ->
                  SavedTensorScopes.savedTensorsHooks(
                      (Tensor t) -> {
                        t.add_(1);
                        return t;
                      },
                      (Tensor t) -> t,
                      () -> {
                        Tensor y = w.other.mul(1);
                        y.mul(y);
                      })),
          runtime(
              "SAVE-14",
              w ->
                  SavedTensorScopes.disableSavedTensorsHooks(
                      "not here",
                      () -> SavedTensorScopes.savedTensorsHooks((Tensor t) -> t, (Tensor t) -> t)),
              "not here"),
          runtime(
              "SAVE-15",
              w ->
                  SavedTensorScopes.savedTensorsHooks(
                      (Tensor t) -> t,
                      (Tensor t) -> t,
                      () -> {
                        SavedTensorScopes.disableSavedTensorsHooks("not now");
                      }),
              "not now"),
          runtime(
              "SAVE-20",
              w ->
                  SavedTensorScopes.allowMutationOnSavedTensors(() -> {
                    SavedTensorScopes.allowMutationOnSavedTensors(() -> {});
                  })),
          // custom functions
          late(
              "FN-03",
              w ->
                  Function.<Tensor, Tensor>named("TooMany")
                      .forward((ctx, x) -> x.mul(1))
                      .backward((ctx, g) -> new Tensor[] {g[0], g[0]})
                      .apply(w.leaf)
                      .sum()
                      .backward(),
              "TooMany",
              "1",
              "2"),
          late(
              "FN-05",
              w ->
                  Function.<Tensor, Tensor>named("WrongShape")
                      .forward((ctx, x) -> x.mul(1))
                      .backward((ctx, g) -> new Tensor[] {Tensor.ones(5)})
                      .apply(w.leaf)
                      .sum()
                      .backward(),
              "WrongShape",
              "[2]",
              "[5]"),
          missing("FN-07", w -> new Function<Tensor, Tensor>() {}.apply(w.leaf), "forward"),
          missing(
              "FN-07",
              w ->
                  new Function<Tensor, Tensor>() {
                    @Override
                    protected Tensor forward(FunctionCtx ctx, Tensor in) {
                      return in.mul(1);
                    }
                  }.apply(w.leaf).sum().backward(),
              "backward"),
          // checkpoints
          value(
              "CKPT-03",
              w -> Checkpoint.checkpoint(CheckpointOptions.REENTRANT, () -> w.leaf.mul(2)),
              "NON_REENTRANT"),
          late(
              "CKPT-03",
              w ->
                  Autograd.grad(
                      Checkpoint.checkpoint(CheckpointOptions.REENTRANT, Tensor::exp, w.other),
                      w.other),
              "grad()"),
          // queueing outside of a pass
          runtime("ENG-11", w -> Graph.queueCallback(() -> {}), "queueCallback"),
          late(
              "ANOM-03",
              w -> {
                try (Scope scope = AnomalyMode.detectAnomaly()) {
                  w.leaf.mul(Double.NaN).sum().backward();
                }
              },
              "MulBackward0",
              "NaN",
              "result 0"),
          // derivatives of functions
          value(
              "FUNC-01",
              w ->
                  Functional.jacobian(TensorFunction.of(Tensor::exp), Arrays.asList((Tensor) null)),
              "jacobian",
              "input 0",
              "null"),
          late("FUNC-04", w -> Functional.hessian(Tensor::exp, w.leaf), "hessian", "[2]", "sum()"),
          late("FUNC-05", w -> Functional.vjp(Tensor::exp, w.leaf), "vjp", "output", "[2]"),
          late(
              "FUNC-05",
              w -> Functional.vjp(Tensor::exp, w.leaf, w.other),
              "vjp",
              "v 0",
              "[1]",
              "[2]"),
          runtime("FUNC-06", w -> Functional.jvp(Tensor::exp, w.leaf), "jvp", "input", "[2]"),
          runtime(
              "FUNC-06",
              w -> Functional.jvp(Tensor::exp, w.leaf, w.other),
              "jvp",
              "v 0",
              "[1]",
              "[2]"),
          runtime("FUNC-07", w -> Functional.vhp(Tensor::sum, w.leaf, w.other), "vhp", "v 0"),
          runtime("FUNC-07", w -> Functional.hvp(Tensor::sum, w.leaf, w.other), "hvp", "v 0"),
          late(
              "FUNC-10",
              w ->
                  Functional.jacobian(
                      t -> w.plain, w.leaf, JacobianOptions.DEFAULT.withStrict(true)),
              "jacobian",
              "output 0",
              "strict"),
          late(
              "FUNC-11",
              w ->
                  Functional.hessian(Tensor::sum, w.leaf, JacobianOptions.DEFAULT.withStrict(true)),
              "hessian",
              "input 0",
              "strict"),
          runtime(
              "FUNC-12",
              w ->
                  Functional.jacobian(
                      Tensor::exp, w.leaf, JacobianOptions.VECTORIZED.withStrict(true)),
              "strict",
              "vectorize"),
          missing(
              "FUNC-13",
              w ->
                  Functional.jacobian(
                      Tensor::exp,
                      w.leaf,
                      JacobianOptions.DEFAULT.withStrategy(JacobianStrategy.FORWARD_MODE)),
              "forward mode",
              "vectorize"),
          runtime(
              "FUNC-13",
              w ->
                  Functional.jacobian(
                      Tensor::exp,
                      w.leaf,
                      JacobianOptions.VECTORIZED
                          .withStrict(true)
                          .withStrategy(JacobianStrategy.FORWARD_MODE)),
              "forward mode",
              "strict"));

  private static Stream<Misuse> of(Class<? extends Throwable> kind) {
    return ALL.stream().filter(m -> m.kind == kind);
  }

  private static void check(Stream<Misuse> rows) {
    Map<String, String> wrong = new TreeMap<>();
    rows.forEach(m -> {
      Throwable e = catchThrowable(() -> m.call.accept(new World()));
      if (!m.kind.isInstance(e)) {
        wrong.put(m.row, "expected " + m.kind.getSimpleName() + ", got " + e);
      }
    });
    assertThat(wrong).isEmpty();
  }

  @BeforeEach
  void silenceWarnings() {
    Warnings.handler(m -> {});
  }

  @AfterEach
  void restoreWarnings() {
    Warnings.handler(null);
  }

  @Test
  @Tag("ERR-01")
  void illegalUseIsAnAutogradException() {
    check(of(AutogradException.class));
    assertThat(of(AutogradException.class).map(Misuse::row).distinct().count()).isGreaterThan(30);
  }

  @Test
  @Tag("ERR-02")
  void valuesThatCanNeverBeValidAreIllegalArguments() {
    check(of(IllegalArgumentException.class));
    assertThat(of(IllegalArgumentException.class).map(Misuse::row))
        .containsExactlyInAnyOrder("GRAD-04", "GRAD-06", "MULTI-06", "CKPT-03", "FUNC-01");
  }

  @Test
  @Tag("ERR-02")
  void wrongTypesAreForbiddenByTheSignatures() throws NoSuchMethodException {
    // BWD-04, ACC-08: gradients are tensors.
    assertThat(Tensor.class.getMethod("backward", Tensor.class)).isNotNull();
    assertThat(Tensor.class.getMethod("setGrad", Tensor.class).getParameterTypes())
        .containsExactly(Tensor.class);
    // HOOK-05, NODE-05: replacements are tensors, and lists of them.
    assertThat(org.autograd.graph.TensorHook.class.getMethod("apply", Tensor.class).getReturnType())
        .isEqualTo(Tensor.class);
    assertThat(
            org.autograd.graph.NodeHook.class
                .getMethod("apply", List.class, List.class)
                .getGenericReturnType()
                .getTypeName())
        .isEqualTo("java.util.List<org.autograd.Tensor>");
    // NODE-12: a node is applied to gradients.
    assertThat(Node.class.getMethod("apply", Tensor[].class, long.class).getReturnType())
        .isEqualTo(Tensor[].class);
    // FN-10: what is saved are tensors.
    assertThat(FunctionCtx.class.getMethod("saveForBackward", Tensor[].class)).isNotNull();
    // FUNC-01: functions take and give tensors.
    assertThat(TensorFunction.class.getMethod("apply", List.class).toGenericString())
        .contains(
            "List<org.autograd.Tensor> org.autograd", "(java.util.List<org.autograd.Tensor>)");
    // POST-04: a post-accumulate hook returns nothing.
    assertThat(
            org.autograd.graph.PostAccumulateGradHook.class
                .getMethod("accept", Tensor.class)
                .getReturnType())
        .isEqualTo(void.class);
  }

  @Test
  @Tag("ERR-03")
  void whatIsMissingIsUnsupported() {
    check(of(UnsupportedOperationException.class));
    assertThat(of(UnsupportedOperationException.class).map(Misuse::row))
        .contains("GRAPH-14", "FN-07", "FUNC-13");
  }

  @Test
  @Tag("ERR-04")
  void misuseFoundEarlyChangesNothing() {
    Map<String, List<String>> changed = new TreeMap<>();
    for (Misuse m : ALL) {
      if (m.early) {
        World world = new World();
        List<String> before = world.state();
        catchThrowable(() -> m.call.accept(world));
        List<String> after = world.state();
        if (!after.equals(before)) {
          List<String> difference = new ArrayList<>(after);
          difference.removeAll(before);
          changed.put(m.row, difference);
        }
      }
    }
    assertThat(changed).isEmpty();
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(InferenceMode.isEnabled()).isFalse();
    assertThat(AnomalyMode.isEnabled()).isFalse();
    assertThat(LowLevel.isSavedTensorsHooksEnabled()).isTrue();
    assertThat(LowLevel.topSavedTensorsHooks(true)).isEmpty();
  }

  @Test
  @Tag("ERR-04")
  void graphIsStillUsableAfterMisuse() {
    for (Misuse m : ALL) {
      if (m.early) {
        World world = new World();
        catchThrowable(() -> m.call.accept(world));
        world.leaf.setGrad(null);
        world.loss.backward();
        // loss = sum((2x)^2), so its gradient is 8x.
        assertThat(values(world.leaf.grad())).as(m.row).containsExactly(8, 16);
      }
    }
  }

  @Test
  @Tag("ERR-05")
  void messagesSayWhatWhereAndTheRemedy() {
    Map<String, String> wrong = new TreeMap<>();
    for (Misuse m : ALL) {
      Throwable e = catchThrowable(() -> m.call.accept(new World()));
      String message = e == null ? "" : String.valueOf(e.getMessage());
      for (String word : m.words) {
        if (!message.contains(word)) {
          wrong.put(m.row, "no \"" + word + "\" in: " + message);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(new TreeSet<>(ALL.stream().flatMap(m -> Stream.of(m.words)).toList()))
        .as("remedies that the checklist names")
        .contains("retainGraph", "allowUnused", "detach()", "clone()", "noGrad()");
  }
}
