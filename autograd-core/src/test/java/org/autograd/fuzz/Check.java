package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.autograd.AnomalyMode;
import org.autograd.Autograd;
import org.autograd.AutogradException;
import org.autograd.Checkpoint;
import org.autograd.CheckpointOptions;
import org.autograd.Functional;
import org.autograd.GradOptions;
import org.autograd.Graph;
import org.autograd.InferenceMode;
import org.autograd.InplaceModificationException;
import org.autograd.Scope;
import org.autograd.Tensor;
import org.autograd.TensorFunction;
import org.autograd.Vmap;

/** What must hold of every program: ways to compute one thing, compared. */
enum Check {
  VALUES(c -> c.same("values", c.plain(c.functional), c.plain(c.direct), 1e-12)),

  INFERENCE_MODE(c -> {
    if (c.program.has(Step.Kind.GRADIENTS) || c.program.has(Step.Kind.TANGENTS)) {
      return;
    }
    List<Tensor> expected = c.plain(c.functional);
    try (Scope mode = InferenceMode.enter()) {
      c.same("values", expected, c.direct.apply(c.program.arguments()), 1e-12);
    }
  }),

  REVERSE(c -> {
    List<Tensor> x = Derivatives.leaves(c.x);
    Tensor y = Derivatives.dot(c.direct.apply(x), c.w);
    if (y.requiresGrad()) {
      y.backward();
    }
    c.same("gradients", c.gradients(), c.grads(x), 1e-9);
  }),

  RETAINED_AND_RUN_TWICE(c -> {
    List<Tensor> x = Derivatives.leaves(c.x);
    Tensor y = Derivatives.dot(c.direct.apply(x), c.w);
    if (!y.requiresGrad()) {
      return;
    }
    GradOptions kept = GradOptions.DEFAULT.withRetainGraph(true).withMaterializeGrads(true);
    List<Tensor> first = Autograd.grad(List.of(y), x, null, kept);
    c.same("second run", first, Autograd.grad(List.of(y), x, null, kept), 0);
    y.backward();
    c.same("third run", first, c.grads(x), 0);
  }),

  DIFFERENCES(c -> {
    if (c.program.isOneSided() || c.program.hasDetached()) {
      return;
    }
    c.differences();
  }),

  FORWARD(c -> {
    List<Tensor> tangents = Derivatives.forward(c.direct, c.x, c.u);
    c.same("tangents", Derivatives.forward(c.functional, c.x, c.u), tangents, 1e-9);
    if (!c.program.isOneSided()) {
      c.agree(
          List.of(Derivatives.dot(c.gradients(), c.u)),
          List.of(Derivatives.dot(tangents, c.w)),
          1e-9);
    }
  }),

  REVERSE_OVER_REVERSE(c ->
      c.same(
          "hessian times u",
          Derivatives.reverseOverReverse(c.functional, c.x, c.w, c.u),
          Derivatives.reverseOverReverse(c.direct, c.x, c.w, c.u),
          1e-8)),

  FORWARD_OVER_REVERSE(c -> {
    List<Tensor> product = Derivatives.forwardOverReverse(c.direct, c.x, c.w, c.u);
    c.same(
        "hessian times u",
        Derivatives.forwardOverReverse(c.functional, c.x, c.w, c.u),
        product,
        1e-8);
    if (!c.program.isOneSided()) {
      c.agree(Derivatives.reverseOverReverse(c.functional, c.x, c.w, c.u), product, 1e-8);
    }
  }),

  FORWARD_TWICE(c -> {
    List<Tensor> second = Derivatives.forwardTwice(c.direct, c.x, c.u, c.v);
    c.same("second tangents", Derivatives.forwardTwice(c.functional, c.x, c.u, c.v), second, 1e-8);
    if (!c.program.isOneSided()) {
      Tensor product =
          Derivatives.dot(Derivatives.reverseOverReverse(c.functional, c.x, c.w, c.u), c.v);
      c.agree(List.of(product), List.of(Derivatives.dot(second, c.w)), 1e-8);
    }
  }),

  HESSIAN_TIMES_VECTOR(c -> {
    if (!c.program.isOneSided()) {
      TensorFunction f = x -> List.of(Derivatives.dot(c.direct.apply(x), c.w));
      c.same(
          "hvp",
          Derivatives.reverseOverReverse(c.functional, c.x, c.w, c.u),
          Functional.hvp(f, c.x, c.u).derivative(),
          1e-8);
    }
  }),

  GRADIENT_OF_GRADIENT_FUNCTION(c -> {
    int[] all = IntStream.range(0, c.x.size()).toArray();
    TensorFunction direct =
        Functional.grad(x -> List.of(Derivatives.dot(c.direct.apply(x), c.w)), all);
    c.same("grad", c.gradients(), direct.apply(c.x), 1e-9);
    c.same(
        "grad of grad",
        Derivatives.reverseOverReverse(c.functional, c.x, c.w, c.u),
        Functional.grad(x -> List.of(Derivatives.dot(direct.apply(x), c.u)), all).apply(c.x),
        1e-8);
  }),

