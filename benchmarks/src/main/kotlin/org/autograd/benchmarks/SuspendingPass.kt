package org.autograd.benchmarks

import kotlinx.coroutines.runBlocking
import org.autograd.Tensor
import org.autograd.dsl.backward

/**
 * The suspending backward, from a coroutine of its own for each pass.
 *
 * @param workers how many nodes run at once at most
 */
public class SuspendingPass(
    private val workers: Int,
) : Pass {
    override fun backward(
        loss: Tensor,
        retain: Boolean,
    ): Unit =
        runBlocking {
            backward(loss, retainGraph = retain, parallelism = workers)
        }
}
