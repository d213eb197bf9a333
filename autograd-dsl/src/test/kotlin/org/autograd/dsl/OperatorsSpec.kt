package org.autograd.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.autograd.Correction
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
            m.sum(0, 1, keepDim = true).sizes().toList() shouldBe listOf(1L, 1L)
            m.prod(1, keepDim = true).sizes().toList() shouldBe listOf(1L, 1L)
            m
                .max(1, keepDim = true)
                .values()
                .sizes()
                .toList() shouldBe listOf(1L, 1L)
        }

        test("varianceNamesItsCorrection") {
            // Rows 0 and 1, columns 2 and 4: all four are 2, 4, 6, 12 with mean 6.
            val m = Tensor.of(2.0, 4.0, 6.0, 12.0).reshape(2, 2)
            m.variance(correction = 0).item() shouldBe 14.0
            m.variance(0, 1, correction = 0).item() shouldBe 14.0
            m.variance(0, 1).values() shouldBe m.`var`(0, 1).values()
            m.variance(0).values() shouldBe listOf(8.0, 32.0)
            m.variance(0, correction = Correction.NONE).values() shouldBe listOf(4.0, 16.0)
            m.std(0, correction = 0).values() shouldBe listOf(2.0, 4.0)
            m.std(0, correction = 0, keepDim = true).sizes().toList() shouldBe listOf(1L, 2L)
            m.std(1, keepDim = true).sizes().toList() shouldBe listOf(2L, 1L)
            m.std(1, true).sizes().toList() shouldBe listOf(2L, 1L)
            m.variance(keepDim = true).sizes().toList() shouldBe listOf(1L, 1L)
        }

        test("sizesAndPositionsMayBeInts") {
            val one = 1
            val three = 3
            x.reshape(one, three).sizes().toList() shouldBe listOf(1L, 3L)
            x.view(three, -one).sizes().toList() shouldBe listOf(3L, 1L)
            x.expand(one, three).sizes().toList() shouldBe listOf(1L, 3L)
            x.narrow(0, one, one).values() shouldBe listOf(2.0)
            x.select(0, -one).item() shouldBe 4.0
            x.split(one).size shouldBe 3
            x.slice(0, one).values() shouldBe listOf(2.0, 4.0)
        }
    })
