package org.autograd.dsl

import org.autograd.Index
import org.autograd.Tensor

// Indices of two parts of different kinds; longer ones use at(...) for positions and ranges.

/** The part of the two leading dimensions that both indices take: `x[0, 1..3]`. */
public operator fun Tensor.get(
    first: Int,
    second: IntProgression,
): Tensor = get(at(first), at(second))

/** Writes the part that both indices take in place: `x[0, 1..3] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: Int,
    second: IntProgression,
    value: Tensor,
): Unit = set(value, at(first), at(second))

/** Writes a number to the part that both indices take in place: `x[0, 1..3] = 0`. */
public operator fun Tensor.set(
    first: Int,
    second: IntProgression,
    value: Number,
): Unit = put(value, at(first), at(second))

/** The part of the two leading dimensions that both indices take: `x[0, newAxis]`. */
public operator fun Tensor.get(
    first: Int,
    second: Index,
): Tensor = get(at(first), second)

/** Writes the part that both indices take in place: `x[0, newAxis] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: Int,
    second: Index,
    value: Tensor,
): Unit = set(value, at(first), second)

/** Writes a number to the part that both indices take in place: `x[0, newAxis] = 0`. */
public operator fun Tensor.set(
    first: Int,
    second: Index,
    value: Number,
): Unit = put(value, at(first), second)

/** The part of the two leading dimensions that both indices take: `x[1..3, 0]`. */
public operator fun Tensor.get(
    first: IntProgression,
    second: Int,
): Tensor = get(at(first), at(second))

/** Writes the part that both indices take in place: `x[1..3, 0] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: IntProgression,
    second: Int,
    value: Tensor,
): Unit = set(value, at(first), at(second))

/** Writes a number to the part that both indices take in place: `x[1..3, 0] = 0`. */
public operator fun Tensor.set(
    first: IntProgression,
    second: Int,
    value: Number,
): Unit = put(value, at(first), at(second))

/** The part of the two leading dimensions that both indices take: `x[0..1, 1..3]`. */
public operator fun Tensor.get(
    first: IntProgression,
    second: IntProgression,
): Tensor = get(at(first), at(second))

/** Writes the part that both indices take in place: `x[0..1, 1..3] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: IntProgression,
    second: IntProgression,
    value: Tensor,
): Unit = set(value, at(first), at(second))

/** Writes a number to the part that both indices take in place: `x[0..1, 1..3] = 0`. */
public operator fun Tensor.set(
    first: IntProgression,
    second: IntProgression,
    value: Number,
): Unit = put(value, at(first), at(second))

/** The part of the two leading dimensions that both indices take: `x[1..3, newAxis]`. */
public operator fun Tensor.get(
    first: IntProgression,
    second: Index,
): Tensor = get(at(first), second)

/**
 * Writes the part that both indices take in place: `x[1..3, newAxis] = y`. The value is broadcast.
 */
public operator fun Tensor.set(
    first: IntProgression,
    second: Index,
    value: Tensor,
): Unit = set(value, at(first), second)

/** Writes a number to the part that both indices take in place: `x[1..3, newAxis] = 0`. */
public operator fun Tensor.set(
    first: IntProgression,
    second: Index,
    value: Number,
): Unit = put(value, at(first), second)

/** The part of the two leading dimensions that both indices take: `x[all, 2]`. */
public operator fun Tensor.get(
    first: Index,
    second: Int,
): Tensor = get(first, at(second))

/** Writes the part that both indices take in place: `x[all, 2] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: Index,
    second: Int,
    value: Tensor,
): Unit = set(value, first, at(second))

/** Writes a number to the part that both indices take in place: `x[all, 2] = 0`. */
public operator fun Tensor.set(
    first: Index,
    second: Int,
    value: Number,
): Unit = put(value, first, at(second))

/** The part of the two leading dimensions that both indices take: `x[all, 1..3]`. */
public operator fun Tensor.get(
    first: Index,
    second: IntProgression,
): Tensor = get(first, at(second))

/** Writes the part that both indices take in place: `x[all, 1..3] = y`. The value is broadcast. */
public operator fun Tensor.set(
    first: Index,
    second: IntProgression,
    value: Tensor,
): Unit = set(value, first, at(second))

/** Writes a number to the part that both indices take in place: `x[all, 1..3] = 0`. */
public operator fun Tensor.set(
    first: Index,
    second: IntProgression,
    value: Number,
): Unit = put(value, first, at(second))
