package org.autograd;

import java.util.List;

/**
 * A {@link CustomFunction} of two arguments, tensors or not.
 *
 * <pre>{@code
 * final class Scale extends CustomFunction2<Tensor, Double, Tensor> {
 *   @Override protected Tensor forward(FunctionCtx ctx, Tensor x, Double k) {
 *     ctx.put("k", k);
 *     return x.mul(k);
 *   }
 *
 *   @Override protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
 *     return gradients(grads[0].mul(ctx.get("k", Double.class)), null);
 *   }
 * }
 * Tensor y = new Scale().apply(x, 2.0);
 * }</pre>
 *
 * <p>Instead of {@code forward(ctx, first, second)}, a subclass may override {@code forward(first,
 * second)} and {@code setupContext(ctx, first, second, output)}, which {@link Vmap} needs.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> what comes out
 */
public abstract class CustomFunction2<A, B, R> extends CustomFunction<CustomFunction2.In<A, B>, R> {
  /**
   * The arguments.
   *
   * @param first the first
   * @param second the second
   */
  public record In<A, B>(A first, B second) {}

  /** Computes the results from the arguments. */
  @FunctionalInterface
  public interface Forward<A, B, R> {
    /** Computes the results; runs with recording off. */
    R forward(FunctionCtx ctx, A first, B second);
  }

  /** Fills the context; see {@link CustomFunction#setupContext}. */
  @FunctionalInterface
  public interface Setup<A, B, R> {
    /** Fills the context. */
    void setupContext(FunctionCtx ctx, A first, B second, R output);
  }

  /** Computes the results for a batch of arguments; see {@link CustomFunction#vmap}. */
  @FunctionalInterface
  public interface VmapRule<A, B, R> {
    /** Computes the results, and says where they have the batch. */
    CustomFunction.Batched<R> vmap(
        CustomFunction.VmapInfo info, List<Integer> inDims, A first, B second);
  }

  /** For subclasses. */
  protected CustomFunction2() {}

  /**
   * Starts a function made of lambdas.
   *
   * @param name names its node, with {@code Backward} added
   */
  public static <A, B, R> CustomFunction2Builder<A, B, R> builder(String name) {
    return new CustomFunction2Builder<>(name);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link CustomFunctionBuilder.Backward#once}
   */
  public static <A, B, R> CustomFunction2<A, B, R> of(
      String name, Forward<A, B, R> forward, CustomFunctionBuilder.Backward backward) {
    return of(name, forward, backward, null);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link CustomFunctionBuilder.Backward#once}
   * @param jvp null for a function that takes no tensors that have tangents
   */
  public static <A, B, R> CustomFunction2<A, B, R> of(
      String name,
      Forward<A, B, R> forward,
      CustomFunctionBuilder.Backward backward,
      CustomFunctionBuilder.Jvp jvp) {
    return CustomFunction2.<A, B, R>builder(name).forward(forward).jvp(jvp).backward(backward);
  }

  /** Runs the function; see {@link CustomFunction#apply}. */
  public final R apply(A first, B second) {
    return apply(new In<>(first, second));
  }

  /**
   * Computes the results; runs with recording off. See {@link CustomFunction#forward(FunctionCtx,
   * Object)}. The default calls the other {@code forward} and {@code setupContext}.
   */
  protected R forward(FunctionCtx ctx, A first, B second) {
    R output = forward(first, second);
    setupContext(ctx, first, second, output);
    return output;
  }

  /**
   * Computes the results, for functions that fill the context in {@code setupContext}; {@link Vmap}
   * needs those.
   *
   * @throws UnsupportedOperationException unless overridden
   */
  protected R forward(A first, B second) {
    throw new UnsupportedOperationException(
        name()
            + ": forward is not implemented. Override forward(ctx, first, second), or"
            + " forward(first, second) and setupContext(ctx, first, second, output).");
  }

  /**
   * Fills the context after the forward that is not given it; does nothing unless overridden.
   *
   * @param output exactly what {@code forward} returned
   */
  protected void setupContext(FunctionCtx ctx, A first, B second, R output) {}

  /**
   * Computes the results for a batch of arguments; see {@link CustomFunction#vmap}.
   *
   * @param inDims for each argument the dimension of the batch, null for one that has none
   * @throws UnsupportedOperationException unless overridden
   */
  protected Batched<R> vmap(VmapInfo info, List<Integer> inDims, A first, B second) {
    throw new UnsupportedOperationException(
        name() + ": vmap is not implemented. Override vmap(info, inDims, first, second).");
  }

  @Override
  protected final R forward(FunctionCtx ctx, In<A, B> in) {
    return forward(ctx, in.first(), in.second());
  }

  @Override
  protected final R forward(In<A, B> in) {
    return forward(in.first(), in.second());
  }

  @Override
  protected final void setupContext(FunctionCtx ctx, In<A, B> in, R output) {
    setupContext(ctx, in.first(), in.second(), output);
  }

  @Override
  protected final Batched<R> vmap(VmapInfo info, List<Integer> inDims, In<A, B> in) {
    return vmap(info, inDims, in.first(), in.second());
  }
}
