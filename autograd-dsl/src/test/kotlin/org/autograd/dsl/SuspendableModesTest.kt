package org.autograd.dsl

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.autograd.GradMode
import org.autograd.TestTensors
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import java.util.concurrent.ConcurrentLinkedQueue

class SuspendableModesTest {
    private val modes = mutableListOf<Boolean>()

    private fun note() {
        modes += GradMode.isEnabled()
    }

    @Test
    @Tag("MODE-05")
    fun sequenceBodySeesItsModeAndItsConsumerSeesItsOwn() {
        val body =
            sequence {
                repeat(3) {
                    note()
                    yield(it)
                }
                note()
            }.withNoGrad()
        for (element in body) {
            assertThat(GradMode.isEnabled()).isTrue()
        }
        assertThat(GradMode.isEnabled()).isTrue()
        assertThat(modes).containsExactly(false, false, false, false)
    }

    @Test
    @Tag("MODE-05")
    fun sequenceBodyKeepsTheModeItSetBeforeItYielded() {
        val body =
            sequence {
                GradMode.setGradEnabled(true)
                yield(1)
                yield(if (GradMode.isEnabled()) 2 else 3)
            }.withNoGrad()
        withNoGrad {
            val iterator = body.iterator()
            iterator.next()
            assertThat(GradMode.isEnabled()).isFalse()
            assertThat(iterator.next()).isEqualTo(2)
            assertThat(GradMode.isEnabled()).isFalse()
        }
        assertThat(
            sequence { yield(GradMode.isEnabled()) }
                .withGrad()
                .map {
                    it to
                        GradMode.isEnabled()
                }.first(),
        ).isEqualTo(true to true)
    }

    @Test
    @Tag("MODE-05")
    fun sequenceBodyThatThrowsLeavesItsConsumersMode() {
        val body =
            sequence {
                yield(1)
                error("thrown")
            }.withNoGrad()
        assertThatThrownBy { body.toList() }.hasMessage("thrown")
        assertThat(GradMode.isEnabled()).isTrue()
    }

    @Test
    @Tag("MODE-05")
    fun twoRunsOfOneSequenceDoNotShareAMode() {
        val body =
            sequence {
                yield(GradMode.isEnabled())
                GradMode.setGradEnabled(true)
                yield(GradMode.isEnabled())
            }.withNoGrad()
        assertThat(body.zip(body).toList()).containsExactly(false to false, true to true)
    }

    @Test
    @Tag("MODE-05")
    fun flowBodySeesItsModeAndItsCollectorSeesItsOwn() =
        runBlocking<Unit> {
            val body =
                flow {
                    repeat(3) {
                        note()
                        emit(it)
                        yield()
                    }
                    note()
                }
            body.withNoGrad().collect { assertThat(GradMode.isEnabled()).isTrue() }
            withContext(
                NoGrad,
            ) { body.withGrad().collect { assertThat(GradMode.isEnabled()).isFalse() } }
            assertThat(GradMode.isEnabled()).isTrue()
            assertThat(modes).containsExactly(false, false, false, false, true, true, true, true)
            assertThat(
                body
                    .take(1)
                    .withNoGrad()
                    .map { GradMode.isEnabled() }
                    .toList(),
            ).containsExactly(true)
            assertThat(GradMode.isEnabled()).isTrue()
        }

    @Test
    @Tag("MODE-05")
    fun flowBodyThatThrowsLeavesItsCollectorsMode() {
        assertThatThrownBy {
            runBlocking<Unit> {
                flow {
                    emit(1)
                    error("thrown")
                }.withNoGrad().collect { assertThat(GradMode.isEnabled()).isTrue() }
            }
        }.hasMessageContaining("thrown")
        assertThat(GradMode.isEnabled()).isTrue()
    }

    @Test
    @Tag("MODE-05")
    fun coroutineBodySeesItsModeAlsoWhenItIsCancelled() =
        runBlocking<Unit> {
            val body =
                launch(NoGrad) {
                    try {
                        note()
                        awaitCancellation()
                    } catch (e: CancellationException) {
                        note()
                        throw e
                    } finally {
                        note()
                    }
                }
            yield()
            assertThat(GradMode.isEnabled()).isTrue()
            body.cancelAndJoin()
            assertThat(GradMode.isEnabled()).isTrue()
            assertThat(modes).containsExactly(false, false, false)
        }

    @Test
    @Tag("ENG-14")
    fun modeOfTheCallerHoldsInNodesOnWorkerThreads() =
        runBlocking<Unit> {
            for (createGraph in listOf(false, true)) {
                val threads = ConcurrentLinkedQueue<Thread>()
                val seen = ConcurrentLinkedQueue<Boolean>()
                val x = TestTensors.leaf(1.0)

                fun branch() =
                    x.tap {
                        threads += Thread.currentThread()
                        seen += GradMode.isEnabled()
                    }
                val loss = join(branch(), branch(), branch())
                withContext(GradEnabled(!createGraph)) {
                    backward(loss, createGraph = createGraph, dispatcher = Dispatchers.Default)
                    assertThat(GradMode.isEnabled()).isEqualTo(!createGraph)
                }
                assertThat(seen).hasSize(3).containsOnly(createGraph)
                assertThat(threads).doesNotContain(Thread.currentThread())
            }
        }
}
