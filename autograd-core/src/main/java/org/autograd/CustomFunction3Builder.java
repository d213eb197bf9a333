package org.autograd;

/**
 * Makes a {@link CustomFunction3} from lambdas, as {@link CustomFunctionBuilder} does for one
 * argument.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> what comes out
 */
public final class CustomFunction3Builder<A, B, C, R> {
  private final CustomFunctionBuilder<CustomFunction3.In<A, B, C>, R> builder;

  CustomFunction3Builder(String name) {
    builder = new CustomFunctionBuilder<>(name);
  }

  /** Says what the function computes. */
  public CustomFunction3Builder<A, B, C, R> forward(CustomFunction3.Forward<A, B, C, R> body) {
    builder.forward((ctx, in) -> body.forward(ctx, in.first(), in.second(), in.third()));
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public CustomFunction3Builder<A, B, C, R> forward(
      CustomFunction3.Body<A, B, C, R> body, CustomFunction3.Setup<A, B, C, R> setup) {
    builder.forward((ctx, in) -> body.forward(in.first(), in.second(), in.third()));
    return setupContext(setup);
  }

  /** Says how the context is filled; see {@link CustomFunctionBuilder#setupContext}. */
  public CustomFunction3Builder<A, B, C, R> setupContext(CustomFunction3.Setup<A, B, C, R> body) {
    builder.setupContext(
        (ctx, in, out) -> body.setupContext(ctx, in.first(), in.second(), in.third(), out));
    return this;
  }

  /** Has the function mapped over batches; see {@link CustomFunction#generateVmapRule}. */
  public CustomFunction3Builder<A, B, C, R> generateVmapRule() {
    builder.generateVmapRule();
    return this;
  }

  /** Says how the function is mapped over a batch; see {@link CustomFunction#vmap}. */
  public CustomFunction3Builder<A, B, C, R> vmap(CustomFunction3.VmapRule<A, B, C, R> rule) {
    builder.vmap(
        (info, inDims, in) -> rule.vmap(info, inDims, in.first(), in.second(), in.third()));
    return this;
  }

  /** Says what the tangent is; see {@link CustomFunctionBuilder#jvp}. */
  public CustomFunction3Builder<A, B, C, R> jvp(CustomFunctionBuilder.Jvp body) {
    builder.jvp(body);
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link CustomFunctionBuilder.Backward#once}
   * @return the function
   */
  public CustomFunction3<A, B, C, R> backward(CustomFunctionBuilder.Backward body) {
    return new Made<>(builder.backward(body));
  }

  private static final class Made<A, B, C, R> extends CustomFunction3<A, B, C, R> {
    private final CustomFunction<In<A, B, C>, R> target;

    Made(CustomFunction<In<A, B, C>, R> target) {
      this.target = target;
    }

    @Override
    CustomFunction<In<A, B, C>, R> target() {
      return target;
    }

    @Override
    String name() {
      return target.name();
    }
  }
}
