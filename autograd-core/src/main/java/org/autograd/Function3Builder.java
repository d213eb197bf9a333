package org.autograd;

/**
 * Makes a {@link Function3} from lambdas, as {@link FunctionBuilder} does for one argument.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <C> the third argument
 * @param <R> what comes out
 */
public final class Function3Builder<A, B, C, R> {
  private final FunctionBuilder<Function3.In<A, B, C>, R> builder;

  Function3Builder(String name) {
    builder = new FunctionBuilder<>(name);
  }

  /** Says what the function computes. */
  public Function3Builder<A, B, C, R> forward(Function3.Forward<A, B, C, R> body) {
    builder.forward((ctx, in) -> body.forward(ctx, in.first(), in.second(), in.third()));
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public Function3Builder<A, B, C, R> forward(
      Function3.Body<A, B, C, R> body, Function3.Setup<A, B, C, R> setup) {
    builder.forward((ctx, in) -> body.forward(in.first(), in.second(), in.third()));
    return setupContext(setup);
  }

  /** Says how the context is filled; see {@link FunctionBuilder#setupContext}. */
  public Function3Builder<A, B, C, R> setupContext(Function3.Setup<A, B, C, R> body) {
    builder.setupContext(
        (ctx, in, out) -> body.setupContext(ctx, in.first(), in.second(), in.third(), out));
    return this;
  }

  /** Has the function mapped over batches; see {@link Function#generateVmapRule}. */
  public Function3Builder<A, B, C, R> generateVmapRule() {
    builder.generateVmapRule();
    return this;
  }

  /** Says how the function is mapped over a batch; see {@link Function#vmap}. */
  public Function3Builder<A, B, C, R> vmap(Function3.VmapRule<A, B, C, R> rule) {
    builder.vmap(
        (info, inDims, in) -> rule.vmap(info, inDims, in.first(), in.second(), in.third()));
    return this;
  }

  /** Says what the tangent is; see {@link FunctionBuilder#jvp}. */
  public Function3Builder<A, B, C, R> jvp(FunctionBuilder.Jvp body) {
    builder.jvp(body);
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link FunctionBuilder.Backward#once}
   * @return the function
   */
  public Function3<A, B, C, R> backward(FunctionBuilder.Backward body) {
    return new Made<>(builder.backward(body));
  }

  private static final class Made<A, B, C, R> extends Function3<A, B, C, R> {
    private final Function<In<A, B, C>, R> target;

    Made(Function<In<A, B, C>, R> target) {
      this.target = target;
    }

    @Override
    Function<In<A, B, C>, R> target() {
      return target;
    }

    @Override
    String name() {
      return target.name();
    }
  }
}
