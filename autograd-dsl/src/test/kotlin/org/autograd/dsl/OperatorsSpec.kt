package org.autograd.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.autograd.DType
import org.autograd.Tensor

class OperatorsSpec :
    FunSpec({
        val x = Tensor.of(1.0, 2.0, 4.0)
        val y = Tensor.of(2.0, 4.0, 8.0)

        fun Tensor.values() = toDoubleArray().toList()

        test("signsCombineTensors") {
            (x + y).values() shouldBe listOf(3.0, 6.0, 12.0)
            (x - y).values() shouldBe listOf(-1.0, -2.0, -4.0)
            (x * y).values() shouldBe listOf(2.0, 8.0, 32.0)
            (x / y).values() shouldBe listOf(0.5, 0.5, 0.5)
            (-x).values() shouldBe listOf(-1.0, -2.0, -4.0)
        }

        test("numbersStandOnEitherSide") {
            val two = 2
            (x + 1).values() shouldBe listOf(2.0, 3.0, 5.0)
            (1.5 + x).values() shouldBe listOf(2.5, 3.5, 5.5)
            (x / two).values() shouldBe listOf(0.5, 1.0, 2.0)
            (8 / x).values() shouldBe listOf(8.0, 4.0, 2.0)
            (1f - x).values() shouldBe listOf(0.0, -1.0, -3.0)
            (3L * x).values() shouldBe listOf(3.0, 6.0, 12.0)
        }

        test("integersStayIntegralBesideIntegers") {
            val n = Tensor.of(1L, 2L, 3L)
            (2 * n + 1).dtype() shouldBe DType.INT64
            (n * 0.5).dtype() shouldBe DType.FLOAT32
        }

        test("matmulIsInfix") {
            (x matmul y).item() shouldBe 42.0
        }

        test("reductionsTakeDimensionsOneByOne") {
            val m = x.reshape(1, 3)
            m.sum(0, 1, keepdim = true).sizes().toList() shouldBe listOf(1L, 1L)
        }
    })
