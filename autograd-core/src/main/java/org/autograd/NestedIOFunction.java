package org.autograd;

import java.util.Arrays;

/**
 * A {@link CustomFunction} whose arguments and results are nests of any depth, made of arrays of
 * objects, lists and records: an older form, for code that was written for it. Gradients have the
 * form of what they belong to. Tangents of {@link #jvp} have none: they stand one after the other,
 * all levels deep.
 *
 * @param <A> what goes in
 * @param <R> what comes out
 */
public abstract class NestedIOFunction<A, R> extends CustomFunction<A, R> {
  private static final String FORM = "form of the result";

  /** For subclasses. */
  protected NestedIOFunction() {}

  /**
   * Computes the results; see {@link CustomFunction#forward(FunctionCtx, Object)}. The default
   * calls {@link #forwardExtended(Object)} and {@link #setupContext}.
   */
  protected R forwardExtended(FunctionCtx ctx, A in) {
    R output = forwardExtended(in);
    setupContext(ctx, in, output);
    return output;
  }

  /**
   * Computes the results, for functions that fill the context in {@link #setupContext}; {@link
   * Vmap} needs those. The positions that {@link #vmap} is told of stand one after the other, all
   * levels deep.
   *
   * @throws UnsupportedOperationException unless overridden
   */
  protected R forwardExtended(A in) {
    throw new UnsupportedOperationException(
        name()
            + ": forwardExtended is not implemented. Override forwardExtended(ctx, in), or"
            + " forwardExtended(in) and setupContext(ctx, in, output).");
  }

  /**
   * Computes the gradients of the arguments.
   *
   * @param grads a nest like the result with each tensor replaced by its gradient; what is no
   *     tensor is as it was
   * @return a nest like the arguments with each tensor replaced by its gradient, null where there
   *     is none; what stands where there was no tensor does not matter unless it is one
   */
  protected abstract A backwardExtended(FunctionCtx ctx, R grads);

  @Override
  protected final R forward(FunctionCtx ctx, A in) {
    R output = forwardExtended(ctx, in);
    Object[] leaves = flatten(output);
    Arrays.setAll(leaves, i -> leaves[i] instanceof Tensor ? null : leaves[i]);
    ctx.put(FORM, rebuild(output, leaves));
    return output;
  }

  @Override
  protected final R forward(A in) {
    return forwardExtended(in);
  }

  @Override
  @SuppressWarnings("unchecked")
  protected final Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
    R form = (R) ctx.get(FORM, Object.class);
    Object[] leaves = flatten(form);
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = grads[i] != null ? grads[i] : leaves[i];
    }
    Object[] returned = flatten(backwardExtended(ctx, (R) rebuild(form, leaves)));
    Tensor[] flat = new Tensor[returned.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = returned[i] instanceof Tensor t ? t : null;
    }
    return flat;
  }

  @Override
  Object[] flatten(Object value) {
    return Flat.flattenDeep(value, name());
  }

  @Override
  Object rebuild(Object original, Object[] flat) {
    return Flat.rebuildDeep(original, flat, name());
  }
}
