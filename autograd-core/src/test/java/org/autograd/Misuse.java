package org.autograd;

import static org.autograd.TestTensors.constant;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One misuse, and all ways of misuse that the checklist knows.
 *
 * @param row the row that forbids it
 * @param kind what it gives
 * @param early whether it is found before any node or user function runs
 * @param call does it
 * @param words what the message must say
 */
record Misuse(
    String row,
    Class<? extends Throwable> kind,
    boolean early,
    Consumer<MisuseWorld> call,
    String... words) {
  private static final BackwardOptions KEEP = BackwardOptions.DEFAULT.withRetainGraph(true);

  static Misuse runtime(String row, Consumer<MisuseWorld> call, String... words) {
    return new Misuse(row, AutogradException.class, true, call, words);
  }

  static Misuse value(String row, Consumer<MisuseWorld> call, String... words) {
    return new Misuse(row, IllegalArgumentException.class, true, call, words);
  }

  static Misuse late(String row, Consumer<MisuseWorld> call, String... words) {
    return new Misuse(row, AutogradException.class, false, call, words);
  }

  static Misuse missing(String row, Consumer<MisuseWorld> call, String... words) {
    return new Misuse(row, UnsupportedOperationException.class, false, call, words);
  }

  private static final List<Misuse> REVERSE =
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
          runtime("INF-06", w -> w.middle.mul_(w.inference), "inference", "clone"),
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
                  CustomFunction.<Tensor, Tensor>named("TooMany")
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
                  CustomFunction.<Tensor, Tensor>named("WrongShape")
                      .forward((ctx, x) -> x.mul(1))
                      .backward((ctx, g) -> new Tensor[] {Tensor.ones(5)})
                      .apply(w.leaf)
                      .sum()
                      .backward(),
              "WrongShape",
              "[2]",
              "[5]"),
          missing("FN-07", w -> new CustomFunction<Tensor, Tensor>() {}.apply(w.leaf), "forward"),
          missing(
              "FN-07",
              w ->
                  new CustomFunction<Tensor, Tensor>() {
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
              "result 0"));

  static final List<Misuse> ALL =
      Stream.of(REVERSE, MisuseOfFunctional.ALL, MisuseOfGradCheck.ALL, MisuseOfVmap.ALL)
          .flatMap(List::stream)
          .toList();
}
