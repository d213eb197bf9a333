package org.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.autograd.batch.Batch;
import org.autograd.batch.BatchLevel;
import org.autograd.mode.Mode;
import org.autograd.mode.Slot;
import org.autograd.mode.ThreadState;

/**
 * One call of a {@link CustomFunction} with tensors that stand for single elements of a batch: by
 * the function's own rule, or by one that is made of its forward and backward.
 */
final class FunctionVmap {
  /**
   * Set where any function is mapped by its forward, backward and jvp: for checks that compare the
   * result with a loop.
   */
  private static final Slot<Boolean> UNCHECKED = new Slot<>("functions are mapped unchecked");

  private FunctionVmap() {}

  /** Has functions mapped that state no rule, until the scope is closed. */
  static Scope unchecked() {
    ThreadState state = ThreadState.current();
    Boolean before = state.mode.get(UNCHECKED);
    state.mode = state.mode.with(UNCHECKED, true);
    return () -> {
      ThreadState now = ThreadState.current();
      now.mode = now.mode.with(UNCHECKED, before);
    };
  }

  /** Tells whether a tensor among the arguments stands for one element of a batch. */
  static boolean isBatched(Object[] arguments) {
    for (Object a : arguments) {
      if (a instanceof Tensor t && BatchLevel.of(t) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Calls a function on a batch.
   *
   * @param arguments the arguments, taken apart
   * @throws AutogradException if the function cannot be used there
   */
  @SuppressWarnings("unchecked")
  static <A, R> R apply(CustomFunction<A, R> function, A in, Object[] arguments) {
    check(function);
    BatchLevel level = null;
    for (Object a : arguments) {
      level = a instanceof Tensor t ? BatchLevel.inner(level, BatchLevel.of(t)) : level;
    }
    Object[] values = arguments.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] instanceof Tensor t ? level.lifted(t) : values[i];
    }
    Integer[] dims = new Integer[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Tensor t && level.has(t)) {
        values[i] = Batch.of(t).value();
        dims[i] = Batch.of(t).dim();
      }
    }
    ThreadState state = ThreadState.current();
    Mode before = level.outside(state);
    Object form;
    Object[] results;
    Integer[] outDims;
    try {
      if (function.hasOwnVmap()) {
        CustomFunction.Batched<R> batched =
            function.vmap(
                new CustomFunction.VmapInfo(level.size(), level.randomness()),
                Collections.unmodifiableList(new ArrayList<>(Arrays.asList(dims))),
                (A) function.rebuild(in, values));
        form = checked(function, batched).output();
        results = function.flatten(form);
        outDims = outDims(function, level, results, batched.outDims());
      } else {
        ElementFunction<A, R> elements = new ElementFunction<>(function, in, level, dims);
        results = elements.apply(values);
        form = elements.form();
        outDims = elements.outDims();
      }
    } finally {
      state.mode = before;
    }
    for (int i = 0; i < results.length; i++) {
      if (outDims[i] != null) {
        results[i] = element(level, (Tensor) results[i], outDims[i], arguments, values, dims);
      }
    }
    return (R) function.rebuild(form, results);
  }

  /** Returns the argument that a value belongs to, which was changed in place, or a new tensor. */
  private static Tensor element(
      BatchLevel level,
      Tensor value,
      int dim,
      Object[] arguments,
      Object[] values,
      Integer[] dims) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value && dims[i] != null && dims[i] == dim) {
        return (Tensor) arguments[i];
      }
    }
    return level.wrap(value, dim);
  }

  /**
   * Checks that a function can be used inside of a mapped function, with batched arguments or not.
   *
   * @throws AutogradException if its forward fills the context, or it has no rule or two
   */
  static void check(CustomFunction<?, ?> function) {
    if (!function.hasOwnVmap() && ThreadState.current().mode.get(UNCHECKED) != null) {
      return;
    }
    if (function.fillsContextInForward()) {
      throw new AutogradException(
          function.name()
              + ": cannot be used inside of a function given to vmap, jacfwd or hessian, because its forward fills the"
              + " context. Override forward(in) and setupContext(ctx, in, output) instead of"
              + " forward(ctx, in); a function made of lambdas needs a setupContext.");
    }
    boolean generates = function.generateVmapRule();
    if (function.hasOwnVmap() == generates) {
      throw new AutogradException(
          function.name()
              + (generates
                  ? ": overrides vmap, but generateVmapRule() is true, too. Have one of the two."
                  : ": cannot be used inside of a function given to vmap, jacfwd or hessian. Have generateVmapRule()"
                      + " return true if forward and backward work for single elements, or override"
                      + " vmap(info, inDims, in). A function made of lambdas states one of the two."));
    }
  }

  private static <R> CustomFunction.Batched<R> checked(
      CustomFunction<?, R> function, CustomFunction.Batched<R> batched) {
    if (batched == null || batched.outDims() == null) {
      throw new AutogradException(
          function.name()
              + ": vmap returned "
              + (batched == null ? "null" : "no outDims")
              + "; it must return new Batched(output, outDims).");
    }
    return batched;
  }

  private static Integer[] outDims(
      CustomFunction<?, ?> function, BatchLevel level, Object[] results, List<Integer> given) {
    if (given.size() != results.length) {
      throw new AutogradException(
          function.name()
              + ": vmap returned "
              + given.size()
              + " outDims for "
              + results.length
              + " results; give one for each position, null for what has no batch.");
    }
    Integer[] dims = given.toArray(new Integer[0]);
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == null) {
        continue;
      }
      if (!(results[i] instanceof Tensor t)) {
        throw new AutogradException(
            function.name()
                + ": vmap says that result "
                + i
                + " has a batch in dimension "
                + dims[i]
                + ", but it is no tensor. Give null there.");
      }
      int dim = dims[i] < 0 ? dims[i] + t.dim() : dims[i];
      if (dim < 0 || dim >= t.dim() || t.size(dim) != level.size()) {
        throw new AutogradException(
            function.name()
                + ": vmap says that result "
                + i
                + " of shape "
                + t.shape()
                + " has the batch of "
                + level.size()
                + " elements in dimension "
                + dims[i]
                + ", which does not fit.");
      }
      dims[i] = dim;
    }
    return dims;
  }
}
