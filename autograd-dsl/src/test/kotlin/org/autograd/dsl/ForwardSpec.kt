package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.autograd.AutogradException
import org.autograd.ForwardAD
import org.autograd.Tensor
import java.util.concurrent.Executors
import kotlin.math.cos
import kotlin.math.sin
import kotlin.time.Duration.Companion.milliseconds

class ForwardSpec :
    FunSpec({
        fun numbers(t: Tensor?) = t!!.toDoubleArray().toList()

        fun noLevelIsOpen() =
            shouldThrow<AutogradException> { ForwardAD.exitDualLevel() }.message shouldContain
                "no level is open"

        test("a dual carries its tangent through operators") {
            // (x²)' = 2x along v.
            val tangent =
                dualLevel {
                    index shouldBe 0
                    val x = makeDual(tensorOf(2.0, -3.0), tensorOf(1.0, 0.5))
                    val (primal, tangent) = unpackDual(x * x)
                    numbers(primal) shouldContainExactly listOf(4.0, 9.0)
                    tangent
                }
            numbers(tangent) shouldContainExactly listOf(4.0, -3.0)
        }

        test("tangent and primal are properties inside the level") {
            dualLevel {
                val x = makeDual(tensorOf(2.0), tensorOf(3.0))
                numbers(x.tangent) shouldContainExactly listOf(3.0)
                x.primal.tangent.shouldBeNull()
                numbers(x.primal) shouldContainExactly listOf(2.0)
                tensorOf(1.0).tangent.shouldBeNull()
            }
        }

        test("a dual that escapes has no tangent any more, nor does its scope find another's") {
            val scope: DualScope
            val escaped =
                dualLevel {
                    scope = this
                    makeDual(tensorOf(2.0), tensorOf(1.0)).sin()
                }
            numbers(escaped) shouldContainExactly listOf(sin(2.0))
            noLevelIsOpen()
            shouldThrow<AutogradException> { scope.unpackDual(escaped) }.message shouldContain
                "not open here"
            dualLevel {
                escaped.tangent.shouldBeNull()
                // Another level with the same index is another level.
                index shouldBe 0
                shouldThrow<AutogradException> { scope.makeDual(escaped, escaped) }
            }
        }

        test("levels nest, and give second derivatives") {
            // x³ at 2: 12 along the outer direction, and (3x²)' = 6x along both.
            dualLevel outer@{
                val x = makeDual(tensorOf(2.0), tensorOf(1.0))
                val slope =
                    dualLevel {
                        index shouldBe 1
                        val y = makeDual(x, tensorOf(1.0)).pow(3)
                        numbers(this@outer.unpackDual(y).tangent()) shouldContainExactly
                            listOf(12.0)
                        y.tangent!!
                    }
                numbers(slope) shouldContainExactly listOf(12.0)
                numbers(slope.tangent) shouldContainExactly listOf(12.0)
            }
        }

        test("a level ends when its block throws, and what it threw is thrown") {
            shouldThrow<IllegalStateException> { dualLevel { error("thrown") } }.message shouldBe
                "thrown"
            noLevelIsOpen()
            shouldThrow<IllegalStateException> {
                withDualLevel {
                    error(
                        "thrown",
                    )
                }
            }.message shouldBe
                "thrown"
            noLevelIsOpen()
            withContext(CurrentMode) {
                // Caught here: what crosses withContext may be a copy without what was suppressed.
                shouldThrow<IllegalStateException> {
                    dualLevel<Unit> {
                        ForwardAD.enterDualLevel()
                        error("thrown")
                    }
                }.suppressed.single().message shouldContain "not the innermost"
            }
        }

        test("operators can be told not to pass tangents on") {
            dualLevel {
                val x = makeDual(tensorOf(2.0), tensorOf(1.0))
                withForwardGradEnabled(false) { x * x }.tangent.shouldBeNull()
                numbers((x * x).tangent) shouldContainExactly listOf(4.0)
            }
            withDualLevel {
                val x = makeDual(tensorOf(2.0), tensorOf(1.0))
                withContext(ForwardGradEnabled(false)) {
                    yield()
                    (x * x).tangent.shouldBeNull()
                    withContext(ForwardGradEnabled(true)) { numbers((x * x).tangent) } shouldBe
                        listOf(4.0)
                }
            }
        }

        test("a level follows its coroutine from thread to thread, and only it") {
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { first ->
                Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { second ->
                    withContext(first) {
                        val here = Thread.currentThread()
                        withDualLevel {
                            val x = makeDual(tensorOf(1.0), tensorOf(2.0))
                            val y =
                                withContext(second) {
                                    Thread.currentThread() shouldNotBe here
                                    x.sin().also { yield() }
                                }
                            Thread.currentThread() shouldBe here
                            numbers(y.tangent).single() shouldBe (2 * cos(1.0) plusOrMinus 1e-15)
                            // What runs on the two threads meanwhile is outside.
                            second.executor.execute { noLevelIsOpen() }
                        }
                        noLevelIsOpen()
                    }
                    withContext(second) { noLevelIsOpen() }
                }
            }
        }

        test("many hops on a pool keep the tangent") {
            // A level for each of eight coroutines at once, each with a tangent of its own.
            val slopes =
                coroutineScope {
                    List(8) { i ->
                        async(Dispatchers.Default) {
                            withDualLevel {
                                var y = makeDual(tensorOf(1.0), tensorOf(i.toDouble()))
                                repeat(50) {
                                    y = withContext(Dispatchers.IO) { y + y.primal }
                                    yield()
                                    withContext(Dispatchers.Default) { y = y * 0.5 }
                                    delay(0.milliseconds)
                                    y = 2 * y - y.primal
                                }
                                numbers(y.tangent).single()
                            }
                        }
                    }.awaitAll()
                }
            // Each turn: (y + p)/2 halves the tangent, times two gives it back.
            slopes shouldContainExactly List(8) { it.toDouble() }
        }

        test("coroutines started inside see the level, which ends after them") {
            var late: Tensor? = null
            val scope: DualScope =
                withDualLevel {
                    val x = makeDual(tensorOf(3.0), tensorOf(1.0))
                    launch(Dispatchers.Default) {
                        delay(20.milliseconds)
                        late = (x * x).tangent
                    }
                    async { (x * x * x).tangent }.await().let {
                        numbers(it) shouldContainExactly
                            listOf(27.0)
                    }
                    this
                }
            numbers(late) shouldContainExactly listOf(6.0)
            shouldThrow<AutogradException> { scope.makeDual(tensorOf(1.0), tensorOf(1.0)) }
        }

        test("levels of coroutines nest, and hold blocking ones") {
            withDualLevel {
                val x = makeDual(tensorOf(2.0), tensorOf(1.0))
                val second =
                    withDualLevel {
                        index shouldBe 1
                        yield()
                        makeDual(x, tensorOf(1.0)).pow(4).tangent!!
                    }
                // 4x³ and 12x².
                numbers(second) shouldContainExactly listOf(32.0)
                numbers(second.tangent) shouldContainExactly listOf(48.0)
                val blocking = dualLevel { makeDual(x, tensorOf(1.0)).pow(4).tangent!! }
                numbers(blocking.tangent) shouldContainExactly listOf(48.0)
            }
        }

        test("a timeout closes the level, and its tangents are gone") {
            var dual: Tensor? = null
            val scopes = mutableListOf<DualScope>()
            withTimeoutOrNull(500.milliseconds) {
                withDualLevel {
                    scopes += this
                    dual = makeDual(Tensor.ones(100), Tensor.ones(100)) * 2
                    launch { awaitCancellation() }
                    awaitCancellation()
                }
            }.shouldBeNull()
            noLevelIsOpen()
            shouldThrow<AutogradException> { scopes.single().unpackDual(dual!!) }
            dualLevel { dual!!.tangent.shouldBeNull() }
        }

        test("a child that fails ends the level with its failure") {
            shouldThrow<IllegalArgumentException> {
                withDualLevel {
                    launch(Dispatchers.Default) { require(false) { "child" } }
                    awaitCancellation()
                }
            }.message shouldBe "child"
            noLevelIsOpen()
        }

        test("passes in coroutines compute with tangents on all their threads") {
            // The gradient of Σ x³ is 3x²; its tangent along v is 6xv. Independent branches, long
            // enough to go to several workers.
            val n = 100_000L
            val values = Tensor.full(longArrayOf(n), 2.0).requiresGrad_()
            withDualLevel {
                val x = makeDual(values, Tensor.full(longArrayOf(n), 0.5))
                val loss = List(4) { x.pow(3).sum() }.reduce { a, b -> a + b }
                val gradient = grad(loss, x, parallelism = 4)
                gradient.primal.sum().item() shouldBe 4 * 12.0 * n
                gradient.tangent!!.sum().item() shouldBe 4 * 6.0 * n
            }
        }
    })
