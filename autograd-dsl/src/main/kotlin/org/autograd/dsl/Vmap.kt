package org.autograd.dsl

import org.autograd.Randomness
import org.autograd.Tensor
import org.autograd.TensorFunction
import org.autograd.Vmap
import org.autograd.VmapOptions

/**
 * Maps a function over a batch: it is written for one element, its operators compute all of them at
 * once. See [Vmap].
 *
 * ```
 * val gradients = vmap(grad(loss))(samples) // one for each row
 * ```
 *
 * @param inDims the dimension of the argument that is the batch; negative ones count from the end
 * @param outDims the dimension in which the result has it; null for a result that must be the same
 *   for all elements
 * @param randomness what random operators and factories draw for the elements of the batch
 * @param chunkSize how many elements are computed at once; null for all
 * @return throws [IllegalArgumentException] if dimensions do not fit, and
 *   [org.autograd.AutogradException] if the function does what is not possible for a batch
 */
public fun vmap(
    f: (Tensor) -> Tensor,
    inDims: Int = 0,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
): (Tensor) -> Tensor {
    val mapped = mapped(listed(f), listOf(inDims), outDims, randomness, chunkSize)
    return { mapped(listOf(it)) }
}

/** Same with the function last: `vmap(inDims = 1) { x -> x.sum() }`. */
public fun vmap(
    inDims: Int = 0,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
    block: (Tensor) -> Tensor,
): (Tensor) -> Tensor = vmap(block, inDims, outDims, randomness, chunkSize)

/**
 * Maps a function of two arguments, see [vmap] of one.
 *
 * @param inDims for each argument the dimension that is the batch; a null entry for one that is the
 *   same for all elements; null for dimension 0 of both
 */
public fun vmap(
    f: (Tensor, Tensor) -> Tensor,
    inDims: List<Int?>? = null,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
): (Tensor, Tensor) -> Tensor = two(mapped(listed(f), inDims, outDims, randomness, chunkSize))

/** Same with the function last: `vmap(inDims = listOf(null, 0)) { w, x -> w.mv(x) }`. */
public fun vmap(
    inDims: List<Int?>? = null,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
    block: (Tensor, Tensor) -> Tensor,
): (Tensor, Tensor) -> Tensor = vmap(block, inDims, outDims, randomness, chunkSize)

/** Maps a function of three arguments, see [vmap] of two. */
public fun vmap(
    f: (Tensor, Tensor, Tensor) -> Tensor,
    inDims: List<Int?>? = null,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
): (Tensor, Tensor, Tensor) -> Tensor =
    three(mapped(listed(f), inDims, outDims, randomness, chunkSize))

/** Same with the function last. */
public fun vmap(
    inDims: List<Int?>? = null,
    outDims: Int? = 0,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
    block: (Tensor, Tensor, Tensor) -> Tensor,
): (Tensor, Tensor, Tensor) -> Tensor = vmap(block, inDims, outDims, randomness, chunkSize)

/**
 * Maps a function of several tensors with several results, see [vmap] of one.
 *
 * @param inDims for each tensor the dimension that is the batch; a null entry for one that is the
 *   same for all elements; null for dimension 0 of all
 * @param outDims for each result the dimension in which it has the batch; a null entry for one that
 *   must be the same for all elements; null for dimension 0 of all
 */
public fun vmap(
    f: TensorFunction,
    inDims: List<Int?>? = null,
    outDims: List<Int?>? = null,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
): (List<Tensor>) -> List<Tensor> =
    Vmap.vmapAll(f, VmapOptions(inDims, outDims, randomness, chunkSize))::apply

/** Same with the function last: `vmap { (x, y): List<Tensor> -> listOf(x * y, x + y) }`. */
public fun vmap(
    inDims: List<Int?>? = null,
    outDims: List<Int?>? = null,
    randomness: Randomness = Randomness.ERROR,
    chunkSize: Int? = null,
    block: TensorFunction,
): (List<Tensor>) -> List<Tensor> = vmap(block, inDims, outDims, randomness, chunkSize)

private fun mapped(
    f: TensorFunction,
    inDims: List<Int?>?,
    outDims: Int?,
    randomness: Randomness,
    chunkSize: Int?,
): (List<Tensor>) -> Tensor {
    val mapped = Vmap.vmapAll(f, VmapOptions(inDims, listOf(outDims), randomness, chunkSize))
    return { mapped.apply(it)[0] }
}
