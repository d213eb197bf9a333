package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.autograd.AutogradException
import org.autograd.InplaceModificationException
import org.autograd.Shape
import org.autograd.Tensor

class IndexingSpec :
    FunSpec({
        /** Element (i, j) is 10 i + j. */
        fun matrix(): Tensor = tensorOf(*Array(3) { i -> DoubleArray(4) { j -> 10.0 * i + j } })

        test("positions") {
            val x = matrix()
            val i = 1
            x[i].values() shouldBe listOf(10.0, 11.0, 12.0, 13.0)
            x[i, -1].item() shouldBe 13.0
            x[0, 2].shape shouldBe Shape.of()
            shouldThrow<AutogradException> { x[3] }
        }

        test("ranges are Kotlin's") {
            val x = matrix()
            x[1..2].values() shouldBe
                (10..13).map { it.toDouble() } + (20..23).map { it.toDouble() }
            x[0..<1].shape shouldBe Shape.of(1, 4)
            x[0 until 0].shape shouldBe Shape.of(0, 4)
            x[0..2 step 2, 0].values() shouldBe listOf(0.0, 20.0)
            x[-2..-1, 0].values() shouldBe listOf(10.0, 20.0)
            x[-3..-2, 0].values() shouldBe listOf(0.0, 10.0)
            shouldThrow<IllegalArgumentException> { x[2 downTo 0] }.message shouldContain "upwards"
            shouldThrow<IllegalArgumentException> { x[-1..1] }.message shouldContain
                "counted from the end"
        }

        test("mixed indices") {
            val x = matrix()
            x[all, 2].values() shouldBe listOf(2.0, 12.0, 22.0)
            x[1, 1..2].values() shouldBe listOf(11.0, 12.0)
            x[1..2, 3].values() shouldBe listOf(13.0, 23.0)
            x[1..2, 0..1].shape shouldBe Shape.of(2, 2)
            x[all, 1..2].shape shouldBe Shape.of(3, 2)
            x[0, newAxis].shape shouldBe Shape.of(1, 4)
            x[0..1, newAxis].shape shouldBe Shape.of(2, 1, 4)
            x[ellipsis, 0].values() shouldBe listOf(0.0, 10.0, 20.0)
            x[newAxis, at(1), at(0..2)].values() shouldBe listOf(10.0, 11.0, 12.0)
            x[all, at(tensorOf(3L, 0L))][0].values() shouldBe listOf(3.0, 0.0)
        }

        test("masks and positions in tensors") {
            val x = matrix()
            x[x gt 20].values() shouldBe listOf(21.0, 22.0, 23.0)
            x[tensorOf(2L, 0L)].shape shouldBe Shape.of(2, 4)
            shouldThrow<AutogradException> { x[tensorOf(1.0)] }
        }

        test("parts are written in place") {
            val x = matrix()
            x[0] = 7
            x[1, -1] = 0.5
            x[2, 0] = tensorOf(9.0)[0]
            x[0].values() shouldBe listOf(7.0, 7.0, 7.0, 7.0)
            x[1, 3].item() shouldBe 0.5
            x[2, 0].item() shouldBe 9.0
            x[1..2] = tensorOf(1.0, 2.0, 3.0, 4.0)
            x[2].values() shouldBe listOf(1.0, 2.0, 3.0, 4.0)
            x[all, 0] = -1
            x[1..2, 1] = tensorOf(5.0, 6.0)
            x[0, 1..2] = 0
            x[0].values() shouldBe listOf(-1.0, 0.0, 0.0, 7.0)
            x[2].values() shouldBe listOf(-1.0, 6.0, 3.0, 4.0)
            x[x lt 0] = 100
            x[all, 0].values() shouldBe listOf(100.0, 100.0, 100.0)
            x[tensorOf(1L)] = tensorOf(0.0)
            x[1].values() shouldBe listOf(0.0, 0.0, 0.0, 0.0)
            x[0..0] = 3
            x[1..1, 2..3] = 4
            x[all, 3..3] = tensorOf(8.0)
            x[at(0), ellipsis, at(0)] = 5
            x[newAxis, at(2), all] = tensorOf(1.0)
            x.values() shouldBe listOf(5.0, 3.0, 3.0, 8.0, 0.0, 0.0, 4.0, 8.0, 1.0, 1.0, 1.0, 1.0)
        }

        test("gradients flow through an index") {
            val x = matrix().requiresGrad_()
            (x[all, 1] * 2 + x[0..2, 1]).sum().backward()
            x.grad!!.values() shouldBe List(12) { if (it % 4 == 1) 3.0 else 0.0 }
        }

        test("signs write into parts and are recorded") {
            val w = tensorOf(1.0, 2.0, 3.0).requiresGrad_()
            val x = w * 2.0
            x[0] += 1.0
            x[1] *= 3.0
            x[-1] -= w[0]
            x[0L] /= 2
            // (2 a + 1) / 2, 6 b, 2 c - a.
            x.detach().values() shouldBe listOf(1.5, 12.0, 5.0)
            x.sum().backward()
            w.grad()!!.values() shouldBe listOf(0.0, 6.0, 2.0)
            shouldThrow<AutogradException> { w[0] += 1.0 }.message shouldContain "leaf"
        }

        test("a product that is written over one of its factors cannot be differentiated") {
            val x = tensorOf(1.0, 2.0).requiresGrad_() * 2.0
            x[1] *= x[0]
            x.detach().values() shouldBe listOf(2.0, 8.0)
            shouldThrow<InplaceModificationException> { x.sum().backward() }.message shouldContain
                "copy_"
        }

        test("signs take every index") {
            val x = matrix()
            val i = 1
            x[0, 1] += 100
            x[i, -1] -= x[0, 1]
            x[0L, 0L] = 7
            x[2..2] *= 0.0
            x[0..1, 2] /= 2f
            x[all, 0] += tensorOf(1.0, 2.0, 3.0)
            x[0].values() shouldBe listOf(8.0, 101.0, 1.0, 3.0)
            x[1].values() shouldBe listOf(12.0, 11.0, 6.0, -88.0)
            x[2].values() shouldBe listOf(3.0, 0.0, 0.0, 0.0)
        }

        test("infix forms write into the whole tensor, signs rebind a variable") {
            val kept = tensorOf(1.0, 2.0)
            var w = kept
            w add_ tensorOf(1.0, 1.0)
            w mul_ 3
            w sub_ 0.5 * tensorOf(2.0, 4.0)
            w div_ 0.5
            kept.values() shouldBe listOf(10.0, 14.0)
            w -= kept
            kept.values() shouldBe listOf(10.0, 14.0)
            w.values() shouldBe listOf(0.0, 0.0)
        }
    })
