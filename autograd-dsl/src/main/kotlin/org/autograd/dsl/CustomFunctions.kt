package org.autograd.dsl

import org.autograd.CustomFunction
import org.autograd.CustomFunction2
import org.autograd.CustomFunction3
import org.autograd.FunctionCtx
import org.autograd.Tensor

/** Marks the receivers of the blocks that describe a custom function. */
@DslMarker
public annotation class CustomFunctionDsl

/**
 * Makes an operation with a backward of its own, see [CustomFunction].
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
 * The context may be filled after `forward` instead, which a function needs for [vmap], besides a rule:
 *
 * ```
 * val cube = customFunction("Cube") {
 *     forward { x: Tensor -> x.pow(3) }
 *     setupContext { x, _ -> saveForBackward(x) }
 *     backward { (g) -> listOf(g * saved(0).square() * 3) }
 *     generateVmapRule() // or a rule of one's own: vmap { (dim), x -> Batched(x.pow(3), listOf(dim)) }
 * }
 * val cubes = vmap { x -> cube(x) }(xs)
 * ```
 *
 * @param name names its node, with `Backward` added
 */
public fun <A, R> customFunction(
    name: String = "CustomFunction",
    define: CustomFunctionScope<A, R>.() -> Unit,
): CustomFunction<A, R> = CustomFunctionScope<A, R>(name).apply(define).build()

/** Makes an operation of two arguments, tensors or not, see [customFunction]. */
public fun <A, B, R> customFunction2(
    name: String = "CustomFunction",
    define: CustomFunction2Scope<A, B, R>.() -> Unit,
): CustomFunction2<A, B, R> = CustomFunction2Scope<A, B, R>(name).apply(define).build()

/** Makes an operation of three arguments, tensors or not, see [customFunction]. */
public fun <A, B, C, R> customFunction3(
    name: String = "CustomFunction",
    define: CustomFunction3Scope<A, B, C, R>.() -> Unit,
): CustomFunction3<A, B, C, R> = CustomFunction3Scope<A, B, C, R>(name).apply(define).build()

/** Runs the function. */
public operator fun <A, R> CustomFunction<A, R>.invoke(input: A): R = apply(input)

/** Runs the function. */
public operator fun <A, B, R> CustomFunction2<A, B, R>.invoke(
    first: A,
    second: B,
): R = apply(first, second)

/** Runs the function. */
public operator fun <A, B, C, R> CustomFunction3<A, B, C, R>.invoke(
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
