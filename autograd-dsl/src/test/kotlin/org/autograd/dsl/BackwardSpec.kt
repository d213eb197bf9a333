package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.runBlocking
import org.autograd.Autograd
import org.autograd.AutogradException
import org.autograd.Tensor
import org.autograd.Vmap
import java.util.function.UnaryOperator

class BackwardSpec :
    FunSpec({
        test("backward fills the leaves' gradients") {
            val x = tensorOf(1.0, 2.0).requiresGrad_()
            val y = tensorOf(3.0, 4.0).requiresGrad_()
            backward((x * y + x).sum())
            x.grad!!.values() shouldBe listOf(4.0, 5.0)
            y.grad!!.values() shouldBe listOf(1.0, 2.0)
        }

        test("backward takes a gradient, several roots and chosen inputs") {
            val x = tensorOf(1.0, 2.0).requiresGrad_()
            val y = tensorOf(3.0, 4.0).requiresGrad_()
            backward(x * y, tensorOf(1.0, 10.0), inputs = listOf(y))
            x.grad shouldBe null
            y.grad!!.values() shouldBe listOf(1.0, 20.0)
            backward(listOf((x * 2).sum(), x * 3), listOf(null, tensorOf(1.0, 1.0)))
            x.grad!!.values() shouldBe listOf(5.0, 5.0)
        }

        test("a retained graph runs again, a freed one says what to do") {
            val x = tensorOf(3.0).requiresGrad_()
            val y = x * x
            backward(y, retainGraph = true)
            backward(y)
            x.grad!!.values() shouldBe listOf(12.0)
            shouldThrow<AutogradException> { backward(y) }.message shouldContain "retainGraph"
            x.grad!!.values() shouldBe listOf(12.0)
        }

        test("a batch of gradients is propagated at once") {
            val x = tensorOf(2.0, 3.0).requiresGrad_()
            val batch = tensorOf(1.0, 0.0, 0.0, 1.0, 10.0, 10.0).view(3, 2)
            val (jacobian) =
                grad(listOf(x * x), listOf(x), listOf(batch), isGradsBatched = true)
            jacobian!!.sizes().toList() shouldBe listOf(3L, 2L)
            jacobian.values() shouldBe listOf(4.0, 0.0, 0.0, 6.0, 40.0, 60.0)
            shouldThrow<AutogradException> {
                grad(listOf(x * x), listOf(x), listOf(x), isGradsBatched = true)
            }.message shouldContain "isGradsBatched"
        }

        test("backward is refused inside of vmap") {
            val x = tensorOf(2.0, 3.0).requiresGrad_()
            shouldThrow<AutogradException> {
                Vmap
                    .vmap(
                        UnaryOperator<Tensor> { t ->
                            runBlocking { backward(t * t) }
                            t
                        },
                    ).apply(x)
            }.message shouldContain "Functional"
            x.grad shouldBe null
        }

        test("grad returns gradients and changes none") {
            val x = tensorOf(2.0).requiresGrad_()
            val unused = tensorOf(1.0, 2.0).requiresGrad_()
            grad(x * x * x, x).values() shouldBe listOf(12.0)
            grad(x * 2, x, tensorOf(5.0)).values() shouldBe listOf(10.0)
            grad(listOf(x * x), listOf(unused, x), allowUnused = true).map { it?.values() } shouldBe
                listOf(null, listOf(4.0))
            grad(listOf(x * x), listOf(unused), materializeGrads = true)[0]!!.values() shouldBe
                listOf(0.0, 0.0)
            shouldThrow<AutogradException> {
                grad(
                    listOf(x * x),
                    listOf(unused),
                )
            }.message shouldContain
                "input 0"
            x.grad shouldBe null
        }

        test("gradients of gradients") {
            val x = tensorOf(2.0).requiresGrad_()
            val first = grad(x * x * x, x, createGraph = true)
            first.values() shouldBe listOf(12.0)
            grad(first, x).values() shouldBe listOf(12.0)
            backward(x * x * x, createGraph = true)
            x.grad!!.requiresGrad shouldBe true
        }

        test("bad input is refused before anything runs") {
            val x = tensorOf(1.0, 2.0).requiresGrad_()
            shouldThrow<AutogradException> { backward(tensorOf(1.0)) }.message shouldContain
                "does not require grad"
            shouldThrow<AutogradException> { backward(x * 2) }.message shouldContain
                "scalar outputs"
            shouldThrow<IllegalArgumentException> {
                backward(
                    x.sum(),
                    parallelism = 0,
                )
            }.message shouldContain
                "parallelism"
            shouldThrow<IllegalArgumentException> { grad(listOf(x.sum()), listOf<Tensor>()) }
            x.grad shouldBe null
        }

        test("a blocking pass takes the options by name") {
            val x = tensorOf(3.0).requiresGrad_()
            val y = x * x
            y.backward(retainGraph = true)
            y.backward(createGraph = true)
            x.grad!!.values() shouldBe listOf(12.0)
        }

        test("grad of one output and a list of inputs") {
            val a = tensorOf(2.0).requiresGrad_()
            val b = tensorOf(3.0).requiresGrad_()
            val loss = (a * a * b).sum()
            grad(loss, listOf(a, b), retainGraph = true).map { it!!.item() } shouldBe
                listOf(12.0, 4.0)
            Autograd.grad(loss, listOf(b, a)).map { it.item() } shouldBe listOf(4.0, 12.0)
        }
    })
