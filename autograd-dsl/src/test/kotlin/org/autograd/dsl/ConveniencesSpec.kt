package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.autograd.DType
import org.autograd.Shape
import org.autograd.Tensor

class ConveniencesSpec :
    FunSpec({
        test("tensors from Kotlin arrays") {
            tensorOf(1f, 2f).dtype shouldBe DType.FLOAT32
            tensorOf(1.0, 2.0).dtype shouldBe DType.FLOAT64
            tensorOf(1, 2).dtype shouldBe DType.INT32
            tensorOf(1L, 2L).dtype shouldBe DType.INT64
            tensorOf(true, false).dtype shouldBe DType.BOOL
            val matrix = tensorOf(floatArrayOf(1f, 2f), floatArrayOf(3f, 4f))
            matrix.shape shouldBe Shape.of(2, 2)
            matrix.values() shouldBe listOf(1.0, 2.0, 3.0, 4.0)
            tensorOf(doubleArrayOf(1.0)).shape shouldBe Shape.of(1, 1)
            tensorOf(intArrayOf(1), intArrayOf(2)).dtype shouldBe DType.INT32
            tensorOf(longArrayOf(1), longArrayOf(2)).dtype shouldBe DType.INT64
            tensorOf(booleanArrayOf(true)).dtype shouldBe DType.BOOL
            val deep =
                tensorOf(
                    arrayOf(intArrayOf(1), intArrayOf(2)),
                    arrayOf(intArrayOf(3), intArrayOf(4)),
                )
            deep.shape shouldBe Shape.of(2, 2, 1)
            deep.values() shouldBe listOf(1.0, 2.0, 3.0, 4.0)
            shouldThrow<IllegalArgumentException> {
                tensorOf(
                    floatArrayOf(1f),
                    floatArrayOf(1f, 2f),
                )
            }
        }

        test("arrays are viewed without a copy") {
            val array = floatArrayOf(1f, 2f, 3f, 4f)
            val t = array.asTensor(2, 2)
            t.shape shouldBe Shape.of(2, 2)
            t.floatArray() shouldBeSameInstanceAs array
            array[3] = 9f
            t[1, 1].item() shouldBe 9.0
            doubleArrayOf(1.0).asTensor().dtype shouldBe DType.FLOAT64
            intArrayOf(1).asTensor().dtype shouldBe DType.INT32
            longArrayOf(1).asTensor().dtype shouldBe DType.INT64
            byteArrayOf(-1).asTensor().values() shouldBe listOf(255.0)
            shouldThrow<IllegalArgumentException> { array.asTensor(3) }
        }

        test("operators, also with numbers on either side") {
            val x = tensorOf(1.0, 4.0)
            (2 * x - x / 2 + 1).values() shouldBe listOf(2.5, 7.0)
            (1 - -x).values() shouldBe listOf(2.0, 5.0)
            (8.0 / x).values() shouldBe listOf(8.0, 2.0)
            (
                tensorOf(doubleArrayOf(1.0, 2.0)) matmul
                    tensorOf(doubleArrayOf(3.0), doubleArrayOf(4.0))
            ).values() shouldBe
                listOf(11.0)
            (tensorOf(3, 4) * 2).dtype shouldBe DType.INT32
        }

        test("comparisons and logic read as words") {
            val x = tensorOf(-1.0, 0.0, 2.0)
            (x gt 0).values() shouldBe listOf(0.0, 0.0, 1.0)
            (x ge 0.0).values() shouldBe listOf(0.0, 1.0, 1.0)
            (x lt x.neg()).values() shouldBe listOf(1.0, 0.0, 0.0)
            (x le -1).values() shouldBe listOf(1.0, 0.0, 0.0)
            (x eq 2).values() shouldBe listOf(0.0, 0.0, 1.0)
            (x ne x).values() shouldBe listOf(0.0, 0.0, 0.0)
            ((x gt -2) and !(x eq 0)).values() shouldBe listOf(1.0, 0.0, 1.0)
            ((x lt 0) or (x gt 0)).values() shouldBe listOf(1.0, 0.0, 1.0)
            ((x lt 1) xor (x gt -1)).values() shouldBe listOf(1.0, 0.0, 1.0)
        }

        test("properties") {
            val x = tensorOf(1.0, 2.0)
            x.requiresGrad shouldBe false
            x.requiresGrad = true
            x.requiresGrad() shouldBe true
            x.grad shouldBe null
            x.grad = tensorOf(5.0, 6.0)
            x.grad()!!.values() shouldBe listOf(5.0, 6.0)
            x.grad = null
            x.grad shouldBe null
            x.gradFn shouldBe null
            (x * 2).gradFn!!.name() shouldBe "MulBackward0"
            x.device.toString() shouldBe "cpu"
        }

        test("values and indices come apart") {
            val (values, indices) =
                tensorOf(
                    doubleArrayOf(1.0, 5.0),
                    doubleArrayOf(7.0, 3.0),
                ).max(1)
            values.values() shouldBe listOf(5.0, 7.0)
            indices.values() shouldBe listOf(1.0, 0.0)
        }

        test("hooks are lambdas") {
            val x = tensorOf(1.0).requiresGrad_()
            val y = x * 3
            var seen: Tensor? = null
            y.onGrad { seen = it }
            val handle = x.registerHook { grad -> grad * 10 }
            y.backward(retainGraph = true)
            seen!!.values() shouldBe listOf(1.0)
            x.grad!!.values() shouldBe listOf(30.0)
            handle.remove()
            y.backward()
            x.grad!!.values() shouldBe listOf(33.0)
        }

        test("named options of a pass name what is wrong") {
            shouldThrow<org.autograd.AutogradException> {
                tensorOf(1.0).backward(retainGraph = true)
            }.message shouldContain
                "does not require grad"
        }

        test("sizes are Ints") {
            val n = 2
            zeros(n, 3).shape shouldBe Shape.of(2, 3)
            ones(n, dtype = DType.FLOAT64).values() shouldBe listOf(1.0, 1.0)
            empty(n).shape shouldBe Shape.of(2)
            full(n, value = 2).dtype shouldBe DType.INT64
            full(n, value = 2, dtype = DType.FLOAT64).values() shouldBe listOf(2.0, 2.0)
            rand(n, n, requiresGrad = true).requiresGrad shouldBe true
            randn(n).shape shouldBe Shape.of(2)
            randint(3, 4, n).values() shouldBe listOf(3.0, 3.0)
            randperm(n).shape shouldBe Shape.of(2)
            eye(n).values() shouldBe listOf(1.0, 0.0, 0.0, 1.0)
            arange(n).values() shouldBe listOf(0.0, 1.0)
            arange(1, n + 2).values() shouldBe listOf(1.0, 2.0, 3.0)
            linspace(0.0, 1.0, n).values() shouldBe listOf(0.0, 1.0)
            floatArrayOf(1f, 2f).asTensor(n).shape shouldBe Shape.of(2)
            floatArrayOf(1f, 2f).asTensor(2L, 1L).shape shouldBe Shape.of(2, 1)
        }
    })
