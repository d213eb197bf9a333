package org.autograd;

import java.util.List;

/**
 * An operation with a backward of its own: what PyTorch calls {@code torch.autograd.Function}.
 *
 * <p>A subclass says what the operation computes and what its gradient is. Its parameters tell what
 * goes in and what comes out; both are taken apart into positions one level deep:
 *
 * <ul>
 *   <li>a {@link Tensor}, or any other single value: one position;
 *   <li>a record: one position for each component, tensors or not;
 *   <li>an array of objects or a {@link List}: one position for each element.
 * </ul>
 *
 * <pre>{@code
 * final class ScaledProduct extends CustomFunction<ScaledProduct.In, Tensor> {
 *   record In(Tensor a, double k, Tensor b) {}
 *
 *   @Override protected Tensor forward(FunctionCtx ctx, In in) {
 *     ctx.saveForBackward(in.a(), in.b());
 *     ctx.put("k", in.k());
 *     return in.a().mul(in.b()).mul(in.k());
 *   }
 *
 *   @Override protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
 *     Tensor g = grads[0].mul(ctx.get("k", Double.class));
 *     return gradients(g.mul(ctx.saved(1)), null, g.mul(ctx.saved(0)));
 *   }
 * }
 * Tensor y = new ScaledProduct().apply(new ScaledProduct.In(a, 2, b));
 * }</pre>
 *
 * <p>{@code forward} runs with recording off; the result's history is one node, named after the
 * class, that calls {@code backward}. Instead of {@code forward(ctx, in)}, a subclass may override
 * {@link #forward(Object)} and {@link #setupContext}, which {@link Vmap} needs. Short forms: {@link
 * CustomFunction2} and {@link CustomFunction3} take several arguments, {@link #named} makes a
 * function from lambdas. A function object holds no state of a call and may be used by any number
 * of threads.
 *
 * @param <A> what goes in
 * @param <R> what comes out
 */
public abstract class CustomFunction<A, R> {
  /** For subclasses. */
  protected CustomFunction() {}

  /**
   * Starts a function made of lambdas.
   *
   * @param name names its node, with {@code Backward} added
   */
  public static <A, R> CustomFunctionBuilder<A, R> named(String name) {
    return new CustomFunctionBuilder<>(name);
  }

  /**
   * Runs {@link #forward(FunctionCtx, Object)} without recording it, and makes this function the
   * history of its results if recording is on and a tensor among the arguments requires grad.
   *
   * <p>Results are what {@code forward} returned, except that an argument which is returned without
   * having been marked dirty is replaced by an alias of it.
   *
   * @throws AutogradException if what was marked on the context does not fit what was returned
   * @throws UnsupportedOperationException if an argument has a tangent and there is no {@code jvp}
   */
  public final R apply(A in) {
    return FunctionCall.apply(target(), in);
  }

  /**
   * Computes the results. Runs with recording off. The default calls {@link #forward(Object)} and
   * {@link #setupContext}.
   *
   * @param ctx takes what backward needs
   */
  protected R forward(FunctionCtx ctx, A in) {
    R output = forward(in);
    setupContext(ctx, in, output);
    return output;
  }

  /**
   * Computes the results, for functions that fill the context in {@link #setupContext}.
   *
   * @throws UnsupportedOperationException unless overridden
   */
  protected R forward(A in) {
    throw new UnsupportedOperationException(
        name()
            + ": forward is not implemented. Override forward(ctx, in), or forward(in) and"
            + " setupContext(ctx, in, output).");
  }

  /**
   * Fills the context after {@link #forward(Object)}; does nothing unless overridden.
   *
   * @param in all arguments
   * @param output exactly what {@code forward} returned
   */
  protected void setupContext(FunctionCtx ctx, A in, R output) {}

  /**
   * Computes the gradients of the arguments. Recorded if the pass was asked for a graph, unless
   * marked {@link OnceDifferentiable}.
   *
   * <p>Gradients that come in may belong to other branches of the graph, too. The pass fails with
   * an {@link InplaceModificationException} if such a one is changed in place: clone() it first.
   *
   * @param grads one gradient for each position of the result: zeros where none arrived, null for
   *     what is no tensor
   * @return one gradient for each position of the arguments, see {@link #gradients}; null where
   *     there is none. One of another dtype is converted to the argument's
   * @throws UnsupportedOperationException unless this or {@link #vjp} is overridden
   */
  protected Tensor[] backward(FunctionCtx ctx, Tensor[] grads) {
    throw new UnsupportedOperationException(
        name()
            + ": backward is not implemented. Override backward(ctx, grads), or vjp(ctx, grads),"
            + " but not both.");
  }

