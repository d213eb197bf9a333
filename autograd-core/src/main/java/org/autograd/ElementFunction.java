package org.autograd;

import java.util.IdentityHashMap;
import java.util.Map;
import org.autograd.batch.BatchLevel;
import org.autograd.batch.Reentry;
import org.autograd.graph.GradMath;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * A function of whole values that calls a function of single elements, in forward, backward and jvp
 * each inside of the level that the elements belong to. Made for one call.
 */
final class ElementFunction<A, R> extends CustomFunction<Object[], Object[]> {
  private final CustomFunction<A, R> function;
  private final A in;
  private final BatchLevel level;
  private final Integer[] dims;
  private final Layout[] layouts;
  private R form;
  private Integer[] outDims;
  private Integer[] savedDims;
  private Integer[] forwardDims;

  /**
   * Makes a rule.
   *
   * @param in tells how arguments are put together
   * @param dims the dimension of the batch in each argument, null for what has none
   */
  ElementFunction(CustomFunction<A, R> function, A in, BatchLevel level, Integer[] dims) {
    this.function = function;
    this.in = in;
    this.level = level;
    this.dims = dims;
    this.layouts = new Layout[dims.length];
  }

  /** Returns what the results of one element look like put together. */
  R form() {
    return form;
  }

  /** Returns the dimension of the batch in each result, null for what has none. */
  Integer[] outDims() {
    return outDims;
  }

  @Override
  String name() {
    return function.name();
  }

  @Override
  boolean isOnceDifferentiable() {
    return function.isOnceDifferentiable();
  }

  @Override
  boolean hasJvp() {
    return function.hasJvp();
  }

  @Override
  boolean fillsContextInForward() {
    return false;
  }

