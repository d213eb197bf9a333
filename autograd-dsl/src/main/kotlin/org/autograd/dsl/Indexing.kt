package org.autograd.dsl

import org.autograd.Index
import org.autograd.Tensor

/** A whole dimension of an index: `x[all, 2]`. */
public val all: Index get() = Index.all()

/** All dimensions that the other parts of an index leave over: `x[ellipsis, 0]`. */
public val ellipsis: Index get() = Index.ellipsis()

/** A new dimension of size 1 in an index: `x[all, newAxis]`. */
public val newAxis: Index get() = Index.newAxis()

/** One position of an index of more than two parts; negative ones count from the end. */
public fun at(position: Int): Index = Index.at(position.toLong())

/**
 * The positions of a range in an index. They must be all negative, which counts from the end, or
 * none.
 *
 * @throws IllegalArgumentException if the range runs downwards, or from negative positions to
 *   others
 */
public fun at(positions: IntProgression): Index {
    if (positions.isEmpty()) {
        return Index.slice(0, 0)
    }
    require(positions.step > 0) {
        "an index range must run upwards, got $positions"
    }
    require(positions.first >= 0 || positions.last < 0) {
        "the index range $positions mixes positions counted from the end and from the start"
    }
    val end = if (positions.last == -1) Long.MAX_VALUE else positions.last + 1L
    return Index.slice(positions.first.toLong(), end, positions.step.toLong())
}

/**
 * The positions in an integer tensor, or those where a bool mask is true, in an index of several
 * parts.
 *
 * @throws org.autograd.AutogradException if the tensor is neither an integer nor a bool one
 */
public fun at(positions: Tensor): Index = Index.of(positions)

/**
 * A view of one position in each of the leading dimensions: `x[0]`, `x[i, -1]`.
 *
 * @throws org.autograd.AutogradException if a position does not exist
 */
public operator fun Tensor.get(vararg positions: Int): Tensor =
    get(*LongArray(positions.size) { positions[it].toLong() })

/** A view of some positions of the first dimension, `x[1..3]` and `x[0..<n step 2]`; see [at]. */
public operator fun Tensor.get(positions: IntProgression): Tensor = get(at(positions))

/**
 * A copy of the positions in an integer tensor, or of the elements where a bool mask is true: `x[x
 * gt 0]`.
 *
 * @throws org.autograd.AutogradException if the index does not fit
 */
public operator fun Tensor.get(index: Tensor): Tensor = get(Index.of(index))

/**
 * Writes one position of the leading dimensions in place: `x[0] = y`, `x[i, -1] = y`. The value is
 * broadcast.
 */
public operator fun Tensor.set(
    vararg positions: Int,
    value: Tensor,
): Unit = set(value, *positions.toIndex())

/** Writes a number to one position of the leading dimensions in place: `x[0] = 1.5`. */
public operator fun Tensor.set(
    vararg positions: Int,
    value: Number,
): Unit = put(value, *positions.toIndex())

/**
 * Writes one position of the leading dimensions in place: `x[0L] = y`. The value is broadcast.
 *
 * Kotlin also takes this form for `x[0] += y`, as the literal in it is a [Long] where it is read.
 */
public operator fun Tensor.set(
    vararg positions: Long,
    value: Tensor,
): Unit = set(value, *positions.toIndex())

/** Writes a number to one position of the leading dimensions in place: `x[0L] = 1.5`. */
public operator fun Tensor.set(
    vararg positions: Long,
    value: Number,
): Unit = put(value, *positions.toIndex())

/** Writes some positions of the first dimension in place: `x[1..3] = y`. The value is broadcast. */
public operator fun Tensor.set(
    positions: IntProgression,
    value: Tensor,
): Unit = set(value, at(positions))

/** Writes a number to some positions of the first dimension in place: `x[1..3] = 0`. */
public operator fun Tensor.set(
    positions: IntProgression,
    value: Number,
): Unit = put(value, at(positions))

/**
 * Writes the positions in an integer tensor, or where a bool mask is true, in place: `x[mask] = y`.
 * The value is broadcast.
 */
public operator fun Tensor.set(
    index: Tensor,
    value: Tensor,
): Unit = set(value, Index.of(index))

/**
 * Writes a number to the positions in an integer tensor, or where a bool mask is true, in place:
 * `x[x lt 0] = 0`.
 */
public operator fun Tensor.set(
    index: Tensor,
    value: Number,
): Unit = put(value, Index.of(index))

/**
 * Writes the part of this tensor that an index of any length takes in place: `x[all, at(2),
 * ellipsis] = y`.
 */
public operator fun Tensor.set(
    vararg index: Index,
    value: Tensor,
): Unit = set(value, *index)

/** Writes a number to the part of this tensor that an index of any length takes, in place. */
public operator fun Tensor.set(
    vararg index: Index,
    value: Number,
): Unit = put(value, *index)

private fun IntArray.toIndex(): Array<Index> = Array(size) { at(this[it]) }

private fun LongArray.toIndex(): Array<Index> = Array(size) { Index.at(this[it]) }

internal fun Tensor.put(
    value: Number,
    vararg index: Index,
): Unit = byKind(value, { set(it, *index) }, { set(it, *index) })
