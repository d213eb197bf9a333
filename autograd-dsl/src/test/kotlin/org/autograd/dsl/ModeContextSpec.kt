package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.autograd.GradMode
import java.util.concurrent.Executors

class ModeContextSpec :
    FunSpec({
        fun <T> onThread(block: suspend (ExecutorCoroutineDispatcher) -> T): suspend () -> T =
            { Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { block(it) } }

        fun isEnabled() = GradMode.isEnabled()

        test("withContext switches the mode and restores it") {
            withContext(NoGrad) {
                isEnabled() shouldBe false
                withContext(EnableGrad) { isEnabled() shouldBe true }
                isEnabled() shouldBe false
                withContext(GradEnabled(true)) { isEnabled() shouldBe true }
            }
            isEnabled() shouldBe true
            shouldThrow<IllegalStateException> { withContext(NoGrad) { error("thrown") } }
            isEnabled() shouldBe true
        }

        test("a mode follows its coroutine across a suspension to another thread") {
            onThread { first ->
                onThread { second ->
                    withContext(first + NoGrad) {
                        val here = Thread.currentThread()
                        withContext(second) {
                            Thread.currentThread() shouldNotBe here
                            isEnabled() shouldBe false
                            yield()
                            isEnabled() shouldBe false
                        }
                        isEnabled() shouldBe false
                    }
                    withContext(first) { isEnabled() shouldBe true }
                    withContext(second) { isEnabled() shouldBe true }
                }()
            }()
        }

        test("a mode set inside by setGradEnabled follows its coroutine too, and stays inside") {
            onThread { first ->
                onThread { second ->
                    withContext(first + CurrentMode) {
                        GradMode.setGradEnabled(false)
                        withContext(second) {
                            isEnabled() shouldBe false
                            GradMode.setGradEnabled(true)
                        }
                        isEnabled() shouldBe true
                        GradMode.setGradEnabled(false)
                        yield()
                        isEnabled() shouldBe false
                        // The same thread and dispatcher: no suspension, but the context is entered
                        // once more.
                        withContext(CoroutineName("inner")) {
                            isEnabled() shouldBe false
                            yield()
                            isEnabled() shouldBe false
                            GradMode.setGradEnabled(true)
                        }
                        isEnabled() shouldBe true
                        GradMode.setGradEnabled(false)
                    }
                    withContext(first) { isEnabled() shouldBe true }
                    withContext(second) { isEnabled() shouldBe true }
                }()
            }()
        }

        test("coroutines that take turns on one thread never see each other's mode") {
            onThread { thread ->
                coroutineScope {
                    fun turns(
                        mode: ModeContext?,
                        expected: Boolean,
                    ) = launch(if (mode == null) thread else thread + mode) {
                        repeat(100) {
                            isEnabled() shouldBe expected
                            yield()
                        }
                    }
                    joinAll(
                        turns(NoGrad, false),
                        turns(EnableGrad, true),
                        turns(null, true),
                        turns(GradEnabled(false), false),
                    )
                    launch(thread + CurrentMode) {
                        repeat(100) {
                            GradMode.setGradEnabled(it % 2 == 0)
                            yield()
                            isEnabled() shouldBe (it % 2 == 0)
                        }
                        GradMode.setGradEnabled(false)
                    }
                    turns(null, true)
                    turns(EnableGrad, true)
                }
                withContext(thread) { isEnabled() shouldBe true }
            }()
        }

        test(
            "a coroutine resumed elsewhere at once keeps what it set just before",
        ) {
            coroutineScope {
                repeat(4) {
                    launch(Dispatchers.Default + CurrentMode) {
                        val ping = Channel<Unit>()
                        val partner = launch { for (unit in ping) yield() }
                        repeat(5_000) {
                            GradMode.setGradEnabled(it % 3 == 0)
                            ping.send(Unit)
                            isEnabled() shouldBe (it % 3 == 0)
                        }
                        partner.cancelAndJoin()
                    }
                }
            }
        }

        test(
            "children inherit the mode in force and keep changes to themselves",
        ) {
            withContext(NoGrad) {
                val child =
                    async {
                        val found = isEnabled()
                        GradMode.setGradEnabled(true)
                        yield()
                        found to isEnabled()
                    }
                child.await() shouldBe (false to true)
                isEnabled() shouldBe false
                GradMode.setGradEnabled(true)
                async { isEnabled() }.await() shouldBe true
                async(start = CoroutineStart.UNDISPATCHED) {
                    GradMode.setGradEnabled(false)
                    yield()
                    isEnabled()
                }.await() shouldBe false
                isEnabled() shouldBe true
                async(NoGrad) { isEnabled() }.await() shouldBe false
            }
        }

        test("one request serves many coroutines at once, and a scope that holds it") {
            val scope = CoroutineScope(Dispatchers.Default + NoGrad)
            val seen =
                List(8) {
                    scope.async {
                        val before = isEnabled()
                        GradMode.setGradEnabled(it % 2 == 0)
                        yield()
                        before to isEnabled()
                    }
                }
            seen.map { it.await() } shouldContainExactly List(8) { false to (it % 2 == 0) }
        }

        test(
            "a coroutine with a mode of its own keeps it when another resumes it on its own stack",
        ) {
            val events = mutableListOf<Boolean>()
            val channel = Channel<Unit>(Channel.UNLIMITED)
            coroutineScope {
                val listener =
                    launch(Dispatchers.Unconfined + EnableGrad) {
                        for (unit in channel) events += isEnabled()
                    }
                launch(NoGrad) {
                    channel.send(Unit)
                    isEnabled() shouldBe false
                    channel.close()
                }
                listener.join()
            }
            events shouldContainExactly listOf(true)
        }

        test("the mode is restored when the coroutine is cancelled") {
            onThread { thread ->
                coroutineScope {
                    val job =
                        launch(thread + NoGrad, CoroutineStart.UNDISPATCHED) { awaitCancellation() }
                    isEnabled() shouldBe true
                    job.cancelAndJoin()
                }
                withContext(thread) { isEnabled() shouldBe true }
            }()
            isEnabled() shouldBe true
        }
    })
