@file:Suppress("ktlint:standard:function-naming")

package org.autograd.dsl

import org.autograd.DType
import org.autograd.Generator
import org.autograd.Tensor
import org.autograd.TensorOptions

// The factories with sizes as Int, which Kotlin does not widen to Long, and options by name.

/** Makes a tensor of zeros; see [Tensor.zeros]. */
public fun zeros(
    vararg sizes: Int,
    dtype: DType = DType.FLOAT32,
    requiresGrad: Boolean = false,
): Tensor = Tensor.zeros(options(dtype, requiresGrad), *longs(sizes))

/** Makes a tensor of ones; see [Tensor.ones]. */
public fun ones(
    vararg sizes: Int,
    dtype: DType = DType.FLOAT32,
    requiresGrad: Boolean = false,
): Tensor = Tensor.ones(options(dtype, requiresGrad), *longs(sizes))

/** Makes a tensor of elements that are not stated (on the CPU: zeros); see [Tensor.empty]. */
public fun empty(
    vararg sizes: Int,
    dtype: DType = DType.FLOAT32,
    requiresGrad: Boolean = false,
): Tensor = Tensor.empty(options(dtype, requiresGrad), *longs(sizes))

/** Makes a tensor of one value, float32 for a fraction and int64 for a whole number; see [Tensor.full]. */
public fun full(
    vararg sizes: Int,
    value: Number,
): Tensor = byKind(value, { Tensor.full(longs(sizes), it) }, { Tensor.full(longs(sizes), it) })

/** Makes a tensor of one value; see [Tensor.full]. */
public fun full(
    vararg sizes: Int,
    value: Number,
    dtype: DType,
    requiresGrad: Boolean = false,
): Tensor {
    val options = options(dtype, requiresGrad)
    return byKind(
        value,
        { Tensor.full(options, longs(sizes), it) },
        { Tensor.full(options, longs(sizes), it) },
    )
}

/** Makes a tensor of numbers drawn evenly from 0 up to 1; see [Tensor.rand]. */
public fun rand(
    vararg sizes: Int,
    dtype: DType = DType.FLOAT32,
    requiresGrad: Boolean = false,
    generator: Generator? = null,
): Tensor {
    val options = options(dtype, requiresGrad)
    return if (generator == null) {
        Tensor.rand(options, *longs(sizes))
    } else {
        Tensor.rand(generator, options, *longs(sizes))
    }
}

/** Makes a tensor of numbers drawn from the standard normal distribution; see [Tensor.randn]. */
public fun randn(
    vararg sizes: Int,
    dtype: DType = DType.FLOAT32,
    requiresGrad: Boolean = false,
    generator: Generator? = null,
): Tensor {
    val options = options(dtype, requiresGrad)
    return if (generator == null) {
        Tensor.randn(options, *longs(sizes))
    } else {
        Tensor.randn(generator, options, *longs(sizes))
    }
}

/** Makes an int64 tensor of numbers drawn from [low] up to before [high]; see [Tensor.randint]. */
public fun randint(
    low: Int,
    high: Int,
    vararg sizes: Int,
): Tensor = Tensor.randint(low.toLong(), high.toLong(), *longs(sizes))

/** Makes the numbers from 0 up to before [n] in random order; see [Tensor.randperm]. */
public fun randperm(n: Int): Tensor = Tensor.randperm(n.toLong())

/** Makes a matrix with ones on the diagonal; see [Tensor.eye]. */
public fun eye(
    n: Int,
    m: Int = n,
    dtype: DType = DType.FLOAT32,
): Tensor = Tensor.eye(TensorOptions.of(dtype), n.toLong(), m.toLong())

/** Makes the int64 vector 0, 1, … before [end]; see [Tensor.arange]. */
public fun arange(end: Int): Tensor = Tensor.arange(end.toLong())

/** Makes the int64 vector [start], [start] + [step], … before [end]; see [Tensor.arange]. */
public fun arange(
    start: Int,
    end: Int,
    step: Int = 1,
): Tensor = Tensor.arange(start.toLong(), end.toLong(), step.toLong())

/** Makes a float32 vector of evenly spaced numbers, both ends included; see [Tensor.linspace]. */
public fun linspace(
    start: Double,
    end: Double,
    steps: Int,
): Tensor = Tensor.linspace(start, end, steps.toLong())

/** Changes the shape of this tensor in place; see [Tensor.resize_]. */
public fun Tensor.resize_(vararg sizes: Int): Tensor = resize_(*longs(sizes))

/** Makes this tensor a view of other sizes and strides in place; see [Tensor.asStrided_]. */
public fun Tensor.asStrided_(
    size: IntArray,
    stride: IntArray,
    storageOffset: Int,
): Tensor = asStrided_(longs(size), longs(stride), storageOffset.toLong())

private fun options(
    dtype: DType,
    requiresGrad: Boolean,
): TensorOptions = TensorOptions.of(dtype).withRequiresGrad(requiresGrad)