  JACOBIANS(c -> {
    int[] all = IntStream.range(0, c.x.size()).toArray();
    TensorFunction scalars =
        x -> c.direct.apply(x).stream().map(t -> t.mul(t).sum().reshape(1)).toList();
    TensorFunction others =
        x -> c.functional.apply(x).stream().map(t -> t.mul(t).sum().reshape(1)).toList();
    List<Tensor> forward = flat(Functional.jacfwd(scalars, all).apply(c.x));
    c.same("jacfwd", flat(Functional.jacfwd(others, all).apply(c.x)), forward, 1e-8);
    List<Tensor> reverse = flat(Functional.jacrev(scalars, all).apply(c.x));
    c.same("jacrev", flat(Functional.jacrev(others, all).apply(c.x)), reverse, 1e-8);
    if (!c.program.isOneSided()) {
      c.agree(forward, reverse, 1e-8);
    }
  }),

  VMAP(c -> {
    if (!c.program.branches()) {
      c.mapped("values", c.direct, c.functional, 1e-11);
    }
  }),

  VMAP_OF_GRADIENT(c -> {
    if (!c.program.branches()) {
      c.mapped("gradients", c.gradientOf(c.direct), c.gradientOf(c.functional), 1e-9);
    }
  }),

  VMAP_OF_TANGENTS(c -> {
    if (!c.program.branches()) {
      c.mapped(
          "tangents",
          x -> Derivatives.forward(c.direct, x, c.u),
          x -> Derivatives.forward(c.functional, x, c.u),
          1e-9);
    }
  }),

  GRADIENT_OF_VMAP(c -> {
    if (c.program.branches()) {
      return;
    }
    List<Tensor> batch = c.batch();
    TensorFunction mapped = Vmap.vmapAll(c.direct);
    List<Tensor> values = mapped.apply(batch);
    List<Tensor> w = Compare.weights(values, 5);
    List<Tensor> expected = Derivatives.reverse(x -> Compare.loop(c.functional, x), batch, w);
    c.same("gradients", expected, Derivatives.reverse(mapped, batch, w), 1e-9);
  }),

  CHECKPOINT(c -> c.checkpoint(CheckpointOptions.NON_REENTRANT)),

  CHECKPOINT_TO_THE_END(c -> c.checkpoint(CheckpointOptions.NON_REENTRANT.withEarlyStop(false))),

  REENTRANT_CHECKPOINT(c -> {
    if (c.program.has(Step.Kind.GRADIENTS)) {
      return;
    }
    List<Tensor> x = Derivatives.leaves(c.x);
    if (!Derivatives.dot(c.direct.apply(x), c.w).requiresGrad()) {
      return;
    }
    Tensor[] out =
        Checkpoint.checkpoint(
            CheckpointOptions.REENTRANT,
            (Tensor[] a) -> c.direct.apply(Arrays.asList(a)).toArray(new Tensor[0]),
            x.toArray(new Tensor[0]));
    Derivatives.dot(Arrays.asList(out), c.w).backward();
    c.same("gradients", c.gradients(), c.grads(x), 1e-9);
  }),

  SAVED_ELSEWHERE(c -> {
    try (Scope hooks = Graph.savedTensorsHooks((Tensor t) -> t.clone(), t -> t)) {
      c.same("gradients", c.gradients(), Derivatives.reverse(c.direct, c.x, c.w), 1e-9);
    }
  }),

  ANOMALY_MODE(c -> {
    if (!Compare.finite(c.gradients())) {
      return;
    }
    try (Scope mode = AnomalyMode.detectAnomaly()) {
      c.same("gradients", c.gradients(), Derivatives.reverse(c.direct, c.x, c.w), 1e-9);
    }
  });

  private final Consumer<Compare> body;

  Check(Consumer<Compare> body) {
    this.body = body;
  }

  /**
   * Runs it on a program.
   *
   * @return what is wrong; null if nothing is
   */
  Throwable of(Program program) {
    try {
      Compare c = new Compare(program);
      body.accept(c);
      c.nothingChanged();
      return null;
    } catch (UnsupportedOperationException e) {
      // A derivative of an operator that its table states as missing.
      return String.valueOf(e.getMessage()).contains("not implemented") ? null : e;
    } catch (InplaceModificationException e) {
      // Without early stop a recomputation sees also what the block changes later.
      return e.getMessage().contains("changed in place later in the block") ? null : e;
    } catch (AutogradException e) {
      return isRightly(e.getMessage(), program) ? null : e;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  static Stream<Check> all() {
    return Stream.of(values());
  }

  /** Tells whether this mode refuses what others accept. */
  private boolean isRightly(String refused, Program program) {
    return switch (this) {
      // Views are not followed, so a batch cannot be given to all of them.
      case INFERENCE_MODE -> refused.contains("batched value cannot be");
      // Also a NaN that no gradient in the end depends on.
      case ANOMALY_MODE -> refused.contains("returned NaN values");
      // What detach() made of a constant cannot follow it into memory of a batch.
      default -> program.hasDetached() && refused.contains("batched value cannot be");
    };
  }

  private static List<Tensor> flat(List<List<Tensor>> rows) {
    List<Tensor> all = new ArrayList<>();
    rows.forEach(all::addAll);
    return all;
  }
}
