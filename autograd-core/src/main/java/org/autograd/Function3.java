package org.autograd;

/**
 * A {@link Function} of three arguments, tensors or not; for more, give {@link Function} a record.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> what comes out
 */
public abstract class Function3<A, B, C, R> extends Function<Function3.In<A, B, C>, R> {
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

  /** For subclasses. */
  protected Function3() {}

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link FunctionBuilder.Backward#once}
   */
  public static <A, B, C, R> Function3<A, B, C, R> of(
      String name, Forward<A, B, C, R> forward, FunctionBuilder.Backward backward) {
    return of(name, forward, backward, null);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link FunctionBuilder.Backward#once}
   * @param jvp null for a function that takes no tensors that have tangents
   */
  public static <A, B, C, R> Function3<A, B, C, R> of(
      String name,
      Forward<A, B, C, R> forward,
      FunctionBuilder.Backward backward,
      FunctionBuilder.Jvp jvp) {
    return new Function3<>() {
      @Override
      protected R forward(FunctionCtx ctx, A first, B second, C third) {
        return forward.forward(ctx, first, second, third);
      }

      @Override
      protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
        return backward.backward(ctx, grads);
      }

      @Override
      protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
        return jvp.jvp(ctx, tangents);
      }

      @Override
      boolean hasJvp() {
        return jvp != null;
      }

      @Override
      String name() {
        return name;
      }

      @Override
      boolean isOnceDifferentiable() {
        return backward.isOnceDifferentiable();
      }
    };
  }

  /** Runs the function; see {@link Function#apply}. */
  public final R apply(A first, B second, C third) {
    return apply(new In<>(first, second, third));
  }

  /**
   * Computes the results; runs with recording off. See {@link Function#forward(FunctionCtx,
   * Object)}.
   */
  protected abstract R forward(FunctionCtx ctx, A first, B second, C third);

  @Override
  protected final R forward(FunctionCtx ctx, In<A, B, C> in) {
    return forward(ctx, in.first(), in.second(), in.third());
  }

  @Override
  Object[] flatten(Object value) {
    return value instanceof In<?, ?, ?> in
        ? new Object[] {in.first(), in.second(), in.third()}
        : super.flatten(value);
  }
}
