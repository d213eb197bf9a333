package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import org.autograd.Autograd
import org.autograd.BackwardOptions
import org.autograd.Tensor
import org.autograd.TestTensors.leaf
import org.autograd.engine.CallingThreadScheduler
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds

private const val NODES = 200

class CancellationSpec :
    FunSpec({
        /** Cancels the pass at node [k], after [action]. */
        suspend fun cancelAt(
            graph: Graph200,
            k: Int,
            action: () -> Unit = {},
        ) = coroutineScope {
            val job =
                launch(Dispatchers.Default, CoroutineStart.LAZY) {
                    backward(graph.root, graph.gradient, retainGraph = true)
                }
            graph.onNode = {
                if (it == k) {
                    action()
                    job.cancel()
                }
            }
            job.join()
            withClue("cancelled at node $k") { job.isCancelled.shouldBeTrue() }
            job.children.none().shouldBeTrue()
        }

        suspend fun checkRepeated(
            graph: Graph200,
            k: Int,
        ) {
            graph.reset()
            backward(graph.root, graph.gradient, retainGraph = true)
            withClue("run again after a stop at node $k") {
                graph.started.value shouldBe NODES
                graph.holdsOnePass().shouldBeTrue()
            }
        }

        test("a pass cancelled at any node changes no gradient, and can be run again") {
            val graph = Graph200()
            for (k in 1..NODES) {
                graph.reset()
                val before = graph.bits()
                cancelAt(graph, k)
                val ran = graph.started.value
                withClue("cancelled at node $k") { graph.bits() shouldBe before }
                if (k % 20 == 0) Thread.sleep(5)
                graph.started.value shouldBe ran
                checkRepeated(graph, k)
            }
        }

        test("a pass that times out at any node changes no gradient, and can be run again") {
            val graph = Graph200()
            for (k in 1..NODES) {
                var timeout = 5.milliseconds
                var reached = false
                while (!reached) {
                    graph.reset()
                    val before = graph.bits()
                    shouldThrow<TimeoutCancellationException> {
                        withTimeout(timeout) {
                            val job = coroutineContext.job
                            graph.onNode = {
                                if (it == k) {
                                    reached = true
                                    while (job.isActive) Thread.sleep(1)
                                }
                            }
                            backward(graph.root, graph.gradient, retainGraph = true)
                        }
                    }
                    withClue("timed out at node $k") { graph.bits() shouldBe before }
                    timeout *= 2
                }
                checkRepeated(graph, k)
            }
        }

        test("a pass that fails at any node changes no gradient, and can be run again") {
            val graph = Graph200()
            for (k in 1..NODES) {
                graph.reset()
                val before = graph.bits()
                graph.onNode = { check(it != k) { "node $k" } }
                shouldThrow<IllegalStateException> {
                    backward(graph.root, graph.gradient, retainGraph = true)
                }.message shouldBe "node $k"
                graph.bits() shouldBe before
                checkRepeated(graph, k)
            }
        }

        test(
            "a second pass over the same leaves succeeds while the first is cancelled at any node",
        ) {
            val graph = Graph200()
            val second = graph.second()
            val retain = BackwardOptions.DEFAULT.withRetainGraph(true)

            fun runSecond() = Autograd.backward(listOf(second), listOf(graph.gradient), retain)
            graph.reset()
            runSecond()
            val expected = graph.bits()
            for (k in 1..NODES) {
                graph.reset()
                cancelAt(graph, k) { thread { runSecond() }.join() }
                withClue("cancelled at node $k") { graph.bits() shouldBe expected }
            }
            checkRepeated(graph, NODES)
        }

        test("two passes over the same leaves at once add both gradients") {
            repeat(200) {
                val x = leaf(1.0, 2.0)
                coroutineScope {
                    launch(Dispatchers.Default) { backward(x.tap {}, leaf(1.0, 10.0).detach()) }
                    launch(Dispatchers.Default) { backward(x.tap {}, leaf(2.0, 20.0).detach()) }
                }
                x.grad!!.values() shouldBe listOf(3.0, 30.0)
            }
        }

        test("a cancelled caller gets no pass at all") {
            val x = leaf(1.0)
            val ran = Counter()
            coroutineScope {
                launch {
                    coroutineContext.job.cancel()
                    backward(x.tap { ran.next() })
                }
            }
            ran.value shouldBe 0
            x.grad shouldBe null
        }

        for (scheduler in listOf(CallingThreadScheduler.INSTANCE, CoroutineScheduler())) {
            val name = scheduler.javaClass.simpleName

            fun chainOf100(
                from: Tensor,
                action: (Int) -> Unit,
            ): Tensor {
                val count = Counter()
                var y = from
                repeat(100) { y = y.tap { action(count.next()) } }
                return y
            }

            test(
                "a blocking pass inside a node is cancelled with the pass around it, under $name",
            ) {
                withScheduler(scheduler) {
                    val outer = leaf(1.0)
                    val inner = leaf(1.0)
                    val ran = Counter()
                    var cancel = {}
                    val innerRoot =
                        chainOf100(inner) {
                            ran.next()
                            if (it == 5) cancel()
                        }
                    val root = outer.tap { innerRoot.backward() }.tap {}
                    coroutineScope {
                        val job =
                            launch(Dispatchers.Default, CoroutineStart.LAZY) { backward(root) }
                        cancel = { job.cancel() }
                        job.start()
                    }
                    ran.value shouldBe 5
                    inner.grad shouldBe null
                    outer.grad shouldBe null
                }
            }

            test("a blocking pass inside a node stops when another node fails, under $name") {
                withScheduler(scheduler) {
                    val outer = leaf(1.0)
                    val inner = leaf(1.0)
                    val ran = Counter()
                    val inside = CountDownLatch(1)
                    val failing = CountDownLatch(1)
                    val innerRoot =
                        chainOf100(inner) {
                            ran.next()
                            inside.countDown()
                            failing.await(10, SECONDS)
                            Thread.sleep(if (it < 3) 30 else 0)
                        }
                    val bad =
                        outer.tap {
                            inside.await(10, SECONDS)
                            failing.countDown()
                            error("bad")
                        }
                    val root = join(bad, outer.tap { innerRoot.backward() })
                    val e = shouldThrow<IllegalStateException> { backward(root) }
                    e.message shouldBe "bad"
                    e.suppressed.size shouldBe 0
                    (ran.value <= 3).shouldBeTrue()
                    inner.grad shouldBe null
                }
            }
        }
    })
