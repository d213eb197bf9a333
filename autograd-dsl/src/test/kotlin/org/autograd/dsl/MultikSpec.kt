package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.autograd.AutogradException
import org.autograd.DType
import org.autograd.Shape
import org.jetbrains.kotlinx.multik.api.mk
import org.jetbrains.kotlinx.multik.api.ndarray
import org.jetbrains.kotlinx.multik.ndarray.data.D1
import org.jetbrains.kotlinx.multik.ndarray.data.D2
import org.jetbrains.kotlinx.multik.ndarray.data.DN
import org.jetbrains.kotlinx.multik.ndarray.data.get
import org.jetbrains.kotlinx.multik.ndarray.data.set
import org.jetbrains.kotlinx.multik.ndarray.data.slice

class MultikSpec :
    FunSpec({
        test("an array becomes a tensor over the same memory") {
            val array = mk.ndarray(mk[mk[1f, 2f, 3f], mk[4f, 5f, 6f]])
            val t = array.asTensor()
            t.dtype shouldBe DType.FLOAT32
            t.shape shouldBe Shape.of(2, 3)
            t.floatArray() shouldBeSameInstanceAs array.data.getFloatArray()
            array[1, 2] = 9f
            t[1, 2].item() shouldBe 9.0
            t[0, 0] = 7
            array[0, 0] shouldBe 7f
        }

        test("parts and transposed arrays keep their offset and strides") {
            val array = mk.ndarray(mk[mk[1.0, 2.0, 3.0], mk[4.0, 5.0, 6.0]])
            array.transpose().asTensor().values() shouldBe listOf(1.0, 4.0, 2.0, 5.0, 3.0, 6.0)
            val row = array[1].asTensor()
            row.values() shouldBe listOf(4.0, 5.0, 6.0)
            row.storageOffset() shouldBe 3
            val part = array.slice<Double, D2, D2>(1..2, axis = 1).asTensor()
            part.values() shouldBe listOf(2.0, 3.0, 5.0, 6.0)
            part.doubleArray() shouldBeSameInstanceAs array.data.getDoubleArray()
        }

        test("a tensor becomes an array over the same memory") {
            val t = tensorOf(floatArrayOf(1f, 2f, 3f), floatArrayOf(4f, 5f, 6f))
            val array = t.asNDArray<Float, D2>()
            array.data.getFloatArray() shouldBeSameInstanceAs t.floatArray()
            array shouldBe mk.ndarray(mk[mk[1f, 2f, 3f], mk[4f, 5f, 6f]])
            array[0, 1] = 8f
            t[0, 1].item() shouldBe 8.0
            t.t().asNDArray<Float, D2>()[2, 1] shouldBe 6f
            t[1, 1..2].asNDArray<Float, D1>() shouldBe mk.ndarray(mk[5f, 6f])
            t.asNDArray<Float, DN>().dim.d shouldBe 2
        }

        test("every element type goes there and back") {
            tensorOf(1.0).asNDArray<Double, D1>().asTensor().dtype shouldBe DType.FLOAT64
            tensorOf(1).asNDArray<Int, D1>().asTensor().dtype shouldBe DType.INT32
            tensorOf(1L).asNDArray<Long, D1>().asTensor().dtype shouldBe DType.INT64
            byteArrayOf(-1)
                .asTensor()
                .asNDArray<Byte, D1>()
                .asTensor()
                .values() shouldBe
                listOf(255.0)
        }

        test("what does not fit is refused") {
            val t = tensorOf(1f, 2f)
            shouldThrow<AutogradException> { t.asNDArray<Double, D1>() }.message shouldContain
                "float32"
            shouldThrow<AutogradException> { t.asNDArray<Float, D2>() }.message shouldContain
                "2 dimensions"
            shouldThrow<AutogradException> { t[0].asNDArray<Float, D1>() }.message shouldContain
                "unsqueeze"
            shouldThrow<IllegalArgumentException> { t.asNDArray<Short, D1>() }
            t.requiresGrad = true
            shouldThrow<AutogradException> { t.asNDArray<Float, D1>() }.message shouldContain
                "detach"
            t.detach().asNDArray<Float, D1>()[1] shouldBe 2f
            shouldThrow<UnsupportedOperationException> {
                mk.ndarray(mk[1.toShort()]).asTensor()
            }.message shouldContain
                "asType"
        }

        test("gradients flow into a tensor over an array") {
            val x = mk.ndarray(mk[3.0, 4.0]).asTensor().requiresGrad_()
            (x * x).sum().backward()
            x.grad!!.asNDArray<Double, D1>() shouldBe mk.ndarray(mk[6.0, 8.0])
        }
    })
