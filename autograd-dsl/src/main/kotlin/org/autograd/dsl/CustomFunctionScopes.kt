package org.autograd.dsl

import org.autograd.CustomFunction
import org.autograd.CustomFunction2
import org.autograd.CustomFunction3
import org.autograd.CustomFunctionBuilder
import org.autograd.FunctionCtx
import org.autograd.Tensor

// A `vmap` with another number of parameters than the rule has would be the function of that name
// outside of the scope, whose result nobody sees. So the scopes have members for them, which do not
// compile.
private const val NO_RULE =
    "A rule takes the dimensions, then each argument of the function: vmap { dims, x -> … }. " +
        "The function that maps over a batch is org.autograd.dsl.vmap here."

/** Describes the derivatives of a custom function. */
@CustomFunctionDsl
public sealed class BackwardScope(
    private val name: String,
) {
    private var body: CustomFunctionBuilder.Backward? = null

    /**
     * Says what the gradient is.
     *
     * @param body gets one gradient for each position of the result and returns one for each position of the arguments, null
     *   where there is none
     */
    public fun backward(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        this.body =
            CustomFunctionBuilder.Backward {
                ctx,
                grads,
                ->
                ctx.body(Gradients(grads)).toTypedArray()
            }
    }

    /** Says what the gradient is, computed in a way that cannot be differentiated itself: it runs with recording off. */
    public fun onceDifferentiableBackward(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        backward(body)
        this.body = CustomFunctionBuilder.Backward.once(this.body)
    }

    /**
     * Says what the tangent is, for forward mode: see [CustomFunction.jvp]. Without it the function takes no tensors that have
     * tangents.
     *
     * @param body gets one tangent for each position of the arguments and returns one for each position of the result, null
     *   where there is none
     */
    public fun jvp(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        jvp =
            CustomFunctionBuilder.Jvp {
                ctx,
                tangents,
                ->
                ctx.body(Gradients(tangents)).toTypedArray()
            }
    }

    /**
     * Has the function mapped over batches by running its blocks for single elements, see [CustomFunction.generateVmapRule]. It must
     * have a `setupContext`, and no `vmap`.
     */
    public fun generateVmapRule() {
        generatesVmapRule = true
    }

    internal var jvp: CustomFunctionBuilder.Jvp? = null
        private set

    internal var generatesVmapRule = false
        private set

    internal var isForwardDescribed = false

    /** Returns backward, now that all is described. */
    internal fun described(): CustomFunctionBuilder.Backward {
        require(isForwardDescribed) { missing("forward") }
        return requireNotNull(body) { missing("backward") }
    }

    private fun missing(what: String) = "$name: the custom function has no $what { }"
}

/** Describes a custom function of one argument, see [customFunction]. */
public class CustomFunctionScope<A, R> internal constructor(
    name: String,
) : BackwardScope(name) {
    private val builder = CustomFunction.named<A, R>(name)

    /** Says what the function computes. With [setupContext] it leaves the context alone. */
    public fun forward(body: FunctionCtx.(A) -> R) {
        isForwardDescribed = true
        builder.forward { ctx, a -> ctx.body(a) }
    }

    /** Says how the context is filled after `forward`, from the argument and from what it returned. */
    public fun setupContext(body: FunctionCtx.(A, R) -> Unit) {
        builder.setupContext { ctx, a, output -> ctx.body(a, output) }
    }

    /**
     * Says how the function is mapped over a batch, see [CustomFunction.vmap]. It must have a [setupContext], too.
     *
     * @param rule gets the dimension of the batch for each position of the argument, null for what has none
     */
    public fun vmap(rule: CustomFunction.VmapInfo.(List<Int?>, A) -> CustomFunction.Batched<R>) {
        builder.vmap { info, inDims, a -> info.rule(inDims, a) }
    }

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any?,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    internal fun build(): CustomFunction<A, R> {
        val backward = described()
        if (generatesVmapRule) {
            builder.generateVmapRule()
        }
        return builder.jvp(jvp).backward(backward)
    }
}

