package org.autograd.dsl

import org.autograd.Function
import org.autograd.Function2
import org.autograd.Function3
import org.autograd.FunctionBuilder
import org.autograd.FunctionCtx
import org.autograd.Tensor

/** Marks the receivers of the blocks that describe a custom function. */
@DslMarker
public annotation class CustomFunctionDsl

/**
 * Makes an operation with a backward of its own, see [Function].
 *
 * ```
 * val exp = customFunction("Exp") {
 *     forward { x: Tensor -> x.exp().also { saveForBackward(it) } }
 *     backward { (g) -> listOf(g * saved(0)) }
 * }
 * val y = exp(x)
 * ```
 *
 * `forward` runs with recording off. The argument and the result may be a tensor, a list or an array with anything in it, or a
 * JVM record; [customFunction2] and [customFunction3] take several arguments.
 *
 * @param name names its node, with `Backward` added
 */
public fun <A, R> customFunction(
    name: String = "CustomFunction",
    define: CustomFunctionScope<A, R>.() -> Unit,
): Function<A, R> {
    val scope = CustomFunctionScope<A, R>().apply(define)
    val forward = scope.forward(name)
    return Function
        .named<A, R>(name)
        .forward {
            ctx,
            x,
            ->
            forward(ctx, x)
        }.jvp(scope.jvp)
        .backward(scope.backward(name))
}

/** Makes an operation of two arguments, tensors or not, see [customFunction]. */
public fun <A, B, R> customFunction2(
    name: String = "CustomFunction",
    define: CustomFunction2Scope<A, B, R>.() -> Unit,
): Function2<A, B, R> {
    val scope = CustomFunction2Scope<A, B, R>().apply(define)
    val forward = scope.forward(name)
    return Function2.of(name, { ctx, a, b -> forward(ctx, a, b) }, scope.backward(name), scope.jvp)
}

/** Makes an operation of three arguments, tensors or not, see [customFunction]. */
public fun <A, B, C, R> customFunction3(
    name: String = "CustomFunction",
    define: CustomFunction3Scope<A, B, C, R>.() -> Unit,
): Function3<A, B, C, R> {
    val scope = CustomFunction3Scope<A, B, C, R>().apply(define)
    val forward = scope.forward(name)
    return Function3.of(
        name,
        { ctx, a, b, c -> forward(ctx, a, b, c) },
        scope.backward(name),
        scope.jvp,
    )
}

/** Describes the derivatives of a custom function. */
@CustomFunctionDsl
public sealed class BackwardScope {
    private var body: FunctionBuilder.Backward? = null

    /**
     * Says what the gradient is.
     *
     * @param body gets one gradient for each position of the result and returns one for each position of the arguments, null
     *   where there is none
     */
    public fun backward(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        this.body =
            FunctionBuilder.Backward { ctx, grads -> ctx.body(Gradients(grads)).toTypedArray() }
    }

    /** Says what the gradient is, computed in a way that cannot be differentiated itself: it runs with recording off. */
    public fun onceDifferentiableBackward(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        backward(body)
        this.body = FunctionBuilder.Backward.once(this.body)
    }

    /**
     * Says what the tangent is, for forward mode: see [Function.jvp]. Without it the function takes no tensors that have
     * tangents.
     *
     * @param body gets one tangent for each position of the arguments and returns one for each position of the result, null
     *   where there is none
     */
    public fun jvp(body: FunctionCtx.(Gradients) -> List<Tensor?>) {
        jvp = FunctionBuilder.Jvp { ctx, tangents -> ctx.body(Gradients(tangents)).toTypedArray() }
    }

    internal var jvp: FunctionBuilder.Jvp? = null
        private set

    internal fun backward(name: String): FunctionBuilder.Backward =
        described(body, name, "backward")

    internal fun <T : Any> described(
        block: T?,
        name: String,
        what: String,
    ): T = requireNotNull(block) { "$name: the custom function has no $what { }" }
}

/** Describes a custom function of one argument, see [customFunction]. */
public class CustomFunctionScope<A, R> internal constructor() : BackwardScope() {
    private var body: (FunctionCtx.(A) -> R)? = null

    /** Says what the function computes. */
    public fun forward(body: FunctionCtx.(A) -> R) {
        this.body = body
    }

    internal fun forward(name: String) = described(body, name, "forward")
}

/** Describes a custom function of two arguments, see [customFunction2]. */
public class CustomFunction2Scope<A, B, R> internal constructor() : BackwardScope() {
    private var body: (FunctionCtx.(A, B) -> R)? = null

    /** Says what the function computes. */
    public fun forward(body: FunctionCtx.(A, B) -> R) {
        this.body = body
    }

    internal fun forward(name: String) = described(body, name, "forward")
}

/** Describes a custom function of three arguments, see [customFunction3]. */
public class CustomFunction3Scope<A, B, C, R> internal constructor() : BackwardScope() {
    private var body: (FunctionCtx.(A, B, C) -> R)? = null

    /** Says what the function computes. */
    public fun forward(body: FunctionCtx.(A, B, C) -> R) {
        this.body = body
    }

    internal fun forward(name: String) = described(body, name, "forward")
}

/** The gradients of a custom function's results, or the tangents of its arguments, by position; can be taken apart: `{ (ga, gb) -> }`. */
public class Gradients internal constructor(
    private val grads: Array<Tensor?>,
) {
    /** How many positions the result has. */
    public val size: Int get() = grads.size

    /** Returns the gradient at a position; an error where there is none. */
    public operator fun get(position: Int): Tensor =
        requireNotNull(grads[position]) {
            "there is no gradient at position $position of the result; use getOrNull"
        }

    /** Returns the gradient at a position; null for what is no tensor, and where none arrived if zeros are not wanted. */
    public fun getOrNull(position: Int): Tensor? = grads[position]

    /** The first gradient. */
    public operator fun component1(): Tensor = get(0)

    /** The second gradient. */
    public operator fun component2(): Tensor = get(1)

    /** The third gradient. */
    public operator fun component3(): Tensor = get(2)

    /** The fourth gradient. */
    public operator fun component4(): Tensor = get(3)
}

/** Runs the function. */
public operator fun <A, R> Function<A, R>.invoke(input: A): R = apply(input)

/** Runs the function. */
public operator fun <A, B, R> Function2<A, B, R>.invoke(
    first: A,
    second: B,
): R = apply(first, second)

/** Runs the function. */
public operator fun <A, B, C, R> Function3<A, B, C, R>.invoke(
    first: A,
    second: B,
    third: C,
): R = apply(first, second, third)

/** Keeps a value under a name: `this["k"] = 2.0`; see [FunctionCtx.put]. */
public operator fun FunctionCtx.set(
    key: String,
    value: Any?,
) {
    put(key, value)
}

/** Returns a value that was kept: `val k: Double = this["k"]`; see [FunctionCtx.get]. */
public inline operator fun <reified T : Any> FunctionCtx.get(key: String): T =
    get(key, T::class.javaObjectType)
