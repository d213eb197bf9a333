package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.autograd.Autograd
import org.autograd.AutogradException
import org.autograd.CustomFunction.Batched
import org.autograd.ForwardAD
import org.autograd.GradMode
import org.autograd.GradOptions
import org.autograd.Tensor
import org.autograd.Tensors
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
                        shouldThrow<IllegalArgumentException> { grads[3] }.message shouldContain
                            "there is no position 3"
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

        val rows = Tensor.of(doubleArrayOf(1.0, -2.0, 3.0, 0.5, 5.0, -0.25), 3, 2)

        /** The value and the gradients of sin of a function of each row and of one w, with a loop or with a batch. */
        fun derivatives(
            x: Tensor,
            w: Tensor,
            results: (Tensor, Tensor) -> Tensor,
        ): List<Double> {
            val a = x.detach().clone().requiresGrad_()
            val b = w.detach().clone().requiresGrad_()
            val y = results(a, b)
            y.sin().sum().backward()
            return values(y) + values(a.grad()) + values(b.grad())
        }

        fun shouldMap(
            function: (Tensor, Tensor) -> Tensor,
            same: (Tensor, Tensor) -> Tensor,
        ) {
            val w = tensorOf(0.5, 2.0)
            val found = derivatives(rows, w, vmap(function, inDims = listOf(0, null)))
            val loop =
                derivatives(
                    rows,
                    w,
                ) { x, v -> Tensors.stack((0L..2L).map { same(x.get(it), v) }, 0) }
            found.size shouldBe loop.size
            found.zip(loop).forEach { (f, l) -> f shouldBe (l plusOrMinus 1e-12) }
            val inside = vmap(grad { x -> function(x, w).sum() })(rows)
            val each = (0L..2L).map { n -> values(grad { x -> same(x, w).sum() }(rows[n])) }
            values(inside).zip(each.flatten()).forEach { (f, l) ->
                f shouldBe (l plusOrMinus 1e-12)
            }
        }

        val cube =
            customFunction("Cube") {
                forward { x: Tensor -> x.pow(3) }
                setupContext { x, y ->
                    y.shape shouldBe x.shape
                    saveForBackward(x)
                    saveForForward(x)
                }
                backward { (g) -> listOf(g * saved(0).square() * 3) }
                jvp { (t) -> listOf(t * saved(0).square() * 3) }
                generateVmapRule()
            }
        val scaled =
            customFunction2("Scaled") {
                forward { x: Tensor, k: Int -> x * k }
                setupContext { _, k, _ -> this["k"] = k }
                backward { (g) ->
                    val k: Int = this["k"]
                    listOf(g * k, null)
                }
                generateVmapRule()
            }
        val product =
            customFunction3("Product") {
                forward { a: Tensor, k: Double, b: Tensor -> a * b * k }
                setupContext { a, k, b, _ -> saveForBackward(a * k, b * k) }
                backward { (g) -> listOf(g * saved(1), null, g * saved(0)) }
                generateVmapRule()
            }

        test("setupContextRunsAfterForward") {
            val x = leaf(2.0)
            val y = cube(x)
            y.item() shouldBe 8.0
            y.gradFn().name() shouldBe "CubeBackward"
            y.backward()
            values(x.grad()) shouldContainExactly listOf(12.0)
            scaled(x, 5).backward()
            values(x.grad()) shouldContainExactly listOf(17.0)
            val b = leaf(3.0)
            product(x, 0.5, b).backward()
            values(b.grad()) shouldContainExactly listOf(1.0)
            dualLevel {
                values(cube(makeDual(tensorOf(2.0), tensorOf(10.0))).tangent) shouldBe listOf(120.0)
            }
        }

        test("generatedVmapRulesEqualALoop") {
            shouldMap({ x, w -> cube(x * w) }, { x, w -> x * w * x * w * x * w })
            shouldMap({ x, w -> scaled(x * w, 5) }, { x, w -> x * w * 5 })
            shouldMap({ x, w -> product(x, 0.5, w) }, { x, w -> x * w / 2 })
            values(vmap(jacfwd { x -> cube(x) })(rows[0].unsqueeze(1))) shouldContainExactly
                listOf(3.0, 12.0)
        }

        test("vmapRulesOfOnesOwnEqualALoop") {
            val square =
                customFunction("Square") {
                    forward { x: Tensor -> x * x }
                    setupContext { _, _ -> }
                    backward { error("the rule is recorded") }
                    vmap { (dim), x ->
                        batchSize shouldBe 3L
                        Batched(x.square(), listOf(dim))
                    }
                }
            val power =
                customFunction2("Power") {
                    forward { x: Tensor, n: Long -> x.pow(n) }
                    setupContext { _, _, _ -> }
                    backward { error("the rule is recorded") }
                    vmap { dims, x, n ->
                        dims shouldBe listOf(0, null)
                        Batched(x.pow(n), listOf(0))
                    }
                }
            val three =
                customFunction3("Three") {
                    forward { a: Tensor, k: Double, b: Tensor -> a * b * k }
                    setupContext { _, _, _, _ -> }
                    backward { error("the rule is recorded") }
                    vmap { dims, a, k, b ->
                        dims shouldBe listOf(0, null, null)
                        Batched(a * (b * k), listOf(0))
                    }
                }
            shouldMap({ x, w -> square(x * w) }, { x, w -> x * w * x * w })
            shouldMap({ x, w -> power(x * w, 2L) }, { x, w -> x * w * x * w })
            shouldMap({ x, w -> three(x, 0.5, w) }, { x, w -> x * w / 2 })
        }

        test("vmapNeedsASetupContextAndOneRule") {
            val filled =
                customFunction("Filled") {
                    forward { x: Tensor -> x * 2 }
                    backward { (g) -> listOf(g * 2) }
                    generateVmapRule()
                }
            shouldThrow<AutogradException> { vmap { x -> filled(x) }(rows) }.message shouldContain
                "setupContext"
            val neither =
                customFunction("Neither") {
                    forward { x: Tensor -> x * 2 }
                    setupContext { _, _ -> }
                    backward { (g) -> listOf(g * 2) }
                }
            shouldThrow<AutogradException> { vmap { x -> neither(x) }(rows) }.message shouldContain
                "generateVmapRule"
        }

        test("vmapWithAnotherNumberOfParametersIsNotTheFunctionOutside") {
            // Members of the scopes, which do not compile, go before it.
            val scopes =
                listOf(
                    CustomFunctionScope::class.java,
                    CustomFunction2Scope::class.java,
                    CustomFunction3Scope::class.java,
                )
            for (scope in scopes) {
                val refused =
                    scope.methods.filter {
                        it.name == "vmap" &&
                            it.isAnnotationPresent(Deprecated::class.java)
                    }
                refused.map { it.parameterTypes.last().simpleName }.toSet() shouldBe
                    (1..5).map { "Function$it" }.toSet()
            }
        }
    })