/** Describes a custom function of two arguments, see [customFunction2]. */
public class CustomFunction2Scope<A, B, R> internal constructor(
    name: String,
) : BackwardScope(name) {
    private val builder = CustomFunction2.builder<A, B, R>(name)

    /** Says what the function computes. With [setupContext] it leaves the context alone. */
    public fun forward(body: FunctionCtx.(A, B) -> R) {
        isForwardDescribed = true
        builder.forward { ctx, a, b -> ctx.body(a, b) }
    }

    /** Says how the context is filled after `forward`, from the arguments and from what it returned. */
    public fun setupContext(body: FunctionCtx.(A, B, R) -> Unit) {
        builder.setupContext { ctx, a, b, output -> ctx.body(a, b, output) }
    }

    /**
     * Says how the function is mapped over a batch, see [CustomFunction.vmap]. It must have a [setupContext], too.
     *
     * @param rule gets the dimension of the batch for each argument, null for what has none
     */
    public fun vmap(rule: CustomFunction.VmapInfo.(List<Int?>, A, B) -> CustomFunction.Batched<R>) {
        builder.vmap { info, inDims, a, b -> info.rule(inDims, a, b) }
    }

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any?,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    internal fun build(): CustomFunction2<A, B, R> {
        val backward = described()
        if (generatesVmapRule) {
            builder.generateVmapRule()
        }
        return builder.jvp(jvp).backward(backward)
    }
}

/** Describes a custom function of three arguments, see [customFunction3]. */
public class CustomFunction3Scope<A, B, C, R> internal constructor(
    name: String,
) : BackwardScope(name) {
    private val builder = CustomFunction3.builder<A, B, C, R>(name)

    /** Says what the function computes. With [setupContext] it leaves the context alone. */
    public fun forward(body: FunctionCtx.(A, B, C) -> R) {
        isForwardDescribed = true
        builder.forward { ctx, a, b, c -> ctx.body(a, b, c) }
    }

    /** Says how the context is filled after `forward`, from the arguments and from what it returned. */
    public fun setupContext(body: FunctionCtx.(A, B, C, R) -> Unit) {
        builder.setupContext { ctx, a, b, c, output -> ctx.body(a, b, c, output) }
    }

    /**
     * Says how the function is mapped over a batch, see [CustomFunction.vmap]. It must have a [setupContext], too.
     *
     * @param rule gets the dimension of the batch for each argument, null for what has none
     */
    public fun vmap(
        rule: CustomFunction.VmapInfo.(List<Int?>, A, B, C) -> CustomFunction.Batched<R>,
    ) {
        builder.vmap { info, inDims, a, b, c -> info.rule(inDims, a, b, c) }
    }

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any?,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    /** No rule: see the other form. */
    @Deprecated(NO_RULE, level = DeprecationLevel.ERROR)
    @JvmSynthetic
    public fun vmap(
        inDims: Any? = null,
        outDims: Any? = null,
        randomness: Any? = null,
        chunkSize: Any? = null,
        rule: (Nothing, Nothing, Nothing, Nothing, Nothing) -> Any?,
    ): Nothing = error(NO_RULE)

    internal fun build(): CustomFunction3<A, B, C, R> {
        val backward = described()
        if (generatesVmapRule) {
            builder.generateVmapRule()
        }
        return builder.jvp(jvp).backward(backward)
    }
}

/** The gradients of a custom function's results, or the tangents of its arguments, by position; can be taken apart: `{ (ga, gb) -> }`. */
public class Gradients internal constructor(
    private val grads: Array<Tensor?>,
) {
    /** How many positions the result has. */
    public val size: Int get() = grads.size

    /** Returns the gradient at a position; an error where there is none. */
    public operator fun get(position: Int): Tensor =
        requireNotNull(grads.getOrNull(position)) {
            if (position in grads.indices) {
                "there is no gradient or tangent at position $position, as it is no tensor or none arrived; use getOrNull"
            } else {
                "there is no position $position: the function has ${grads.size}"
            }
        }

    /** Returns the gradient at a position; null for what is no tensor, and where none arrived if zeros are not wanted. */
    public fun getOrNull(position: Int): Tensor? = grads.getOrNull(position)

    /** The first gradient. */
    public operator fun component1(): Tensor = get(0)

    /** The second gradient. */
    public operator fun component2(): Tensor = get(1)

    /** The third gradient. */
    public operator fun component3(): Tensor = get(2)

    /** The fourth gradient. */
    public operator fun component4(): Tensor = get(3)
}
