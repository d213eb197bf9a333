package org.autograd.dsl

import org.autograd.Functional
import org.autograd.GradAndValue
import org.autograd.Tensor
import org.autograd.TensorFunction
import org.autograd.ValueAndGrad

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
 * Same as [grad], with the value in front: `val (value, gradient) = valueAndGrad(f)(x)`. The
 * function runs once.
 */
public fun valueAndGrad(f: (Tensor) -> Tensor): (Tensor) -> ValueAndGrad<Tensor> =
    Functional.valueAndGrad { x: Tensor -> f(x) }::apply

/** Same with respect to one of two arguments, see [grad] of two. */
public fun valueAndGrad(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor) -> ValueAndGrad<Tensor> = two(oneValueAndGrad(listed(f), argnum))

/** Same with the function last. */
public fun valueAndGrad(
    argnum: Int = 0,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> ValueAndGrad<Tensor> = valueAndGrad(block, argnum)

/** Same with respect to one of three arguments, see [grad] of three. */
public fun valueAndGrad(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor, Tensor) -> ValueAndGrad<Tensor> = three(oneValueAndGrad(listed(f), argnum))

/** Same with the function last. */
public fun valueAndGrad(
    argnum: Int = 0,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> ValueAndGrad<Tensor> = valueAndGrad(block, argnum)

/** Same with respect to some of the tensors in a list, see [grad] of a list. */
public fun valueAndGrad(
    f: ScalarFunction,
    vararg argnums: Int,
): (
    List<Tensor>,
) -> ValueAndGrad<List<Tensor>> =
    Functional.valueAndGrad(listed(f), *argnums)::apply

/** Same with the function last. */
public fun valueAndGrad(
    vararg argnums: Int,
    block: ScalarFunction,
): (List<Tensor>) -> ValueAndGrad<List<Tensor>> = valueAndGrad(block, *argnums)

/**
 * Same as [grad], with the value behind, the order of `torch.func.grad_and_value`: `val (gradient,
 * value) = gradAndValue(f)(x)`. The function runs once.
 */
public fun gradAndValue(f: (Tensor) -> Tensor): (Tensor) -> GradAndValue<Tensor> =
    Functional.gradAndValue { x: Tensor -> f(x) }::apply

/** Same with respect to one of two arguments, see [grad] of two. */
public fun gradAndValue(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor) -> GradAndValue<Tensor> = two(oneGradAndValue(listed(f), argnum))

/** Same with the function last. */
public fun gradAndValue(
    argnum: Int = 0,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> GradAndValue<Tensor> = gradAndValue(block, argnum)

/** Same with respect to one of three arguments, see [grad] of three. */
public fun gradAndValue(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor, Tensor) -> GradAndValue<Tensor> = three(oneGradAndValue(listed(f), argnum))

/** Same with the function last. */
public fun gradAndValue(
    argnum: Int = 0,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> GradAndValue<Tensor> = gradAndValue(block, argnum)

/** Same with respect to some of the tensors in a list, see [grad] of a list. */
public fun gradAndValue(
    f: ScalarFunction,
    vararg argnums: Int,
): (
    List<Tensor>,
) -> GradAndValue<List<Tensor>> =
    Functional.gradAndValue(listed(f), *argnums)::apply

/** Same with the function last. */
public fun gradAndValue(
    vararg argnums: Int,
    block: ScalarFunction,
): (List<Tensor>) -> GradAndValue<List<Tensor>> = gradAndValue(block, *argnums)

private fun oneGradient(
    f: TensorFunction,
    argnum: Int,
): (List<Tensor>) -> Tensor {
    val gradient = Functional.grad(f, argnum)
    return { gradient.apply(it)[0] }
}

private fun oneValueAndGrad(
    f: TensorFunction,
    argnum: Int,
): (List<Tensor>) -> ValueAndGrad<Tensor> {
    val both = Functional.valueAndGrad(f, argnum)
    return {
        val (value, gradients) = both.apply(it)
        ValueAndGrad(value, gradients[0])
    }
}

private fun oneGradAndValue(
    f: TensorFunction,
    argnum: Int,
): (List<Tensor>) -> GradAndValue<Tensor> {
    val both = Functional.gradAndValue(f, argnum)
    return {
        val (gradients, value) = both.apply(it)
        GradAndValue(gradients[0], value)
    }
}
