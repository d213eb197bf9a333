package org.autograd.dsl

import org.autograd.DType
import org.autograd.GradMode
import org.autograd.Tensor
import org.autograd.TestTensors
import java.util.concurrent.atomic.AtomicInteger

/** Runs [action] in the backward of an identity. */
internal fun Tensor.tap(action: () -> Unit): Tensor = TestTensors.tap(this, action)

/** Joins several tensors of one shape by a node that hands its gradient to all of them. */
internal fun join(vararg branches: Tensor): Tensor {
    val sum = withNoGrad { branches.map { it.detach() }.reduce { a, b -> a.add(b) } }
    return TestTensors.recorded(sum, { grads -> Array(branches.size) { grads[0] } }, *branches)
}

/** Multiplies by a number in a node made by hand. */
internal fun Tensor.scaled(factor: Double): Tensor {
    val result = withNoGrad { detach().mul(factor) }
    return TestTensors.recorded(
        result,
        { grads -> arrayOf(withNoGrad { grads[0].mul(factor) }) },
        this,
    )
}

internal fun Tensor.values(): List<Double> =
    GradMode
        .noGrad<DoubleArray> {
            detach().to(DType.FLOAT64).toDoubleArray()
        }.toList()

/** The bits and the layout of a gradient, or that there is none. */
internal data class Bits(
    val values: List<Int>?,
    val strides: List<Long>?,
) {
    companion object {
        fun of(t: Tensor?) = Bits(t?.toFloatArray()?.map { it.toRawBits() }, t?.strides()?.toList())
    }
}

/** Counts the nodes that have started. */
internal class Counter {
    private val count = AtomicInteger()
    val value: Int get() = count.get()

    fun next(): Int = count.incrementAndGet()
}
