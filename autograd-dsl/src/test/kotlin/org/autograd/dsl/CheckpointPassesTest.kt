package org.autograd.dsl

import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.autograd.CheckpointOptions
import org.autograd.DType
import org.autograd.Generator
import org.autograd.Tensor
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

/** Checkpoints whose blocks draw random numbers, in passes of several workers and in coroutines. */
class CheckpointPassesTest {
    /**
     * Sixteen checkpoints that draw four times each, of so many elements that several workers run them. Products and sums
     * have the same bits in any form of their loops.
     */
    private fun noisy(
        a: Tensor,
        options: CheckpointOptions,
    ): Tensor =
        (1..16)
            .map { k ->
                checkpoint(a.mul(k / 16.0), options) {
                    (1..4).fold(it) { t, _ -> t.mul(noise(N)).mul(it) }
                }.sum()
            }.reduce(Tensor::add)

    private fun noise(n: Long) = Tensor.rand(DType.FLOAT64, n)

    @Test
    @Tag("CKPT-10")
    fun checkpointsThatRecomputeAtOnceDrawTheirOwnNumbersAgain() {
        for (options in listOf(CheckpointOptions.NON_REENTRANT, CheckpointOptions.REENTRANT)) {
            val a = noise(N).requiresGrad_()
            val loss = noisy(a, options)
            loss.backward(retainGraph = true)
            val sequential = a.grad().toDoubleArray()
            val before = Generator.defaultGenerator().state()
            repeat(20) {
                a.setGrad(null)
                runBlocking { backward(loss, retainGraph = true, parallelism = 4) }
                a.grad().toDoubleArray() shouldBe sequential
            }
            Generator.defaultGenerator().state() shouldBe before
        }
    }

    @Test
    @Tag("CKPT-10")
    fun coroutinesThatCarryTheModeOfTheBlockDrawTheSameAgain() {
        val a = Tensor.of(2.0).requiresGrad_()
        val drawn = mutableListOf<List<Double>>()
        val y =
            checkpoint(a, CheckpointOptions.NON_REENTRANT) {
                val mask =
                    runBlocking(CurrentMode) {
                        noise(3).mul(withContext(Dispatchers.Default) { noise(3) })
                    }
                drawn += mask.toDoubleArray().toList()
                it.mul(mask).exp()
            }
        Tensor.rand(3)
        runBlocking { backward(y.sum()) }
        drawn shouldHaveSize 2
        drawn[1] shouldBe drawn[0]
    }

    private companion object {
        const val N = 4096L
    }
}
