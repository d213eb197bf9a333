package org.autograd;

import java.util.List;

/**
 * A {@link CustomFunction} of three arguments, tensors or not; for more, give {@link
 * CustomFunction} a record. See {@link CustomFunction2}.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> what comes out
 */
public abstract class CustomFunction3<A, B, C, R>
    extends CustomFunction<CustomFunction3.In<A, B, C>, R> {
  /**
   * The arguments.
   *
   * @param first the first
   * @param second the second
   * @param third the third
   */
  public record In<A, B, C>(A first, B second, C third) {}

  /** Computes the results from the arguments. */
  @FunctionalInterface
  public interface Forward<A, B, C, R> {
    /** Computes the results; runs with recording off. */
    R forward(FunctionCtx ctx, A first, B second, C third);
  }

  /** Computes the results from the arguments alone. */
  @FunctionalInterface
  public interface Body<A, B, C, R> {
    /** Computes the results; runs with recording off. */
    R forward(A first, B second, C third);
  }

  /** Fills the context; see {@link CustomFunction#setupContext}. */
  @FunctionalInterface
  public interface Setup<A, B, C, R> {
    /** Fills the context. */
    void setupContext(FunctionCtx ctx, A first, B second, C third, R output);
  }

  /** Computes the results for a batch of arguments; see {@link CustomFunction#vmap}. */
  @FunctionalInterface
  public interface VmapRule<A, B, C, R> {
    /** Computes the results, and says where they have the batch. */
    CustomFunction.Batched<R> vmap(
        CustomFunction.VmapInfo info, List<Integer> inDims, A first, B second, C third);
  }

  /** For subclasses. */
  protected CustomFunction3() {}

  /**
   * Starts a function made of lambdas.
   *
   * @param name names its node, with {@code Backward} added
   */
  public static <A, B, C, R> CustomFunction3Builder<A, B, C, R> builder(String name) {
    return new CustomFunction3Builder<>(name);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link CustomFunctionBuilder.Backward#once}
   */
  public static <A, B, C, R> CustomFunction3<A, B, C, R> of(
      String name, Forward<A, B, C, R> forward, CustomFunctionBuilder.Backward backward) {
    return of(name, forward, backward, null);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link CustomFunctionBuilder.Backward#once}
   * @param jvp null for a function that takes no tensors that have tangents
   */
  public static <A, B, C, R> CustomFunction3<A, B, C, R> of(
      String name,
      Forward<A, B, C, R> forward,
      CustomFunctionBuilder.Backward backward,
      CustomFunctionBuilder.Jvp jvp) {
    return CustomFunction3.<A, B, C, R>builder(name).forward(forward).jvp(jvp).backward(backward);
  }

  /** Runs the function; see {@link CustomFunction#apply}. */
  public final R apply(A first, B second, C third) {
    return apply(new In<>(first, second, third));
  }

  /**
   * Computes the results; runs with recording off. See {@link CustomFunction#forward(FunctionCtx,
   * Object)}. The default calls the other {@code forward} and {@code setupContext}.
   */
  protected R forward(FunctionCtx ctx, A first, B second, C third) {
    R output = forward(first, second, third);
    setupContext(ctx, first, second, third, output);
    return output;
  }

  /**
   * Computes the results, for functions that fill the context in {@code setupContext}; {@link Vmap}
   * needs those.
   *
   * @throws UnsupportedOperationException unless overridden
   */
  protected R forward(A first, B second, C third) {
    throw new UnsupportedOperationException(
        name()
            + ": forward is not implemented. Override forward(ctx, first, second, third), or"
            + " forward(first, second, third) and setupContext(ctx, first, second, third, output).");
  }

  /**
   * Fills the context after the forward that is not given it; does nothing unless overridden.
   *
   * @param output exactly what {@code forward} returned
   */
  protected void setupContext(FunctionCtx ctx, A first, B second, C third, R output) {}

  /**
   * Computes the results for a batch of arguments; see {@link CustomFunction#vmap}.
   *
   * @param inDims for each argument the dimension of the batch, null for one that has none
   * @throws UnsupportedOperationException unless overridden
   */
  protected Batched<R> vmap(VmapInfo info, List<Integer> inDims, A first, B second, C third) {
    throw new UnsupportedOperationException(
        name() + ": vmap is not implemented. Override vmap(info, inDims, first, second, third).");
  }

  @Override
  protected final R forward(FunctionCtx ctx, In<A, B, C> in) {
    return forward(ctx, in.first(), in.second(), in.third());
  }

  @Override
  protected final R forward(In<A, B, C> in) {
    return forward(in.first(), in.second(), in.third());
  }

  @Override
  protected final void setupContext(FunctionCtx ctx, In<A, B, C> in, R output) {
    setupContext(ctx, in.first(), in.second(), in.third(), output);
  }

  @Override
  protected final Batched<R> vmap(VmapInfo info, List<Integer> inDims, In<A, B, C> in) {
    return vmap(info, inDims, in.first(), in.second(), in.third());
  }
}
