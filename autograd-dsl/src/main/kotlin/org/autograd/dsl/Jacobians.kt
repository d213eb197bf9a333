package org.autograd.dsl

import org.autograd.Functional
import org.autograd.JacobianOptions
import org.autograd.Tensor
import org.autograd.TensorFunction

/**
 * Returns the jacobian, computed in reverse mode, as a function; its results behave as those of
 * [grad] do. It gives the output's shape followed by the argument's.
 *
 * ```
 * jacrev { x -> x * x }(tensorOf(1.0, 2.0)) // [[2, 0], [0, 4]]
 * ```
 *
 * @param vectorize whether rows are computed in batches instead of one by one
 * @param chunkSize the most rows in one batch, which bounds the memory needed; null for all
 */
public fun jacrev(
    f: (Tensor) -> Tensor,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor) -> Tensor {
    val jacobian = Functional.jacrev(listed(f), listOf(0), options(vectorize, chunkSize))
    return { jacobian.apply(listOf(it))[0][0] }
}

/** Same with the function last: `jacrev(chunkSize = 16) { x -> … }`. */
public fun jacrev(
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor) -> Tensor,
): (Tensor) -> Tensor = jacrev(block, vectorize, chunkSize)

/** Returns the jacobian with respect to one of two arguments, see [jacrev] of one. */
public fun jacrev(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor, Tensor) -> Tensor = two(reverse(listed(f), argnum, vectorize, chunkSize))

