package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.autograd.AutogradException
import org.autograd.CheckpointOptions
import org.autograd.LowLevel
import org.autograd.Tensor
import org.autograd.Warnings
import org.autograd.graph.SavedTensorHooks
import java.util.concurrent.Executors

class SavedTensorsSpec :
    FunSpec({
        fun leaf(vararg values: Double): Tensor = Tensor.of(*values).requiresGrad_()

        fun Tensor.numbers(): List<Double> = toDoubleArray().toList()

        fun top() = LowLevel.topSavedTensorsHooks(true)

        afterTest { top().isEmpty shouldBe true }

        test("hooks are lambdas") {
            val a = leaf(3.0)
            val packed = mutableListOf<Tensor>()
            val y =
                savedTensorsHooks(
                    pack = {
                        packed += it
                        it.numbers()
                    },
                    unpack = { Tensor.of(*it.toDoubleArray()) },
                ) { a.mul(a) }
            y.backward()
            packed shouldHaveSize 2
            a.grad().numbers() shouldBe listOf(6.0)
        }

        test("hooks chain as values") {
            val narrow =
                SavedTensorHooks.transform({
                    it.to(org.autograd.DType.FLOAT32)
                }, { it.to(org.autograd.DType.FLOAT64) })
            val keep = SavedTensorHooks.of<FloatArray>({ it.toFloatArray() }, { Tensor.of(*it) })
            val a = leaf(1.5)
            savedTensorsHooks(narrow.andThen(keep)) { a.mul(a) }.backward()
            a.grad().numbers() shouldBe listOf(3.0)
        }

        test("saved tensors go to the host and to files") {
            val dir = tempdir().toPath()
            val a = leaf(2.0)
            saveOnCpu { a.mul(a) }.backward()
            val y = saveToDisk(dir) { a.mul(a) }
            dir.toFile().walk().count { it.isFile && it.name != "lock" } shouldBe 2
            y.backward()
            a.grad().numbers() shouldBe listOf(8.0)
            dir
                .toFile()
                .list()!!
                .toList()
                .shouldBeEmpty()
        }

        test("hooks follow their coroutine and stay inside") {
            val count = mutableListOf<Int>()
            val a = leaf(2.0)
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { other ->
                val y =
                    withContext(
                        SavedTensorsHooks({ t ->
                            count += 1
                            t
                        }, { it }),
                    ) {
                        val first = a.exp()
                        yield()
                        withContext(other) { first.exp() }
                    }
                count shouldHaveSize 2
                withContext(other) { top().isEmpty shouldBe true }
                a.exp()
                count shouldHaveSize 2
                backward(y)
            }
        }

        test("files and host memory as contexts") {
            val dir = tempdir().toPath()
            val a = leaf(2.0)
            val y = withContext(SaveToDisk(dir)) { withContext(Dispatchers.Default) { a.mul(a) } }
            dir.toFile().walk().count { it.isFile && it.name != "lock" } shouldBe 2
            backward(y)
            backward(withContext(SaveOnCpu()) { a.mul(a) })
            a.grad().numbers() shouldBe listOf(8.0)
            dir
                .toFile()
                .list()!!
                .toList()
                .shouldBeEmpty()
        }

        test("disabled hooks are refused in contexts too") {
            disableSavedTensorsHooks("not here") {
                shouldThrow<AutogradException> { saveOnCpu { } }.message shouldBe "not here"
            }
            allowMutationOnSavedTensors {
                val a = leaf(2.0)
                val b = a.clone()
                val y = b.mul(b)
                b.mul_(10.0)
                y.backward()
                a.grad().numbers() shouldBe listOf(4.0)
            }
        }

        test("checkpoints recompute in blocking and in suspending passes") {
            var runs = 0
            val a = leaf(2.0)
            val y =
                checkpoint(CheckpointOptions.NON_REENTRANT) {
                    runs++
                    a.mul(a).exp()
                }
            y.backward()
            runs shouldBe 2
            val z =
                checkpoint(a, CheckpointOptions.NON_REENTRANT) {
                    runs++
                    it.mul(it)
                }
            a.setGrad(null)
            backward(z)
            runs shouldBe 4
            a.grad().numbers() shouldBe listOf(4.0)
            val b = leaf(5.0)
            checkpoint(a, b, CheckpointOptions.REENTRANT) { x, w -> x.mul(w) }.backward()
            b.grad().numbers() shouldBe listOf(2.0)
        }

        test("each line that leaves the kind of checkpoint out is warned of once") {
            val warnings = mutableListOf<String>()
            Warnings.handler(warnings::add)
            try {
                val a = leaf(2.0)
                repeat(2) {
                    checkpoint { a.mul(a) }.backward()
                    checkpoint(a) { it.mul(it) }.backward()
                    checkpoint(a, a) { x, y -> x.mul(y) }.backward()
                }
                a.grad().numbers() shouldBe listOf(24.0)
                warnings.size shouldBe 3
                warnings.forEach {
                    it shouldContain "NON_REENTRANT"
                    it shouldContain "SavedTensorsSpec.kt"
                }
            } finally {
                Warnings.handler(null)
            }
        }

        test("independent checkpoints recompute at once with equal results") {
            val a = leaf(0.1, 0.2, 0.3)

            fun block(x: Tensor): Tensor = (1..5).fold(x) { t, _ -> t.sin().exp() }

            val parts =
                (1..16).map { k ->
                    checkpoint(a.mul(k.toDouble()), CheckpointOptions.NON_REENTRANT) { block(it) }
                        .sum()
                }
            val loss = parts.reduce { s, t -> s.add(t) }
            backward(loss, parallelism = 4)
            val b = leaf(0.1, 0.2, 0.3)
            (1..16)
                .map { k ->
                    block(b.mul(k.toDouble())).sum()
                }.reduce { s, t -> s.add(t) }
                .backward()
            a.grad().numbers() shouldBe b.grad().numbers()
        }
    })
