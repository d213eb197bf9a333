package org.autograd;

import java.util.function.BiFunction;

/**
 * Makes a {@link Function2} from lambdas, as {@link FunctionBuilder} does for one argument.
 *
 * <pre>{@code
 * Function2<Tensor, Double, Tensor> scale =
 *     Function2.<Tensor, Double, Tensor>builder("Scale")
 *         .forward((x, k) -> x.mul(k), (ctx, x, k, y) -> ctx.put("k", k))
 *         .generateVmapRule()
 *         .backward((ctx, g) -> Function.gradients(g[0].mul(ctx.get("k", Double.class)), null));
 * }</pre>
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> what comes out
 */
public final class Function2Builder<A, B, R> {
  private final FunctionBuilder<Function2.In<A, B>, R> builder;

  Function2Builder(String name) {
    builder = new FunctionBuilder<>(name);
  }

  /** Says what the function computes. */
  public Function2Builder<A, B, R> forward(Function2.Forward<A, B, R> body) {
    builder.forward((ctx, in) -> body.forward(ctx, in.first(), in.second()));
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public Function2Builder<A, B, R> forward(
      BiFunction<A, B, R> body, Function2.Setup<A, B, R> setup) {
    builder.forward((ctx, in) -> body.apply(in.first(), in.second()));
    return setupContext(setup);
  }

  /** Says how the context is filled; see {@link FunctionBuilder#setupContext}. */
  public Function2Builder<A, B, R> setupContext(Function2.Setup<A, B, R> body) {
    builder.setupContext((ctx, in, out) -> body.setupContext(ctx, in.first(), in.second(), out));
    return this;
  }

  /** Has the function mapped over batches; see {@link Function#generateVmapRule}. */
  public Function2Builder<A, B, R> generateVmapRule() {
    builder.generateVmapRule();
    return this;
  }

  /** Says how the function is mapped over a batch; see {@link Function#vmap}. */
  public Function2Builder<A, B, R> vmap(Function2.VmapRule<A, B, R> rule) {
    builder.vmap((info, inDims, in) -> rule.vmap(info, inDims, in.first(), in.second()));
    return this;
  }

  /** Says what the tangent is; see {@link FunctionBuilder#jvp}. */
  public Function2Builder<A, B, R> jvp(FunctionBuilder.Jvp body) {
    builder.jvp(body);
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link FunctionBuilder.Backward#once}
   * @return the function
   */
  public Function2<A, B, R> backward(FunctionBuilder.Backward body) {
    return new Made<>(builder.backward(body));
  }

  private static final class Made<A, B, R> extends Function2<A, B, R> {
    private final Function<In<A, B>, R> target;

    Made(Function<In<A, B>, R> target) {
      this.target = target;
    }

    @Override
    Function<In<A, B>, R> target() {
      return target;
    }

    @Override
    String name() {
      return target.name();
    }
  }
}