  @Override
  protected boolean generateVmapRule() {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked")
  protected Object[] forward(FunctionCtx ctx, Object[] values) {
    try (Reentry reentry = new Reentry(level)) {
      Map<Tensor, Whole> known = new IdentityHashMap<>();
      Object[] elements = elements(reentry, values, known);
      FunctionCtx own = new FunctionCtx(ctx, elements, t -> whole(reentry, known, t).value);
      R output = function.forward(own, (A) function.rebuild(in, elements));
      form = output;
      Object[] results = function.flatten(output);
      outDims = new Integer[results.length];
      for (int i = 0; i < results.length; i++) {
        if (results[i] instanceof Tensor t) {
          Whole whole = result(reentry, known, own, t);
          known.put(t, whole);
          results[i] = whole.value;
          outDims[i] = whole.dim;
        }
      }
      fill(ctx, own, reentry, known);
      return results;
    }
  }

  private Object[] elements(Reentry reentry, Object[] values, Map<Tensor, Whole> known) {
    Object[] elements = values.clone();
    Map<Object, Tensor> same = new IdentityHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Tensor value) {
        Integer dim = dims[i];
        Tensor element = same.computeIfAbsent(value, v -> reentry.element(level, value, dim));
        known.put(element, new Whole(value, dim));
        layouts[i] = Raw.layout(element);
        elements[i] = element;
      }
    }
    return elements;
  }

  /** A value and the dimension of the batch in it, null if it has none. */
  record Whole(Tensor value, Integer dim) {}

  private Whole whole(Reentry reentry, Map<Tensor, Whole> known, Tensor t) {
    Whole whole = t == null ? null : known.get(t);
    if (whole != null || t == null || !reentry.isBatched(level, t)) {
      return whole != null ? whole : new Whole(t, null);
    }
    int dim = reentry.dim(level, t);
    return new Whole(reentry.value(level, t, dim), dim);
  }

  /** Each element has a result of its own, with a gradient of its own. */
  private Whole result(Reentry reentry, Map<Tensor, Whole> known, FunctionCtx own, Tensor t) {
    Whole whole = whole(reentry, known, t);
    if (whole.dim != null) {
      return whole;
    }
    if (!own.dirty().contains(t)) {
      return new Whole(reentry.value(level, t, 0).clone(), 0);
    }
    throw new AutogradException(
        name()
            + ": changes an argument of shape "
            + t.shape()
            + " in place that is the same for all elements of the batch, while other arguments are"
            + " batched (inside of vmap). clone() it.");
  }

  private void fill(FunctionCtx ctx, FunctionCtx own, Reentry reentry, Map<Tensor, Whole> known) {
    java.util.function.Function<Tensor[], Whole[]> all =
        ts -> {
          Whole[] wholes = new Whole[ts.length];
          for (int i = 0; i < ts.length; i++) {
            wholes[i] = whole(reentry, known, ts[i]);
          }
          return wholes;
        };
    Whole[] saved = all.apply(own.toSave());
    Whole[] forForward = all.apply(own.forForward());
    savedDims = dimsOf(saved);
    forwardDims = dimsOf(forForward);
    ctx.saveForBackward(valuesOf(saved));
    ctx.saveForForward(valuesOf(forForward));
    ctx.markNonDifferentiable(valuesOf(all.apply(own.nonDifferentiable().toArray(new Tensor[0]))));
    ctx.setMaterializeGrads(own.materializesGrads());
    own.attributes()
        .forEach((key, value) ->
            ctx.put(key, value instanceof Tensor t ? whole(reentry, known, t) : value));
    own.filled();
  }

  private static Integer[] dimsOf(Whole[] wholes) {
    Integer[] dims = new Integer[wholes.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = wholes[i].dim;
    }
    return dims;
  }

  private static Tensor[] valuesOf(Whole[] wholes) {
    Tensor[] values = new Tensor[wholes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = wholes[i].value;
    }
    return values;
  }

  /** Returns the context that the function of elements sees after forward. */
  private FunctionCtx later(FunctionCtx ctx, Reentry reentry, Integer[] dimsOfSaved) {
    FunctionCtx own =
        new FunctionCtx(
            ctx, dimsOfSaved.length, i -> reentry.element(level, ctx.saved(i), dimsOfSaved[i]));
    ctx.attributes()
        .forEach((key, value) ->
            own.put(
                key, value instanceof Whole w ? reentry.element(level, w.value, w.dim) : value));
    return own;
  }

  private Tensor[] elements(Reentry reentry, Tensor[] values, Integer[] places) {
    Tensor[] elements = new Tensor[values.length];
    for (int i = 0; i < values.length; i++) {
      elements[i] = reentry.element(level, values[i], places[i]);
    }
    return elements;
  }

  @Override
  protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
    try (Reentry reentry = new Reentry(level)) {
      Tensor[] returned =
          function.runBackward(later(ctx, reentry, savedDims), elements(reentry, grads, outDims));
      if (returned == null) {
        return null;
      }
      Tensor[] values = returned.clone();
      for (int i = 0; i < Math.min(values.length, layouts.length); i++) {
        if (layouts[i] != null && values[i] != null) {
          values[i] = ctx.needsInputGrad(i) ? gradient(reentry, i, values[i]) : null;
        }
      }
      return values;
    }
  }

  /** The gradient of an argument that is the same for all elements is the sum of theirs. */
  private Tensor gradient(Reentry reentry, int position, Tensor element) {
    BackwardCFunction.check(name(), element, position, layouts[position]);
    Tensor fitting =
        Raw.layout(element).sameSizes(layouts[position])
            ? element
            : GradMath.get().sumToSize(element, layouts[position]);
    if (dims[position] != null) {
      return reentry.value(level, fitting, dims[position]);
    }
    return reentry.isBatched(level, fitting)
        ? reentry.value(level, fitting, 0).sum(0, false)
        : fitting.mul(level.size());
  }

  @Override
  protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
    try (Reentry reentry = new Reentry(level)) {
      Tensor[] returned =
          function.jvp(later(ctx, reentry, forwardDims), elements(reentry, tangents, dims));
      if (returned == null) {
        return null;
      }
      Tensor[] values = returned.clone();
      for (int i = 0; i < Math.min(values.length, outDims.length); i++) {
        if (outDims[i] != null) {
          values[i] = reentry.value(level, values[i], outDims[i]);
        }
      }
      return values;
    }
  }
}
