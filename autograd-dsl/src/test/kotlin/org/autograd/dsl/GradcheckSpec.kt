package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import org.autograd.GradcheckException
import org.autograd.GradcheckOptions
import org.autograd.Tensor

class GradcheckSpec :
    FunSpec({
        val x = tensorOf(1.0, 2.0).requiresGrad_()
        val y = tensorOf(3.0, -4.0).requiresGrad_()

        /** x² with the gradient g * x * factor. */
        fun square(factor: Double) =
            customFunction<Tensor, Tensor>("Square") {
                forward { t -> (t * t).also { saveForBackward(t) } }
                backward { (g) -> listOf(g * saved(0) * factor) }
            }::invoke

        /** x² with a right first and a wrong second derivative. */
        val halfRight =
            customFunction<Tensor, Tensor>("HalfRight") {
                forward { t -> (t * t).also { saveForBackward(t) } }
                backward { (g) -> listOf(g * saved(0).detach() * 2.0) }
            }::invoke

        test("functions as blocks") {
            gradcheck(x) { it.sin() * it } shouldBe true
            gradcheck(x, y) { a, b -> a * b } shouldBe true
            gradcheck(listOf(x, y)) { (a, b) -> listOf(a + b, a.exp()) } shouldBe true
            gradgradcheck(x) { it.sin() * it } shouldBe true
            gradgradcheck(x, y) { a, b -> a * b } shouldBe true
            gradgradcheck(listOf(x), gradOutputs = listOf(y)) { (a) -> listOf(a.exp()) } shouldBe
                true
        }

        test("wrong gradients throw, or give false") {
            shouldThrow<GradcheckException> { gradcheck(x) { square(3.0)(it) } }
                .message shouldContain "6.0**"
            gradcheck(x, gradcheckOptions(raiseException = false)) { square(3.0)(it) } shouldBe
                false
            gradgradcheck(x, gradcheckOptions(raiseException = false)) { halfRight(it) } shouldBe
                false
        }

        test("assertions in infix form") {
            square(2.0) shouldPassGradcheck x
            square(2.0) shouldPassGradgradcheck x
            val exp: (Tensor) -> Tensor = { it.exp() }
            exp shouldPassGradcheck x
            Tensor::exp shouldPassGradcheck x
            val both: (List<Tensor>) -> List<Tensor> = { (a, b) -> listOf(a * b) }
            both shouldPassGradcheck listOf(x, y)
            both shouldPassGradgradcheck listOf(x, y)
            val product: (Tensor, Tensor) -> Tensor = { a, b -> a * b }
            product.shouldPassGradcheck(x, y)
            product.shouldPassGradgradcheck(x, y)
        }

        test("failing assertions show both Jacobians") {
            val failure = shouldThrow<AssertionError> { square(3.0) shouldPassGradcheck x }
            failure.message shouldContain "analytical"
            failure.message shouldContain "numerical"
            failure.message shouldContain "6.0**"
            failure.cause.shouldBeInstanceOf<GradcheckException>()

            halfRight shouldPassGradcheck x
            shouldThrow<AssertionError> { halfRight shouldPassGradgradcheck x }
                .message shouldStartWith "gradgradcheck"
        }

        test("failures can be what is expected") {
            (square(3.0) shouldFailGradcheck x).message shouldContain "6.0**"
            shouldThrow<AssertionError> { square(2.0) shouldFailGradcheck x }
        }

        test("options by name") {
            gradcheckOptions() shouldBe GradcheckOptions.DEFAULT
            // 2 and 2.1 differ by 5 percent of 2.
            square(2.1).shouldPassGradcheck(x, gradcheckOptions(rtol = 0.06))
            square(2.1).shouldFailGradcheck(x, gradcheckOptions(rtol = 0.04, fastMode = true))
            gradcheckOptions(eps = 0.5, atol = 1.0, nondetTol = 2.0) shouldBe
                GradcheckOptions.DEFAULT
                    .withEps(0.5)
                    .withAtol(1.0)
                    .withNondetTol(2.0)
        }
    })
