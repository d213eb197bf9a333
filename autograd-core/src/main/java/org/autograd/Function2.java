package org.autograd;

/**
 * A {@link Function} of two arguments, tensors or not.
 *
 * <pre>{@code
 * final class Scale extends Function2<Tensor, Double, Tensor> {
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
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> what comes out
 */
public abstract class Function2<A, B, R> extends Function<Function2.In<A, B>, R> {
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

  /** For subclasses. */
  protected Function2() {}

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link FunctionBuilder.Backward#once}
   */
  public static <A, B, R> Function2<A, B, R> of(
      String name, Forward<A, B, R> forward, FunctionBuilder.Backward backward) {
    return of(name, forward, backward, null);
  }

  /**
   * Makes a function from lambdas.
   *
   * @param name names its node, with {@code Backward} added
   * @param backward may be marked with {@link FunctionBuilder.Backward#once}
   * @param jvp null for a function that takes no tensors that have tangents
   */
  public static <A, B, R> Function2<A, B, R> of(
      String name,
      Forward<A, B, R> forward,
      FunctionBuilder.Backward backward,
      FunctionBuilder.Jvp jvp) {
    return new Function2<>() {
      @Override
      protected R forward(FunctionCtx ctx, A first, B second) {
        return forward.forward(ctx, first, second);
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
  public final R apply(A first, B second) {
    return apply(new In<>(first, second));
  }

  /**
   * Computes the results; runs with recording off. See {@link Function#forward(FunctionCtx,
   * Object)}.
   */
  protected abstract R forward(FunctionCtx ctx, A first, B second);

  @Override
  protected final R forward(FunctionCtx ctx, In<A, B> in) {
    return forward(ctx, in.first(), in.second());
  }

  @Override
  Object[] flatten(Object value) {
    return value instanceof In<?, ?> in
        ? new Object[] {in.first(), in.second()}
        : super.flatten(value);
  }
}
