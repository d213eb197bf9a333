package org.autograd.dsl

import org.autograd.Tensor
import org.autograd.TestTensors

/**
 * Four branches of nodes made by hand over four leaves: 200 nodes besides the leaves' own. The leaf
 * of branch i, counted from 1, gets i times the root's gradient.
 */
internal class Graph200 {
    /** Runs in each node, with its number in the order of the run. */
    @Volatile
    var onNode: (Int) -> Unit = {}

    @Volatile
    var started = Counter()

    /** The leaf that has no gradient yet. */
    private val none = matrix().requiresGrad_()

    /** The leaf that has one. */
    private val present = matrix().requiresGrad_()

    /** The leaf that is laid out by columns, as its gradient is. */
    private val strided = columns().requiresGrad_()

    /** The leaf under a tensor whose gradient is retained. */
    private val below = matrix().requiresGrad_()
    private val retained: Tensor

    /** What is differentiated. */
    val root: Tensor

    /** The gradient of the root. */
    val gradient: Tensor = matrix()

    private val leaves = listOf(none, present, strided, below)
    private val tensors: List<Tensor>

    init {
        retained = chain(below, 10)
        retained.retainGrad()
        tensors = leaves + retained
        val branches =
            arrayOf(chain(none, 50), chain(present, 50), chain(strided, 49), chain(retained, 39))
        val sum = withNoGrad { branches.map { it.detach() }.reduce { a, b -> a.add(b) } }
        val joined =
            TestTensors.recorded(
                sum,
                { grads ->
                    node()
                    Array(branches.size) { grads[0].mul(it + 1L) }
                },
                *branches,
            )
        root = chain(joined, 1)
    }

    private fun chain(
        from: Tensor,
        length: Int,
    ): Tensor {
        var y = from
        repeat(length) { y = y.tap { node() } }
        return y
    }

    private fun node() {
        onNode(started.next())
    }

    /** Another graph over the same leaves, one node on each. */
    fun second(): Tensor = join(*leaves.map { it.tap {} }.toTypedArray())

    /** Puts the gradients that were there before back. */
    fun reset() {
        started = Counter()
        onNode = {}
        none.grad = null
        present.grad = matrix()
        strided.grad = columns()
        below.grad = null
        retained.grad = matrix()
    }

    /** All gradients, bit by bit. */
    fun bits(): List<Bits> = tensors.map { Bits.of(it.grad) }

    /**
     * Tells whether the gradients are those from before plus those of one pass, in plain float
     * arithmetic.
     */
    fun holdsOnePass(): Boolean =
        listOf(
            null,
            matrix(),
            columns(),
            null,
            matrix(),
        ).zip(listOf(1, 2, 3, 4, 4)).zip(tensors).all { (expected, tensor) ->
            val (before, times) = expected
            val wanted = gradient.toFloatArray().map { it * times }
            val sum = before?.toFloatArray()?.zip(wanted) { a, b -> a + b } ?: wanted
            tensor.grad!!.toFloatArray().toList() == sum
        }

    private companion object {
        fun matrix(): Tensor =
            tensorOf(floatArrayOf(0.1f, 0.2f, 0.3f), floatArrayOf(-1f, 1e-7f, 7f))

        fun columns(): Tensor =
            tensorOf(floatArrayOf(0.3f, 1f), floatArrayOf(2f, 0.7f), floatArrayOf(4f, 5f)).t()
    }
}
