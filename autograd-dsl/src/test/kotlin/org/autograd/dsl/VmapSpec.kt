package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.runBlocking
import org.autograd.Autograd
import org.autograd.AutogradException
import org.autograd.Randomness
import org.autograd.Tensor
import kotlin.math.cos

class VmapSpec :
    FunSpec({
        fun numbers(t: Tensor) = t.toDoubleArray().toList()

        fun sizes(t: Tensor) = t.sizes().toList()

        val rows = Tensor.of(doubleArrayOf(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), 2, 3)

        test("a function of one element computes all of them") {
            val sums = listOf(6.0, 15.0)
            val total = { x: Tensor -> x.sum() }
            numbers(vmap { x -> x.sum() }(rows)) shouldContainExactly sums
            numbers(vmap { it.sum() }(rows)) shouldContainExactly sums
            numbers(vmap(total)(rows)) shouldContainExactly sums
            vmap { x -> x.also { sizes(it) shouldBe listOf(3L) } }(rows)
        }

        test("dimensions of arguments and results") {
            val columns = listOf(5.0, 7.0, 9.0)
            numbers(vmap(inDims = 1) { it.sum() }(rows)) shouldContainExactly columns
            numbers(vmap({ it.sum() }, inDims = -1)(rows)) shouldContainExactly columns
            sizes(vmap(outDims = 1) { it * 2 }(rows)) shouldBe listOf(3L, 2L)
            numbers(vmap(outDims = null) { tensorOf(7.0) }(rows)) shouldContainExactly listOf(7.0)
        }

        test("two and three arguments, some of them the same for all") {
            val w = tensorOf(1.0, 0.0, -1.0)
            numbers(vmap { a, b -> a.dot(b) }(rows, rows)) shouldContainExactly listOf(14.0, 77.0)
            numbers(
                vmap(inDims = listOf(null, 0)) { a, b -> a.dot(b) }(w, rows),
            ) shouldContainExactly
                listOf(-2.0, -2.0)
            val dot = { a: Tensor, b: Tensor -> a.dot(b) }
            numbers(vmap(dot, inDims = listOf(0, null))(rows, w)) shouldContainExactly
                listOf(-2.0, -2.0)
            numbers(vmap { a, b, c -> (a * b * c).sum() }(rows, rows, rows)) shouldContainExactly
                listOf(36.0, 405.0)
            numbers(
                vmap(inDims = listOf(null, 0, null)) { a, b, c -> (a * b * c).sum() }(w, rows, w),
            ) shouldContainExactly listOf(4.0, 10.0)
            val triple = { a: Tensor, b: Tensor, c: Tensor -> (a * b * c).sum() }
            numbers(vmap(triple, inDims = listOf(0, 0, null))(rows, rows, w)) shouldContainExactly
                listOf(-8.0, -20.0)
        }

        test("lists of arguments and results") {
            val f = { xs: List<Tensor> -> listOf(xs[0] * xs[1], xs[0].sum()) }
            for (mapped in listOf(
                vmap(f),
                vmap { (a, b): List<Tensor> -> listOf(a * b, a.sum()) },
            )) {
                val (products, sums) = mapped(listOf(rows, rows))
                numbers(products) shouldContainExactly listOf(1.0, 4.0, 9.0, 16.0, 25.0, 36.0)
                numbers(sums) shouldContainExactly listOf(6.0, 15.0)
            }
            val (across) =
                vmap(inDims = listOf(1, null), outDims = listOf(1)) { (a, b): List<Tensor> ->
                    listOf(a * b)
                }(
                    listOf(rows, tensorOf(10.0, 1.0)),
                )
            numbers(across) shouldContainExactly listOf(10.0, 20.0, 30.0, 4.0, 5.0, 6.0)
            val (sames) = vmap(f, outDims = listOf(0, 0), chunkSize = 1)(listOf(rows, rows))
            sizes(sames) shouldBe listOf(2L, 3L)
        }

        test("mapped functions nest") {
            numbers(vmap { row -> vmap { it * it }(row) }(rows)) shouldContainExactly
                listOf(1.0, 4.0, 9.0, 16.0, 25.0, 36.0)
            numbers(vmap(vmap(grad { it.pow(3) }))(rows)) shouldContainExactly
                listOf(3.0, 12.0, 27.0, 48.0, 75.0, 108.0)
            // All pairs: an outer product.
            val a = tensorOf(1.0, 2.0)
            val b = tensorOf(3.0, 4.0, 5.0)
            val pairs = vmap(inDims = listOf(0, null)) { x, ys -> vmap { y -> x * y }(ys) }
            numbers(pairs(a, b)) shouldContainExactly listOf(3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
        }

        test("gradients for each sample") {
            // Σ sin x: cos x.
            val gradients = vmap(grad { x -> x.sin().sum() })(rows)
            sizes(gradients) shouldBe listOf(2L, 3L)
            numbers(gradients).forEachIndexed {
                i,
                g,
                ->
                g shouldBe (cos(i + 1.0) plusOrMinus 1e-15)
            }
            // Shared weights: (w·x)² in w is 2(w·x)x.
            val w = tensorOf(1.0, 0.0, -1.0)
            val perSample = vmap(grad { v, x -> v.dot(x).pow(2) }, inDims = listOf(null, 0))
            numbers(perSample(w, rows)) shouldContainExactly
                listOf(-4.0, -8.0, -12.0, -16.0, -20.0, -24.0)
            sizes(vmap(hessian { it.pow(3).sum() })(rows)) shouldBe listOf(2L, 3L, 3L)
            val (values, slopes) =
                vmap { x: List<Tensor> ->
                    valueAndGrad { it.pow(2).sum() }(x[0]).let { (v, g) ->
                        listOf(v, g)
                    }
                }(
                    listOf(rows),
                )
            numbers(values) shouldContainExactly listOf(14.0, 77.0)
            numbers(slopes) shouldContainExactly listOf(2.0, 4.0, 6.0, 8.0, 10.0, 12.0)
        }

        test("derivatives of mapped functions") {
            numbers(
                grad { x ->
                    vmap { row -> row.pow(2).sum() }(x).sum()
                }(rows),
            ) shouldContainExactly
                listOf(2.0, 4.0, 6.0, 8.0, 10.0, 12.0)
            dualLevel {
                val dual = makeDual(rows, Tensor.onesLike(rows))
                numbers(vmap { row -> row.pow(2).sum() }(dual).tangent!!) shouldContainExactly
                    listOf(12.0, 30.0)
            }
            val inside =
                vmap { row ->
                    dualLevel { makeDual(row, Tensor.onesLike(row)).pow(2).sum().tangent!! }
                }
            numbers(inside(rows)) shouldContainExactly listOf(12.0, 30.0)
        }

        test("chunks give the same as the whole") {
            val x = Tensor.arange(10.0).reshape(5, 2)
            for (chunk in 1..6) {
                numbers(vmap(chunkSize = chunk) { it.sum() }(x)) shouldContainExactly
                    listOf(1.0, 5.0, 9.0, 13.0, 17.0)
            }
        }

        test("randomness is asked for") {
            val noise = { x: Tensor -> x + Tensor.randn(1) }
            val zeros = Tensor.zeros(4, 1)
            shouldThrow<AutogradException> { vmap(noise)(zeros) }.message shouldContain "andom"
            numbers(vmap(noise, randomness = Randomness.SAME)(zeros)).distinct().size shouldBe 1
            numbers(
                vmap(randomness = Randomness.DIFFERENT, block = noise)(zeros),
            ).distinct().size shouldBe
                4
        }

        test("errors are the core's") {
            shouldThrow<IllegalArgumentException> { vmap { it.sum() }(tensorOf(1.0).sum()) }
            shouldThrow<IllegalArgumentException> {
                vmap(inDims = listOf(null, null)) { a, b -> a + b }(rows, rows)
            }.message shouldContain "batched"
            shouldThrow<AutogradException> { vmap { x -> x.sum().also { it.item() } }(rows) }
        }

        test("several gradients go through a recorded graph at once") {
            val x = tensorOf(1.0, 2.0, 3.0).requiresGrad_()
            val identity = Tensor.eye(3).to(x.dtype)
            val y = x * x
            val diagonal = listOf(2.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 6.0)
            val one = grad(y, x, identity, retainGraph = true, isGradsBatched = true)
            sizes(one) shouldBe listOf(3L, 3L)
            numbers(one) shouldContainExactly diagonal
            val (listed) = grad(listOf(y), listOf(x), listOf(identity), isGradsBatched = true)
            numbers(listed!!) shouldContainExactly diagonal
            x.grad shouldBe null
        }

        test("the user's own passes inside are refused, in coroutines as elsewhere") {
            fun refused(pass: (Tensor) -> Unit): String {
                val leaf = rows.clone().requiresGrad_()
                return shouldThrow<AutogradException> {
                    vmap { x -> x.pow(2).sum().also(pass) }(leaf)
                }.message!!.also {
                    it shouldContain "vmap"
                    leaf.grad shouldBe null
                }
            }
            refused { runBlocking { backward(it) } } shouldBe refused { it.backward() }
            refused { runBlocking { grad(it, it) } } shouldBe refused { Autograd.grad(it, it) }
        }
    })