  /** Another name for {@link #backward}; override one of them. */
  protected Tensor[] vjp(FunctionCtx ctx, Tensor[] grads) {
    return backward(ctx, grads);
  }

  /**
   * Computes the tangents of the results from those of the arguments. Called right after forward,
   * for each open level of {@link ForwardAD} at which an argument has a tangent.
   *
   * <p>Memory must be shared as forward does. A result that is a view of an argument, or an
   * argument returned as it is, needs a view of that argument's tangent; an argument changed in
   * place needs its tangent changed in place, and returned itself.
   *
   * @param ctx returns what was given to {@link FunctionCtx#saveForForward} as saved tensors
   * @param tangents one for each position of the arguments: zeros where there is none, null for
   *     what is no tensor or has a dtype that cannot have one
   * @return one for each position of the result, null where there is none, see {@link #gradients}
   * @throws UnsupportedOperationException unless overridden; the call is refused before forward
   *     then
   */
  protected Tensor[] jvp(FunctionCtx ctx, Tensor[] tangents) {
    throw new UnsupportedOperationException(
        name() + ": jvp is not implemented. Override jvp(ctx, tangents).");
  }

  /**
   * Tells whether the function is mapped over a batch by running its forward, backward and jvp
   * inside of {@link Vmap}, where tensors have the shape of one element. They must then fit that:
   * have no conditions on values, and use no batched tensors but those that they are given. Else a
   * function that is to be used inside of {@link Vmap} overrides {@link #vmap}. Either way it must
   * override {@link #forward(Object)} and {@link #setupContext}, or what stands for them in its
   * base, such as those of {@link CustomFunction2}.
   */
  protected boolean generateVmapRule() {
    return false;
  }

  /**
   * Computes the results for a batch of arguments, without a level of {@link Vmap} for it. What it
   * does is recorded as usual; it may apply other functions.
   *
   * @param inDims for each position of the arguments, the dimension of the batch, or null for one
   *     that has none
   * @param in the arguments, with their batches
   * @throws UnsupportedOperationException unless overridden
   */
  protected Batched<R> vmap(VmapInfo info, List<Integer> inDims, A in) {
    throw new UnsupportedOperationException(
        name() + ": vmap is not implemented. Override vmap(info, inDims, in).");
  }

  /**
   * What {@link #vmap} is told about the batch.
   *
   * @param batchSize how many elements the batch has
   * @param randomness how random operators are to treat it
   */
  public record VmapInfo(long batchSize, Randomness randomness) {}

  /**
   * What {@link #vmap} returns.
   *
   * @param output the results
   * @param outDims for each position of the result, the dimension of the batch, or null for one
   *     that has none
   */
  public record Batched<R>(R output, List<Integer> outDims) {}

  /** Puts gradients into an array, for {@code return gradients(ga, null, gb)}. */
  public static Tensor[] gradients(Tensor... grads) {
    return grads == null ? new Tensor[1] : grads;
  }

  /** Returns the function that is called for this one. */
  CustomFunction<A, R> target() {
    return this;
  }

  /** Returns what the node's name starts with. */
  String name() {
    String simple = getClass().getSimpleName();
    return simple.isEmpty() ? getClass().getName().replaceFirst(".*\\.", "") : simple;
  }

  /** Tells whether gradients of the gradients are refused. */
  boolean isOnceDifferentiable() {
    return Overrides.of(getClass()).once();
  }

  /** Calls the user's backward, whatever its name. */
  Tensor[] runBackward(FunctionCtx ctx, Tensor[] grads) {
    Overrides overrides = Overrides.of(getClass());
    if (overrides.both()) {
      throw new AutogradException(
          name() + ": overrides both backward and vjp. They mean the same: override one of them.");
    }
    return overrides.vjp() ? vjp(ctx, grads) : backward(ctx, grads);
  }

  /** Tells whether the context is filled by forward, not by {@link #setupContext}. */
  boolean fillsContextInForward() {
    return VmapStyle.of(getClass()).fillsContext();
  }

  /** Tells whether {@link #vmap} is overridden. */
  boolean hasOwnVmap() {
    return VmapStyle.of(getClass()).ownRule();
  }

  /** Tells whether there is a jvp. */
  boolean hasJvp() {
    return Overrides.of(getClass()).jvp();
  }

  /** Takes arguments or results apart into positions. */
  Object[] flatten(Object value) {
    return Flat.flatten(value, name());
  }

  /** Puts results together again. */
  Object rebuild(Object original, Object[] flat) {
    return Flat.rebuild(original, flat, name());
  }
}
