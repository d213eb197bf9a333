package org.autograd.dsl

import org.autograd.Tensor

/** Makes a float32 vector of copied values. */
public fun tensorOf(vararg values: Float): Tensor = Tensor.of(*values)

/** Makes a float64 vector of copied values. */
public fun tensorOf(vararg values: Double): Tensor = Tensor.of(*values)

/** Makes an int32 vector of copied values. */
public fun tensorOf(vararg values: Int): Tensor = Tensor.of(*values)

/** Makes an int64 vector of copied values. */
public fun tensorOf(vararg values: Long): Tensor = Tensor.of(*values)

/** Makes a bool vector of copied values. */
public fun tensorOf(vararg values: Boolean): Tensor = Tensor.of(*values)

/**
 * Makes a float32 matrix of copied rows.
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun tensorOf(vararg rows: FloatArray): Tensor = Tensor.ofArray(rows)

/**
 * Makes a float64 matrix of copied rows.
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun tensorOf(vararg rows: DoubleArray): Tensor = Tensor.ofArray(rows)

/**
 * Makes an int32 matrix of copied rows.
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun tensorOf(vararg rows: IntArray): Tensor = Tensor.ofArray(rows)

/**
 * Makes an int64 matrix of copied rows.
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun tensorOf(vararg rows: LongArray): Tensor = Tensor.ofArray(rows)

/**
 * Makes a bool matrix of copied rows.
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun tensorOf(vararg rows: BooleanArray): Tensor = Tensor.ofArray(rows)

/**
 * Makes a tensor of three or more dimensions from copied nested arrays, such as
 * `tensorOf(arrayOf(floatArrayOf(1f), floatArrayOf(2f)))` for shape (1, 2, 1).
 *
 * @throws IllegalArgumentException if they are not nested arrays of one primitive type, or arrays
 *   beside each other differ in length
 */
public fun <T> tensorOf(vararg nested: Array<T>): Tensor = Tensor.ofArray(nested)

/**
 * Views this array as a float32 tensor in row-major order, without a copy: changes of one are seen
 * in the other, but not by the tensor's version counter.
 *
 * @param sizes none for a vector
 * @throws IllegalArgumentException if the array's length does not fit the sizes
 */
public fun FloatArray.asTensor(vararg sizes: Int): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *longs(sizes))

/** Views this array as a vector without a copy. */
public fun FloatArray.asTensor(): Tensor = Tensor.wrap(this)

/** Same with sizes as [Long]. */
public fun FloatArray.asTensor(vararg sizes: Long): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *sizes)

/** Views this array as a float64 tensor without a copy, see [FloatArray.asTensor]. */
public fun DoubleArray.asTensor(vararg sizes: Int): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *longs(sizes))

/** Views this array as a vector without a copy. */
public fun DoubleArray.asTensor(): Tensor = Tensor.wrap(this)

/** Same with sizes as [Long]. */
public fun DoubleArray.asTensor(vararg sizes: Long): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *sizes)

/** Views this array as an int32 tensor without a copy, see [FloatArray.asTensor]. */
public fun IntArray.asTensor(vararg sizes: Int): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *longs(sizes))

/** Views this array as a vector without a copy. */
public fun IntArray.asTensor(): Tensor = Tensor.wrap(this)

/** Same with sizes as [Long]. */
public fun IntArray.asTensor(vararg sizes: Long): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *sizes)

/** Views this array as an int64 tensor without a copy, see [FloatArray.asTensor]. */
public fun LongArray.asTensor(vararg sizes: Int): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *longs(sizes))

/** Views this array as a vector without a copy. */
public fun LongArray.asTensor(): Tensor = Tensor.wrap(this)

/** Same with sizes as [Long]. */
public fun LongArray.asTensor(vararg sizes: Long): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *sizes)

/**
 * Views this array as a uint8 tensor without a copy, its bytes taken as unsigned; see
 * [FloatArray.asTensor].
 */
public fun ByteArray.asTensor(vararg sizes: Int): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *longs(sizes))

/** Views this array as a vector without a copy. */
public fun ByteArray.asTensor(): Tensor = Tensor.wrap(this)

/** Same with sizes as [Long]. */
public fun ByteArray.asTensor(vararg sizes: Long): Tensor =
    if (sizes.isEmpty()) asTensor() else Tensor.wrap(this, *sizes)

/** Sizes or positions as the core takes them. */
internal fun longs(ints: IntArray): LongArray = LongArray(ints.size) { ints[it].toLong() }
