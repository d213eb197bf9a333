package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import org.autograd.Autograd
import org.autograd.Tensor
import org.autograd.TestTensors.leaf
import org.autograd.engine.BackwardScheduler
import org.autograd.engine.CallingThreadScheduler
import org.autograd.engine.Engine
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS

class ParallelSpec :
    FunSpec({
        /**
         * The same pass as a blocking and as a suspending call, each on at most so many workers.
         */
        fun ways(parallelism: Int): Map<String, suspend (Tensor) -> Unit> =
            mapOf(
                "blocking" to {
                    withScheduler(
                        CoroutineScheduler(Dispatchers.Default, parallelism),
                    ) { it.backward() }
                },
                "suspending" to { backward(it, parallelism = parallelism) },
            )

        for ((way, run) in ways(2)) {
            test("$way: two independent branches run at once") {
                val x = leaf(1.0)
                val both = CountDownLatch(2)
                val met = ConcurrentHashMap.newKeySet<Thread>()

                fun branch() =
                    x
                        .tap {}
                        .tap {
                            both.countDown()
                            if (both.await(10, SECONDS)) met += Thread.currentThread()
                        }.tap {}
                run(join(branch(), branch()))
                met shouldHaveSize 2
                x.grad!!.values() shouldBe listOf(2.0)
            }

            test(
                "$way: branches of small nodes run at once where they meet user code",
            ) {
                val x = leaf(1.0)
                val both = CyclicBarrier(2)

                fun branch() = (x * 2.0).tap { both.await(10, SECONDS) } * 3.0 + 1.0
                run(branch() + branch())
                x.grad!!.values() shouldBe listOf(12.0)
            }

            test("$way: the first failing node cancels the others, and nothing is left running") {
                val x = leaf(1.0)
                val failing = IllegalStateException("first")
                val started = CountDownLatch(1)
                val failed = CountDownLatch(1)
                val after = Counter()
                val bad =
                    x.tap {
                        started.await(10, SECONDS)
                        failed.countDown()
                        throw failing
                    }
                var other = x
                repeat(50) { other = other.tap { after.next() } }
                other =
                    other.tap {
                        started.countDown()
                        failed.await(10, SECONDS)
                        Thread.sleep(50)
                    }
                val before = x.grad
                shouldThrow<IllegalStateException> { run(join(bad, other)) } shouldBeSameInstanceAs
                    failing
                after.value shouldBe 0
                Thread.sleep(20)
                after.value shouldBe 0
                x.grad shouldBe before
                currentCoroutineContext()
                    .job.children
                    .toList()
                    .shouldBeEmpty()
            }

            test("$way: what other branches throw is suppressed in the first failure") {
                val x = leaf(1.0)
                val both = CyclicBarrier(2)

                fun branch(name: String) =
                    x.tap {
                        both.await(10, SECONDS)
                        error(name)
                    }
                val e = shouldThrow<IllegalStateException> { run(join(branch("a"), branch("b"))) }
                (listOf(e) + e.suppressed).map { it.message }.sortedBy { it } shouldContainExactly
                    listOf("a", "b")
            }

            test("$way: a cancellation thrown by a node is a failure like any other") {
                val x = leaf(1.0)
                val bad =
                    x.tap {
                        throw java.util.concurrent.CancellationException(
                            "from a future",
                        )
                    }
                shouldThrow<java.util.concurrent.CancellationException> {
                    run(join(bad, x.tap {}))
                }.message shouldBe
                    "from a future"
                x.grad shouldBe null
            }

            test("$way: a graph of 100,000 nodes in two branches") {
                val x = leaf(1.0)

                fun branch(): Tensor {
                    var y = x
                    repeat(50_000) { y = y + 1.0 }
                    return y
                }
                run(branch() + branch())
                x.grad!!.values() shouldBe listOf(2.0)
            }
        }

        for (parallelism in 2..4) {
            for ((way, run) in ways(parallelism)) {
                test("$way: workers that come and go on $parallelism threads lose no node") {
                    repeat(40) {
                        val x = leaf(1.0)
                        var previous = x
                        var current = x
                        repeat(3_000) {
                            val next = current + previous * 0.0
                            previous = current
                            current = next
                        }
                        run(current)
                        x.grad!!.values() shouldBe listOf(1.0)
                    }
                }
            }
        }

        for ((way, run) in ways(1)) {
            test("$way: one worker runs everything on one thread") {
                val x = leaf(1.0)
                val threads = ConcurrentHashMap.newKeySet<Thread>()

                fun branch() = x.tap { threads += Thread.currentThread() }
                run(join(branch(), branch(), branch()))
                threads shouldHaveSize 1
                x.grad!!.values() shouldBe listOf(3.0)
            }
        }

        test("passes inside nodes need no free thread of the dispatcher") {
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
                withScheduler(CoroutineScheduler(single, 4)) {
                    val x = leaf(1.0)
                    val inner = leaf(2.0)

                    fun branch() =
                        x.tap { Autograd.backward(join(inner.tap {}, inner.tap {}, inner.tap {})) }
                    Autograd.backward(join(branch(), branch(), branch()))
                    x.grad!!.values() shouldBe listOf(3.0)
                    inner.grad!!.values() shouldBe listOf(9.0)
                }
                val y = leaf(1.0)
                backward(join(y.tap {}, y.tap {}), dispatcher = single)
                y.grad!!.values() shouldBe listOf(2.0)
            }
        }

        test("a pass works on any dispatcher, and stays off the caller's thread") {
            Executors.newFixedThreadPool(3).asCoroutineDispatcher().use { pool ->
                for (dispatcher in listOf(
                    pool,
                    Dispatchers.IO,
                    Dispatchers.Default.limitedParallelism(1),
                )) {
                    val x = leaf(1.0)
                    val threads = ConcurrentHashMap.newKeySet<Thread>()
                    backward(
                        join(x.tap { threads += Thread.currentThread() }, x.tap {}),
                        dispatcher = dispatcher,
                    )
                    threads shouldHaveSize 1
                    x.grad!!.values() shouldBe listOf(2.0)
                }
            }
            val x = leaf(1.0)
            backward(join(x.tap {}, x.tap {}), dispatcher = Dispatchers.Unconfined)
            x.grad!!.values() shouldBe listOf(2.0)
        }
    })

/** Runs a block while blocking passes use a scheduler. */
internal inline fun <T> withScheduler(
    scheduler: BackwardScheduler,
    block: () -> T,
): T {
    Engine.scheduler(scheduler)
    try {
        return block()
    } finally {
        Engine.scheduler(CallingThreadScheduler.INSTANCE)
    }
}
