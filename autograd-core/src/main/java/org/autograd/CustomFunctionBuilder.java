package org.autograd;

import java.util.List;

/**
 * Makes a {@link CustomFunction} from lambdas.
 *
 * <pre>{@code
 * CustomFunction<Tensor, Tensor> exp =
 *     CustomFunction.<Tensor, Tensor>named("Exp")
 *         .forward((ctx, x) -> {
 *           Tensor y = x.exp();
 *           ctx.saveForBackward(y);
 *           return y;
 *         })
 *         .backward((ctx, grads) -> CustomFunction.gradients(grads[0].mul(ctx.saved(0))));
 * }</pre>
 *
 * @param <A> what goes in
 * @param <R> what comes out
 */
public final class CustomFunctionBuilder<A, R> {
  /** Computes the results; see {@link CustomFunction#forward(FunctionCtx, Object)}. */
  @FunctionalInterface
  public interface Forward<A, R> {
    /** Computes the results. */
    R forward(FunctionCtx ctx, A in);
  }

  /** Fills the context; see {@link CustomFunction#setupContext}. */
  @FunctionalInterface
  public interface Setup<A, R> {
    /** Fills the context. */
    void setupContext(FunctionCtx ctx, A in, R output);
  }

  /** Computes the gradients of the arguments; see {@link CustomFunction#backward}. */
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

  /** Computes the tangents of the results; see {@link CustomFunction#jvp}. */
  @FunctionalInterface
  public interface Jvp {
    /** Computes one tangent for each position of the result. */
    Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents);
  }

  /** Computes the results for a batch of arguments; see {@link CustomFunction#vmap}. */
  @FunctionalInterface
  public interface VmapRule<A, R> {
    /** Computes the results, and says where they have the batch. */
    CustomFunction.Batched<R> vmap(CustomFunction.VmapInfo info, List<Integer> inDims, A in);
  }

  private final String name;
  private Forward<A, R> forward;
  private Setup<A, R> setup;
  private boolean generatesVmapRule;
  private VmapRule<A, R> vmapRule;
  private Jvp jvp;

  CustomFunctionBuilder(String name) {
    this.name = name;
  }

  /** Says what the function computes. */
  public CustomFunctionBuilder<A, R> forward(Forward<A, R> body) {
    forward = body;
    return this;
  }

  /** Says what the function computes, and how the context is filled afterwards. */
  public CustomFunctionBuilder<A, R> forward(
      java.util.function.Function<A, R> body, Setup<A, R> setup) {
    return forward((ctx, in) -> body.apply(in)).setupContext(setup);
  }

  /**
   * Says how the context is filled after forward, which then leaves it alone. {@link Vmap} takes no
   * function without this.
   */
  public CustomFunctionBuilder<A, R> setupContext(Setup<A, R> body) {
    setup = body;
    return this;
  }

  /** Has the function mapped over batches; see {@link CustomFunction#generateVmapRule}. */
  public CustomFunctionBuilder<A, R> generateVmapRule() {
    generatesVmapRule = true;
    return this;
  }

  /** Says how the function is mapped over a batch; see {@link CustomFunction#vmap}. */
  public CustomFunctionBuilder<A, R> vmap(VmapRule<A, R> rule) {
    vmapRule = rule;
    return this;
  }

  /** Says what the tangent is; without it the function takes no tensors that have tangents. */
  public CustomFunctionBuilder<A, R> jvp(Jvp body) {
    jvp = body;
    return this;
  }

  /**
   * Says what the gradient is.
   *
   * @param body may be marked with {@link Backward#once}
   * @return the function
   */
  public CustomFunction<A, R> backward(Backward body) {
    return new FromLambdas<>(this, body);
  }

  private static final class FromLambdas<A, R> extends CustomFunction<A, R> {
    private final String name;
    private final Forward<A, R> forward;
    private final Setup<A, R> setup;
    private final Backward backward;
    private final Jvp jvp;
    private final boolean generatesVmapRule;
    private final VmapRule<A, R> vmapRule;

    FromLambdas(CustomFunctionBuilder<A, R> builder, Backward backward) {
      this.name = builder.name;
      this.forward = builder.forward;
      this.jvp = builder.jvp;
      this.setup = builder.setup;
      this.vmapRule = builder.vmapRule;
      this.generatesVmapRule = builder.generatesVmapRule;
      this.backward = backward;
    }

    @Override
    boolean fillsContextInForward() {
      return setup == null;
    }

    @Override
    boolean hasOwnVmap() {
      return vmapRule != null;
    }

    @Override
    protected boolean generateVmapRule() {
      return generatesVmapRule;
    }

    @Override
    protected R forward(FunctionCtx ctx, A in) {
      if (forward == null) {
        return super.forward(ctx, in);
      }
      R output = forward.forward(ctx, in);
      if (setup != null) {
        setup.setupContext(ctx, in, output);
      }
      return output;
    }

    @Override
    protected Batched<R> vmap(VmapInfo info, List<Integer> inDims, A in) {
      return vmapRule.vmap(info, inDims, in);
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