/** Same with the function last: `jacrev(argnum = 1) { x, y -> x * y }`. */
public fun jacrev(
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> Tensor = jacrev(block, argnum, vectorize, chunkSize)

/** Returns the jacobian with respect to one of three arguments, see [jacrev] of one. */
public fun jacrev(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor, Tensor, Tensor) -> Tensor = three(reverse(listed(f), argnum, vectorize, chunkSize))

/** Same with the function last. */
public fun jacrev(
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> Tensor = jacrev(block, argnum, vectorize, chunkSize)

/**
 * Returns the jacobian of several outputs with respect to some of the tensors in a list, see
 * [jacrev] of one. It gives tensors indexed by output and position in [argnums].
 *
 * @param argnums as for [grad] of a list
 */
public fun jacrev(
    f: TensorFunction,
    vararg argnums: Int,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (List<Tensor>) -> List<List<Tensor>> =
    Functional.jacrev(f, argnums.asList(), options(vectorize, chunkSize))::apply

/** Same with the function last: `jacrev(0, 1) { (x, y): List<Tensor> -> listOf(x * y, x + y) }`. */
public fun jacrev(
    vararg argnums: Int,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: TensorFunction,
): (List<Tensor>) -> List<List<Tensor>> =
    jacrev(block, *argnums, vectorize = vectorize, chunkSize = chunkSize)

/**
 * Same as [jacrev], computed in forward mode: cheaper if the argument has fewer elements than the
 * result.
 *
 * @param vectorize whether columns are computed in batches instead of one by one; tangents are batched
 *   then, values can be read as always
 * @param chunkSize the most columns in one batch, which bounds the memory needed; null for all
 */
public fun jacfwd(
    f: (Tensor) -> Tensor,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor) -> Tensor {
    val jacobian = Functional.jacfwd(listed(f), listOf(0), options(vectorize, chunkSize))
    return { jacobian.apply(listOf(it))[0][0] }
}

/** Same with the function last: `jacfwd(chunkSize = 16) { x -> … }`. */
public fun jacfwd(
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor) -> Tensor,
): (Tensor) -> Tensor = jacfwd(block, vectorize, chunkSize)

/** Returns the jacobian with respect to one of two arguments, see [jacfwd] of one. */
public fun jacfwd(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor, Tensor) -> Tensor = two(forward(listed(f), argnum, vectorize, chunkSize))

/** Same with the function last: `jacfwd(argnum = 1) { x, y -> x * y }`. */
public fun jacfwd(
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> Tensor = jacfwd(block, argnum, vectorize, chunkSize)

/** Returns the jacobian with respect to one of three arguments, see [jacfwd] of one. */
public fun jacfwd(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor, Tensor, Tensor) -> Tensor = three(forward(listed(f), argnum, vectorize, chunkSize))

/** Same with the function last. */
public fun jacfwd(
    argnum: Int = 0,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> Tensor = jacfwd(block, argnum, vectorize, chunkSize)

/** Same as [jacrev] of a list, computed in forward mode. */
public fun jacfwd(
    f: TensorFunction,
    vararg argnums: Int,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (List<Tensor>) -> List<List<Tensor>> =
    Functional.jacfwd(f, argnums.asList(), options(vectorize, chunkSize))::apply

/** Same with the function last. */
public fun jacfwd(
    vararg argnums: Int,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: TensorFunction,
): (List<Tensor>) -> List<List<Tensor>> =
    jacfwd(block, *argnums, vectorize = vectorize, chunkSize = chunkSize)

/**
 * Returns the second derivatives as a function: `jacfwd(jacrev(f))`. The result of [f] may have any
 * shape; this gives that shape followed by the argument's, twice.
 *
 * ```
 * hessian { x -> x.pow(3).sum() }(tensorOf(1.0, 2.0)) // [[6, 0], [0, 12]]
 * ```
 *
 * @param vectorize whether rows and columns are computed in batches instead of one by one; tangents
 *   and gradients are batched then, values can be read as always
 * @param chunkSize the most rows or columns in one batch; null for all
 */
public fun hessian(
    f: (Tensor) -> Tensor,
    vectorize: Boolean = true,
    chunkSize: Int? = null,
): (Tensor) -> Tensor = jacfwd(jacrev(f, vectorize, chunkSize), vectorize, chunkSize)

/** Same with the function last. */
public fun hessian(
    vectorize: Boolean = true,
    chunkSize: Int? = null,
    block: (Tensor) -> Tensor,
): (Tensor) -> Tensor = hessian(block, vectorize, chunkSize)

/**
 * Returns the second derivatives with respect to one of two arguments.
 *
 * @param argnum 0 or 1; negative numbers count from the end
 */
public fun hessian(
    f: (Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor) -> Tensor = jacfwd(jacrev(f, argnum), argnum)

/** Same with the function last. */
public fun hessian(
    argnum: Int = 0,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> Tensor = hessian(block, argnum)

/**
 * Returns the second derivatives with respect to one of three arguments.
 *
 * @param argnum 0, 1 or 2; negative numbers count from the end
 */
public fun hessian(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    argnum: Int = 0,
): (Tensor, Tensor, Tensor) -> Tensor = jacfwd(jacrev(f, argnum), argnum)

/** Same with the function last. */
public fun hessian(
    argnum: Int = 0,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> Tensor = hessian(block, argnum)

/**
 * Returns the second derivatives of a function whose result is one tensor with respect to some of
 * the tensors in a list. It gives tensors indexed by two positions in [argnums].
 *
 * @param argnums as for [grad] of a list
 */
public fun hessian(
    f: ScalarFunction,
    vararg argnums: Int,
): (List<Tensor>) -> List<List<Tensor>> {
    val hessian = Functional.hessian(listed(f), *argnums)
    return { hessian.apply(it)[0] }
}

/** Same with the function last: `hessian(0, 1) { (x, y): List<Tensor> -> (x * y).sum() }`. */
public fun hessian(
    vararg argnums: Int,
    block: ScalarFunction,
): (List<Tensor>) -> List<List<Tensor>> = hessian(block, *argnums)

private fun options(
    vectorize: Boolean,
    chunkSize: Int?,
): JacobianOptions = JacobianOptions.DEFAULT.withVectorize(vectorize).withChunkSize(chunkSize)

private fun reverse(
    f: TensorFunction,
    argnum: Int,
    vectorize: Boolean,
    chunkSize: Int?,
): (List<Tensor>) -> Tensor {
    val jacobian = Functional.jacrev(f, listOf(argnum), options(vectorize, chunkSize))
    return { jacobian.apply(it)[0][0] }
}

private fun forward(
    f: TensorFunction,
    argnum: Int,
    vectorize: Boolean,
    chunkSize: Int?,
): (List<Tensor>) -> Tensor {
    val jacobian = Functional.jacfwd(f, listOf(argnum), options(vectorize, chunkSize))
    return { jacobian.apply(it)[0][0] }
}
