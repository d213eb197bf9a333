package org.autograd;

/**
 * Makes a {@link Function} from lambdas.
 *
 * <pre>{@code
 * Function<Tensor, Tensor> exp =
 *     Function.<Tensor, Tensor>named("Exp")
 *         .forward((ctx, x) -> {
 *           Tensor y = x.exp();
 *           ctx.saveForBackward(y);
 *           return y;
 *         })
 *         .backward((ctx, grads) -> Function.gradients(grads[0].mul(ctx.saved(0))));
 * }</pre>
 *
 * @param <A> what goes in
 * @param <R> what comes out
 */
public final class FunctionBuilder<A, R> {
  /** Computes the results; see {@link Function#forward(FunctionCtx, Object)}. */
  @FunctionalInterface
  public interface Forward<A, R> {
    /** Computes the results. */
    R forward(FunctionCtx ctx, A in);
  }

  /** Fills the context; see {@link Function#setupContext}. */
  @FunctionalInterface
  public interface Setup<A, R> {
    /** Fills the context. */
    void setupContext(FunctionCtx ctx, A in, R output);
  }

  /** Computes the gradients of the arguments; see {@link Function#backward}. */
  @FunctionalInterface
  public interface Backward {
    /** Computes one gradient for each position of the arguments. */
    Tensor[] backward(FunctionCtx ctx, Tensor[] grads);

    /** Tells whether differentiating the gradients is refused; see {@link OnceDifferentiable}. */
    default boolean isOnceDifferentiable() {
      return false;
    }

    /** Marks a body as one that cannot be differentiated itself; see {@link OnceDifferentiable}. */
    static Backward once(Backward body) {
      return new Backward() {
        @Override
        public Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
          return body.backward(ctx, grads);
        }

        @Override
        public boolean isOnceDifferentiable() {
          return true;
        }
      };
    }
  }

  /** Computes the tangents of the results; see {@link Function#jvp}. */
  @FunctionalInterface
  public interface Jvp {
    /** Computes one tangent for each position of the result. */
    Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents);
  }

  private final String name;
  private Forward<A, R> forward;
  private boolean setsUp;
  private boolean generatesVmapRule;
  private Jvp jvp;

  FunctionBuilder(String name) {
    this.name = name;
  }

  /** Says what the function computes. */
  public FunctionBuilder<A, R> forward(Forward<A, R> body) {
    forward = body;
    setsUp = false;
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public FunctionBuilder<A, R> forward(java.util.function.Function<A, R> body, Setup<A, R> setup) {
    forward((ctx, in) -> {
      R output = body.apply(in);
      setup.setupContext(ctx, in, output);
      return output;
    });
    setsUp = true;
    return this;
  }

  /** Has the function mapped over batches; see {@link Function#generateVmapRule}. */
  public FunctionBuilder<A, R> generateVmapRule() {
    generatesVmapRule = true;
    return this;
  }

  /** Says what the tangent is; without it the function takes no tensors that have tangents. */
  public FunctionBuilder<A, R> jvp(Jvp body) {
    jvp = body;
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link Backward#once}
   * @return the function
   */
  public Function<A, R> backward(Backward body) {
    return new FromLambdas<>(this, body);
  }

  private static final class FromLambdas<A, R> extends Function<A, R> {
    private final String name;
    private final Forward<A, R> forward;
    private final Backward backward;
    private final Jvp jvp;

    private final boolean setsUp;
    private final boolean generatesVmapRule;

    FromLambdas(FunctionBuilder<A, R> builder, Backward backward) {
      this.name = builder.name;
      this.forward = builder.forward;
      this.jvp = builder.jvp;
      this.setsUp = builder.setsUp;
      this.generatesVmapRule = builder.generatesVmapRule;
      this.backward = backward;
    }

    @Override
    boolean fillsContextInForward() {
      return !setsUp;
    }

    @Override
    protected boolean generateVmapRule() {
      return generatesVmapRule;
    }

    @Override
    protected R forward(FunctionCtx ctx, A in) {
      return forward == null ? super.forward(ctx, in) : forward.forward(ctx, in);
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
  }
}
