package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.autograd.Autograd
import org.autograd.AutogradException
import org.autograd.ForwardAD
import org.autograd.GradMode
import org.autograd.GradOptions
import org.autograd.Tensor
import kotlin.math.exp

class CustomFunctionsSpec :
    FunSpec({
        fun leaf(vararg values: Double) = Tensor.of(*values).requiresGrad_()

        fun values(t: Tensor?) = t!!.toDoubleArray().toList()

        test("typesFollowFromForward") {
            val exponential =
                customFunction("Exp") {
                    forward { x: Tensor ->
                        GradMode.isEnabled() shouldBe false
                        x.exp().also { saveForBackward(it) }
                    }
                    backward { (g) -> listOf(g * saved(0)) }
                }
            val x = leaf(1.0)
            val y = exponential(x)
            y.gradFn().name() shouldBe "ExpBackward"
            val dx = Autograd.grad(y, x, GradOptions.DEFAULT.withCreateGraph(true))
            dx.item() shouldBe exp(1.0)
            Autograd.grad(dx, x).item() shouldBe exp(1.0)
        }

        test("jvpMakesAFunctionPassTangentsOn") {
            val cube =
                customFunction("Cube") {
                    forward { x: Tensor -> (x * x * x).also { saveForForward(x) } }
                    backward { listOf(null) }
                    jvp { (t) -> listOf(t * saved(0) * saved(0) * 3) }
                }
            val scaled =
                customFunction2("Scaled") {
                    forward { x: Tensor, k: Double ->
                        this["k"] = k
                        x * k
                    }
                    backward { listOf(null, null) }
                    jvp { tangents ->
                        tangents.getOrNull(1) shouldBe null
                        val k: Double = this["k"]
                        listOf(tangents[0] * k)
                    }
                }
            val three =
                customFunction3("Three") {
                    forward { a: Tensor, b: Tensor, c: Tensor -> a + b + c }
                    backward { listOf(null, null, null) }
                    jvp { (a, b, c) -> listOf(a + b + c) }
                }
            val none =
                customFunction("None") {
                    forward { x: Tensor -> x + 1.0 }
                    backward { (g) -> listOf(g) }
                }
            ForwardAD.dualLevel().use {
                val x = ForwardAD.makeDual(Tensor.of(2.0), Tensor.of(5.0))
                values(ForwardAD.unpackDual(cube(x)).tangent()) shouldContainExactly listOf(60.0)
                values(ForwardAD.unpackDual(scaled(x, 3.0)).tangent()) shouldContainExactly
                    listOf(15.0)
                values(
                    ForwardAD.unpackDual(three(x, x, Tensor.of(1.0))).tangent(),
                ) shouldContainExactly
                    listOf(10.0)
                shouldThrow<UnsupportedOperationException> { none(x) }.message!! shouldContain
                    "None"
            }
        }

        test("argumentsNeedNotBeTensors") {
            val mixed =
                customFunction3("Mixed") {
                    forward { a: Tensor, k: Int, b: Tensor ->
                        saveForBackward(a, b)
                        this["k"] = k
                        a + b * k + a * b
                    }
                    backward { (g) ->
                        val (a, b) = savedTensors()
                        val k: Int = this["k"]
                        listOf(g + g * b, null, g * k + g * a)
                    }
                }
            val a = leaf(3.0, 5.0)
            val b = leaf(7.0, 11.0)
            mixed(a, 2, b).sum().backward()
            values(a.grad()) shouldContainExactly listOf(8.0, 12.0)
            values(b.grad()) shouldContainExactly listOf(5.0, 7.0)
        }

        test("listsOfResultsAreTakenApart") {
            val both =
                customFunction2("Both") {
                    forward { x: Tensor, note: String -> listOf(x * 2, note, x * 3) }
                    backward { grads ->
                        grads.size shouldBe 3
                        grads.getOrNull(1) shouldBe null
                        shouldThrow<IllegalArgumentException> { grads[1] }
                        listOf(grads[0] * 2 + grads[2] * 3, null)
                    }
                }
            val x = leaf(1.0)
            val out = both(x, "note")
            out[1] shouldBe "note"
            ((out[0] as Tensor) + (out[2] as Tensor)).backward()
            values(x.grad()) shouldContainExactly listOf(5.0)
        }

        test("backwardMayBeDifferentiableOnce") {
            val once =
                customFunction {
                    forward { x: Tensor -> x * 2 }
                    onceDifferentiableBackward { (g) ->
                        GradMode.isEnabled() shouldBe false
                        listOf(g * 2)
                    }
                }
            val x = leaf(3.0)
            val dx = Autograd.grad(once(x) * x, x, GradOptions.DEFAULT.withCreateGraph(true))
            dx.item() shouldBe 12.0
            shouldThrow<AutogradException> { Autograd.grad(dx, x) }.message shouldContain
                "CustomFunction"
        }

        test("missingPartsAreReported") {
            shouldThrow<IllegalArgumentException> {
                customFunction<Tensor, Tensor>("Half") { forward { it } }
            }.message shouldContain "Half: the custom function has no backward"
        }
    })
