package org.autograd.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import org.autograd.Autograd
import org.autograd.GradOptions
import org.autograd.Tensor
import org.autograd.engine.CallingThreadScheduler

private val CREATE = GradOptions.DEFAULT.withCreateGraph(true)

class SameBitsSpec :
    FunSpec({
        /** Values of very different size, so that the order of any sum shows in its last bits. */
        fun values(
            seed: Int,
            elements: Int,
        ) = FloatArray(elements) {
            ((it * 37 + seed * 101) % 97 - 48) / 31f *
                (if (it % 2 == 0) 1f else 1e-3f)
        }

        /**
         * A graph of forty branches of different length over two leaves, joined in groups. With more
         * elements than a small node has, passes really go to several workers; then it is arithmetic
         * alone, because elementary functions in their vector form may give other last bits before
         * they have been compiled.
         */
        fun wide(
            w: Tensor,
            v: Tensor,
        ): Tensor {
            val branches =
                List(40) { i ->
                    var y = w * (0.1f + i * 0.37f) + v.mul(w)
                    repeat(i % 4) { y = if (few(w)) (y * 0.7f).sin() * w else y * 0.7f * v * w }
                    if (i % 3 == 0) {
                        y * v
                    } else if (few(w)) {
                        y.exp() * 1e-2f
                    } else {
                        y * 1e-2f + y * w
                    }
                }
            return branches.chunked(7).map { it.reduce { a, b -> a + b } }.reduce { a, b ->
                a * 0.5f +
                    b
            }
        }

        /** First-order gradients and those of their squares, as bits. */
        fun gradients(elements: Int): List<Bits> {
            val w = tensorOf(*values(1, elements)).requiresGrad_()
            val v = tensorOf(*values(2, elements)).requiresGrad_()
            val first = Autograd.grad(listOf(wide(w, v).sum()), listOf(w, v), null, CREATE)
            val penalty = first.map { (it * it).sum() }.reduce { a, b -> a + b }
            wide(w, v).sum().backward()
            penalty.backward()
            return (first + w.grad + v.grad).map { Bits.of(it?.detach()) }
        }

        /** The same with suspending passes. */
        suspend fun suspending(
            elements: Int,
            parallelism: Int,
        ): List<Bits> {
            val w = tensorOf(*values(1, elements)).requiresGrad_()
            val v = tensorOf(*values(2, elements)).requiresGrad_()
            val first =
                grad(
                    listOf(wide(w, v).sum()),
                    listOf(w, v),
                    createGraph = true,
                    parallelism = parallelism,
                )
            val penalty = first.map { (it!! * it).sum() }.reduce { a, b -> a + b }
            backward(wide(w, v).sum(), parallelism = parallelism)
            backward(penalty, parallelism = parallelism)
            return (first + w.grad + v.grad).map { Bits.of(it?.detach()) }
        }

        for (elements in listOf(7, 1100)) {
            val expected =
                withScheduler(CallingThreadScheduler.INSTANCE) { gradients(elements) }

            for (workers in listOf(1, 2, 8)) {
                test(
                    "$workers workers give the calling thread's bits of $elements elements in both orders",
                ) {
                    repeat(20) {
                        suspending(elements, workers) shouldBe expected
                        withScheduler(
                            CoroutineScheduler(Dispatchers.Default, workers),
                        ) { gradients(elements) } shouldBe expected
                    }
                }
            }

            test("gradients of $elements elements have the same bits in 200 runs in random order") {
                repeat(200) { run ->
                    val workers = listOf(1, 2, 8)[run % 3]
                    withClue("run $run on $workers workers") {
                        withScheduler(
                            RandomOrderScheduler(run.toLong(), workers),
                        ) { gradients(elements) } shouldBe expected
                    }
                }
            }
        }
    })

private fun few(t: Tensor): Boolean = t.numel() < 16
