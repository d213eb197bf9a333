package org.autograd.dsl

import org.autograd.Functional
import org.autograd.Tensor
import org.autograd.TensorFunction
import org.autograd.ValueAndDerivative

/**
 * Returns the gradient of a function whose result has one element, as a function: transforms
 * compose.
 *
 * ```
 * val cube = { x: Tensor -> x.pow(3).sum() }
 * grad(cube)(tensorOf(2.0)) // 12
 * grad { x -> grad(cube)(x).sum() }(tensorOf(2.0)) // 12
 * ```
 *
 * The suspending `grad(output, input)` differentiates what has been recorded instead.
 *
 * What the function gives can be differentiated with respect to its argument and to what [f]
 * captures, if they require grad and recording is on; else it has no history. It throws
 * [org.autograd.AutogradException] if the result has several elements. See [Functional].
 */
public fun grad(f: (Tensor) -> Tensor): (Tensor) -> Tensor =
    Functional.grad { x: Tensor -> f(x) }::apply

/**
 * Returns the gradient with respect to one of two arguments, see [grad] of one.
 *
 * @param argnum 0 or 1; negative numbers count from the end
 */
public fun grad(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor) -> Tensor = two(oneGradient(listed(f), argnum))

/** Same with the function last: `grad(argnum = 1) { x, y -> x.dot(y) }`. */
public fun grad(
    argnum: Int = 0,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> Tensor = grad(block, argnum)

/**
 * Returns the gradient with respect to one of three arguments, see [grad] of one.
 *
 * @param argnum 0, 1 or 2; negative numbers count from the end
 */
public fun grad(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor, Tensor) -> Tensor = three(oneGradient(listed(f), argnum))

/** Same with the function last: `grad(argnum = 1) { x, y, z -> (x * y * z).sum() }`. */
public fun grad(
    argnum: Int = 0,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> Tensor = grad(block, argnum)

/**
 * Returns the gradients with respect to some of the tensors in a list, see [grad] of one. The
 * others may be of any dtype.
 *
 * @param argnums their positions; negative ones count from the end; none mean position 0
 * @return gives one gradient for each of [argnums], in their order; throws
 *   [IllegalArgumentException] if there is no such argument, or one is named twice
 */
public fun grad(
    f: ScalarFunction,
    vararg argnums: Int,
): (List<Tensor>) -> List<Tensor> = Functional.grad(listed(f), *argnums)::apply

/** Same with the function last: `grad(0, 1) { (w, b): List<Tensor> -> loss(w, b) }`. */
public fun grad(
    vararg argnums: Int,
    block: ScalarFunction,
): (List<Tensor>) -> List<Tensor> = grad(block, *argnums)

/**
 * Same as [grad], with the value: `val (value, gradient) = gradAndValue(f)(x)`. The function runs
 * once.
 */
public fun gradAndValue(f: (Tensor) -> Tensor): (Tensor) -> ValueAndDerivative<Tensor, Tensor> =
    Functional.gradAndValue { x: Tensor -> f(x) }::apply

/** Same as [grad] of two arguments, with the value. */
public fun gradAndValue(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor) -> ValueAndDerivative<Tensor, Tensor> =
    two(oneGradientAndValue(listed(f), argnum))

/** Same with the function last. */
public fun gradAndValue(
    argnum: Int = 0,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> ValueAndDerivative<Tensor, Tensor> = gradAndValue(block, argnum)

/** Same as [grad] of three arguments, with the value. */
public fun gradAndValue(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor, Tensor) -> ValueAndDerivative<Tensor, Tensor> =
    three(oneGradientAndValue(listed(f), argnum))

/** Same with the function last. */
public fun gradAndValue(
    argnum: Int = 0,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> ValueAndDerivative<Tensor, Tensor> = gradAndValue(block, argnum)

/** Same as [grad] of a list, with the value. */
public fun gradAndValue(
    f: ScalarFunction,
    vararg argnums: Int,
): (List<Tensor>) -> ValueAndDerivative<Tensor, List<Tensor>> =
    Functional.gradAndValue(listed(f), *argnums)::apply

/** Same with the function last. */
public fun gradAndValue(
    vararg argnums: Int,
    block: ScalarFunction,
): (List<Tensor>) -> ValueAndDerivative<Tensor, List<Tensor>> = gradAndValue(block, *argnums)

private fun oneGradient(
    f: TensorFunction,
    argnum: Int,
): (List<Tensor>) -> Tensor {
    val gradient = Functional.grad(f, argnum)
    return { gradient.apply(it)[0] }
}

private fun oneGradientAndValue(
    f: TensorFunction,
    argnum: Int,
): (List<Tensor>) -> ValueAndDerivative<Tensor, Tensor> {
    val both = Functional.gradAndValue(f, argnum)
    return {
        val (value, gradients) = both.apply(it)
        ValueAndDerivative(value, gradients[0])
    }
}
