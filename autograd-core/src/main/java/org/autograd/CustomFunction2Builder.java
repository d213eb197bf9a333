package org.autograd;

import java.util.function.BiFunction;

/**
 * Makes a {@link CustomFunction2} from lambdas, as {@link CustomFunctionBuilder} does for one
 * argument.
 *
 * <pre>{@code
 * CustomFunction2<Tensor, Double, Tensor> scale =
 *     CustomFunction2.<Tensor, Double, Tensor>builder("Scale")
 *         .forward((x, k) -> x.mul(k), (ctx, x, k, y) -> ctx.put("k", k))
 *         .generateVmapRule()
 *         .backward((ctx, g) -> CustomFunction.gradients(g[0].mul(ctx.get("k", Double.class)), null));
 * }</pre>
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> what comes out
 */
public final class CustomFunction2Builder<A, B, R> {
  private final CustomFunctionBuilder<CustomFunction2.In<A, B>, R> builder;

  CustomFunction2Builder(String name) {
    builder = new CustomFunctionBuilder<>(name);
  }

  /** Says what the function computes. */
  public CustomFunction2Builder<A, B, R> forward(CustomFunction2.Forward<A, B, R> body) {
    builder.forward((ctx, in) -> body.forward(ctx, in.first(), in.second()));
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public CustomFunction2Builder<A, B, R> forward(
      BiFunction<A, B, R> body, CustomFunction2.Setup<A, B, R> setup) {
    builder.forward((ctx, in) -> body.apply(in.first(), in.second()));
    return setupContext(setup);
  }

  /** Says how the context is filled; see {@link CustomFunctionBuilder#setupContext}. */
  public CustomFunction2Builder<A, B, R> setupContext(CustomFunction2.Setup<A, B, R> body) {
    builder.setupContext((ctx, in, out) -> body.setupContext(ctx, in.first(), in.second(), out));
    return this;
  }

  /** Has the function mapped over batches; see {@link CustomFunction#generateVmapRule}. */
  public CustomFunction2Builder<A, B, R> generateVmapRule() {
    builder.generateVmapRule();
    return this;
  }

  /** Says how the function is mapped over a batch; see {@link CustomFunction#vmap}. */
  public CustomFunction2Builder<A, B, R> vmap(CustomFunction2.VmapRule<A, B, R> rule) {
    builder.vmap((info, inDims, in) -> rule.vmap(info, inDims, in.first(), in.second()));
    return this;
  }

  /** Says what the tangent is; see {@link CustomFunctionBuilder#jvp}. */
  public CustomFunction2Builder<A, B, R> jvp(CustomFunctionBuilder.Jvp body) {
    builder.jvp(body);
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link CustomFunctionBuilder.Backward#once}
   * @return the function
   */
  public CustomFunction2<A, B, R> backward(CustomFunctionBuilder.Backward body) {
    return new Made<>(builder.backward(body));
  }

  private static final class Made<A, B, R> extends CustomFunction2<A, B, R> {
    private final CustomFunction<In<A, B>, R> target;

    Made(CustomFunction<In<A, B>, R> target) {
      this.target = target;
    }

    @Override
    CustomFunction<In<A, B>, R> target() {
      return target;
    }

    @Override
    String name() {
      return target.name();
    }
  }
}
