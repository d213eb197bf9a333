package org.autograd.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.autograd.Graph
import org.autograd.MultiGradMode
import org.autograd.Tensor

/** Hooks as lambdas, and gradient edges in suspending passes. */
class HooksSpec :
    FunSpec({
        fun leaf(value: Double): Tensor = Tensor.of(value).requiresGrad_()

        test("hooks are lambdas") {
            val x = leaf(1.0)
            val y = x * 2.0
            val log = mutableListOf<String>()
            y.registerHook { it * 3.0 }
            y.registerHook { grad ->
                log += "tensor ${grad.item()}"
                null
            }
            y.gradFn().registerPrehook { (grad) -> listOf(grad * 5.0) }
            y.gradFn().registerHook { (gradInput), (gradOutput) ->
                log += "node ${gradOutput.item()} ${gradInput.item()}"
                null
            }
            x.registerPostAccumulateGradHook { log += "leaf ${it.grad().item()}" }
            Graph.registerMultiGradHook(listOf(x, y)) { grads ->
                log +=
                    "all ${grads.map { it?.item() }}"
            }
            Graph
                .registerMultiGradHook(listOf(x, y), MultiGradMode.ANY) {
                    log +=
                        "first ${it.item()}"
                }.use {
                    backward(y, retainGraph = true, parallelism = 1)
                }
            log shouldContainExactly
                listOf("tensor 3.0", "first 3.0", "node 15.0 30.0", "all [30.0, 3.0]", "leaf 30.0")
        }

        test("edges stand for tensors in suspending passes") {
            val x = leaf(2.0)
            val y = x * x
            val edge = Graph.getGradientEdge(y)
            y.mul_(3.0)
            val grads = grad(listOf(y), listOf(edge, y, x), retainGraph = true)
            grads.map { it?.item() } shouldContainExactly listOf(3.0, 1.0, 12.0)
            backward(Graph.getGradientEdge(y), inputs = listOf(Graph.getGradientEdge(x)))
            x.grad().item() shouldBe 12.0
        }
    })
