package org.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.Physical;
import org.autograd.forward.DualLevel;
import org.autograd.forward.Duals;
import org.autograd.graph.AccumulateGrad;
import org.autograd.graph.Edge;
import org.autograd.graph.Meta;
import org.autograd.mode.Mode;
import org.autograd.mode.ThreadState;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * The only place where {@link Functional} meets the recording of tensors: how the inputs of a
 * derivative are made, and how a derivative is taken with respect to them.
 */
final class Derivatives {
  private Derivatives() {}

  /**
   * Makes the inputs of one derivative: tensors of the same values that require grad and that
   * nothing else knows.
   *
   * @param connect whether they continue the histories and tangents of the given tensors
   */
  static List<Tensor> fresh(List<Tensor> inputs, boolean connect) {
    return fresh(inputs, connect, false);
  }

  /**
   * Same as {@link #fresh(List, boolean)}. Each element of a batch has a derivative of its own, so
   * it has an input of its own.
   *
   * @param once whether an input of which only the tangents are batched is one for all elements,
   *     which is right unless the outputs are {@linkplain #differ batched}
   */
  static List<Tensor> fresh(List<Tensor> inputs, boolean connect, boolean once) {
    List<Tensor> fresh = new ArrayList<>(inputs.size());
    for (Tensor x : inputs) {
      fresh.add(Physical.map(x, once, value -> alone(value, connect)));
    }
    return fresh;
  }

  /** Tells whether outputs are batched at a level at which inputs are one for all elements. */
  static boolean differ(List<Tensor> outputs, List<Tensor> inputs) {
    return outputs.stream().anyMatch(o -> inputs.stream().anyMatch(x -> Physical.hasMore(o, x)));
  }

  private static Tensor alone(Tensor x, boolean connect) {
    if (connect && x.requiresGrad() && !x.isInference()) {
      return GradMode.enableGrad(() -> x.view(x.sizes()));
    }
    Tensor leaf = unconnected(x);
    if (connect) {
      copyTangents(x, leaf, t -> t);
    }
    return leaf.requiresGrad_();
  }

  /** Same as {@code detach} for an alias that nothing is written to. */
  private static Tensor unconnected(Tensor x) {
    Raw.flag(x, Flags.OWNED, false);
    Tensor alias = Raw.alias(Raw.storage(x), Raw.layout(x), Raw.dtype(x));
    Raw.flag(alias, Flags.INFERENCE, x.isInference());
    return alias;
  }

  /** Returns where a gradient of a tensor goes, or null. */
  static Edge edge(Tensor t) {
    Tensor whole = Physical.value(t);
    return whole.requiresGrad() ? Meta.gradientEdge(whole) : null;
  }

  /** Says of fresh inputs that no derivative outside will be taken with respect to them. */
  static void spend(List<Tensor> fresh) {
    for (Tensor t : fresh) {
      if (edge(t).node() instanceof AccumulateGrad leaf) {
        leaf.spend();
      }
    }
  }

  /** Returns a tensor of the same values and tangents without a history. */
  static Tensor cut(Tensor t) {
    if (parts(t).stream().noneMatch(Tensor::requiresGrad)) {
      return t;
    }
    BatchLevel batch = BatchLevel.of(t);
    if (batch != null) {
      ThreadState state = ThreadState.current();
      Mode before = batch.outside(state);
      try {
        return batch.view(t, cut(batch.front(t)), Raw.layout(t));
      } finally {
        state.mode = before;
      }
    }
    Tensor constant = t.detach();
    copyTangents(t, constant, Derivatives::cut);
    return constant;
  }

  private static void copyTangents(Tensor from, Tensor to, UnaryOperator<Tensor> each) {
    eachTangent(from, (level, tangent) -> Duals.make(level, to, each.apply(tangent)));
  }

  /**
   * Calls a function with each tangent of a tensor that is no batch, in the mode below its level.
   */
  private static void eachTangent(Tensor t, BiConsumer<DualLevel, Tensor> action) {
    ThreadState state = ThreadState.current();
    Mode before = state.mode;
    try {
      for (DualLevel l = DualLevel.innermost(state); l != null; l = l.outer()) {
        state.mode = l.below(before);
        Tensor tangent = Duals.at(l, t);
        if (tangent != null) {
          action.accept(l, tangent);
        }
      }
    } finally {
      state.mode = before;
    }
  }

  /** Returns what can have a history in a tensor: what it stands for, and all tangents of that. */
  static List<Tensor> parts(Tensor t) {
    List<Tensor> parts = new ArrayList<>();
    addParts(Physical.value(t), parts);
    return parts;
  }

  private static void addParts(Tensor t, List<Tensor> parts) {
    parts.add(t);
    eachTangent(t, (level, tangent) -> addParts(Physical.value(tangent), parts));
  }

  /**
   * Takes the derivative of the outputs, weighted by {@code grads}, with respect to the inputs.
   * Outputs that do not require grad are left out.
   *
   * @param grads one for each output
   * @param batched whether dimension 0 of each of {@code grads} counts derivatives to be taken at
   *     once, and that of the results does, too
   * @return null for each input that no output depends on
   */
  static List<Tensor> vjp(
      List<Tensor> outputs,
      List<Tensor> inputs,
      List<Tensor> grads,
      GradOptions options,
      boolean batched) {
    if (batched) {
      return together(outputs, inputs, grads, options);
    }
    List<Tensor> roots = new ArrayList<>(outputs.size());
    List<Tensor> weights = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      Tensor root = Physical.value(outputs.get(i));
      if (root.requiresGrad()) {
        roots.add(root);
        weights.add(Physical.like(outputs.get(i), grads.get(i)));
      }
    }
    if (roots.isEmpty()) {
      return Collections.nCopies(inputs.size(), null);
    }
    List<Tensor> values = inputs.stream().map(Physical::value).toList();
    List<Tensor> found =
        Physical.pass(
            weights, () -> Autograd.grad(roots, values, weights, options.withAllowUnused(true)));
    List<Tensor> results = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      results.add(Physical.wrapLike(inputs.get(i), found.get(i)));
    }
    return results;
  }

  /** Takes several derivatives at once: the weights are a batch, what was recorded is not. */
  private static List<Tensor> together(
      List<Tensor> outputs, List<Tensor> inputs, List<Tensor> grads, GradOptions options) {
    boolean[] used = new boolean[inputs.size()];
    TensorFunction one =
        weights -> {
          List<Tensor> found = vjp(outputs, inputs, weights, options, false);
          for (int i = 0; i < used.length; i++) {
            used[i] = found.get(i) != null;
          }
          return found.stream().filter(g -> g != null).toList();
        };
    List<Tensor> present =
        Vmap.vmapAll(one, VmapOptions.DEFAULT.withRandomness(Randomness.SAME)).apply(grads);
    List<Tensor> results = new ArrayList<>(inputs.size());
    int next = 0;
    for (boolean u : used) {
      results.add(u ? present.get(next++) : null);
    }
    return results;
  }
}
