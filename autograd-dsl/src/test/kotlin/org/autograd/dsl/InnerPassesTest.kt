package org.autograd.dsl

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.autograd.GradMode
import org.autograd.Tensor
import org.autograd.TestTensors.leaf
import org.autograd.engine.Engine
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import java.util.concurrent.CancellationException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicReference

@Timeout(60)
class InnerPassesTest {
    private val innerRuns = CountDownLatch(1)
    private val innerEnd = AtomicReference<Any>("did not run")
    private val parameter = leaf(1.0)
    private val outerLeaf = leaf(1.0)

    private fun blocking(loss: Tensor) =
        withScheduler(CoroutineScheduler(Dispatchers.Default, 2)) { loss.backward() }

    private fun suspending(loss: Tensor) = runBlocking { backward(loss, parallelism = 2) }

    /** Called inside of the inner pass: goes on once the outer one is known to have failed. */
    private fun awaitFailure() {
        innerRuns.countDown()
        val inner = Engine.current()
        while (true) {
            try {
                inner.checkCancelled()
            } catch (_: CancellationException) {
                return
            }
            Thread.sleep(1)
        }
    }

    /** Two branches at once: one runs the inner pass in a node, the other fails when that is running. */
    private fun check(
        outer: (Tensor) -> Unit,
        inner: () -> Tensor,
    ) {
        val within =
            outerLeaf.tap {
                try {
                    GradMode.enableGrad<Tensor>(inner).backward()
                    innerEnd.set("finished")
                } catch (e: CancellationException) {
                    innerEnd.set(e)
                    throw e
                }
            }
        val failing =
            outerLeaf.tap {
                check(innerRuns.await(10, SECONDS))
                throw IllegalStateException("planned")
            }
        assertThatThrownBy { outer(join(within, failing)) }
            .isInstanceOf(IllegalStateException::class.java)
            .hasMessage("planned")
        assertThat(innerEnd.get()).isInstanceOf(CancellationException::class.java)
        assertThat(parameter.grad).isNull()
        assertThat(outerLeaf.grad).isNull()
        outer(parameter * 2.0)
        assertThat(parameter.grad!!.values()).containsExactly(2.0)
    }

    private fun failsBetweenNodes() = (parameter * 2.0).tap { awaitFailure() }

    private fun failsInTheLastNode(): Tensor {
        val handle = AtomicReference<AutoCloseable>()
        handle.set(
            parameter.registerHook {
                handle.get().close()
                awaitFailure()
                null
            },
        )
        return parameter * 2.0
    }

    @Test
    @Tag("ENG-10")
    fun innerPassStopsBetweenNodesWhenTheBlockingOuterOneFails() =
        check(::blocking, ::failsBetweenNodes)

    @Test
    @Tag("ENG-10")
    fun innerPassStopsBetweenNodesWhenTheSuspendingOuterOneFails() =
        check(::suspending, ::failsBetweenNodes)

    @Test
    @Tag("ENG-10")
    fun innerPassThatHasRunStoresNothingWhenTheBlockingOuterOneHasFailed() =
        check(::blocking, ::failsInTheLastNode)

    @Test
    @Tag("ENG-10")
    fun innerPassThatHasRunStoresNothingWhenTheSuspendingOuterOneHasFailed() =
        check(::suspending, ::failsInTheLastNode)
}
