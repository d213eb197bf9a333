package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.autograd.AutogradException
import org.autograd.JacobianStrategy
import org.autograd.Tensor
import kotlin.math.cos
import kotlin.math.sin

private fun cube(x: Tensor): Tensor = x.pow(3).sum()

private fun weighted(
    x: Tensor,
    y: Tensor,
): Tensor = (x * x * y).sum()

private fun product(
    x: Tensor,
    y: Tensor,
    z: Tensor,
): Tensor = (x * y * z).sum()

private fun total(xs: List<Tensor>): Tensor = (xs[0] * xs[1]).sum()

private fun both(xs: List<Tensor>): List<Tensor> = listOf(xs[0] * xs[1], xs[0] + xs[1])

class FunctionalSpec :
    FunSpec({
        // Adding zero turns -0.0 into 0.0.
        fun numbers(t: Tensor) = t.toDoubleArray().map { it + 0.0 }

        val x = tensorOf(1.0, 2.0)
        val y = tensorOf(3.0, 5.0)
        val z = tensorOf(-1.0, 4.0)

        test("gradients compose") {
            numbers(grad(::cube)(x)) shouldContainExactly listOf(3.0, 12.0)
            val second = grad { t -> grad(::cube)(t).sum() }
            numbers(second(x)) shouldContainExactly listOf(6.0, 12.0)
            // A function of a scalar composes without a sum: sin, cos, -sin, -cos.
            val f = { t: Tensor -> t.sin() }
            val t = tensorOf(0.5)
            grad(f)(t).item() shouldBe (cos(0.5) plusOrMinus 1e-15)
            grad(grad(f))(t).item() shouldBe (-sin(0.5) plusOrMinus 1e-15)
            grad(grad(grad(f)))(t).item() shouldBe (-cos(0.5) plusOrMinus 1e-15)
        }

        test("one argument: lambdas with and without a name, references and values") {
            val expected = listOf(3.0, 12.0)
            val value: (Tensor) -> Tensor = ::cube
            numbers(grad { it.pow(3).sum() }(x)) shouldContainExactly expected
            numbers(grad { t -> t.pow(3).sum() }(x)) shouldContainExactly expected
            numbers(grad { t: Tensor -> t.pow(3).sum() }(x)) shouldContainExactly expected
            numbers(grad({ t -> t.pow(3).sum() })(x)) shouldContainExactly expected
            numbers(grad(value)(x)) shouldContainExactly expected
            val (v, g) = valueAndGrad { it.pow(3).sum() }(x)
            v.item() shouldBe 9.0
            numbers(g) shouldContainExactly expected
        }

        test("two arguments: with respect to either") {
            // x²y: 2xy and x².
            numbers(grad(::weighted)(x, y)) shouldContainExactly listOf(6.0, 20.0)
            numbers(grad { a, b -> weighted(a, b) }(x, y)) shouldContainExactly listOf(6.0, 20.0)
            numbers(grad(::weighted, argnum = 1)(x, y)) shouldContainExactly listOf(1.0, 4.0)
            numbers(grad(argnum = -1) { a, b -> weighted(a, b) }(x, y)) shouldContainExactly
                listOf(1.0, 4.0)
            numbers(grad(1) { a, b -> weighted(a, b) }(x, y)) shouldContainExactly listOf(1.0, 4.0)
            val (v, g) = valueAndGrad(::weighted, 1)(x, y)
            v.item() shouldBe 23.0
            numbers(g) shouldContainExactly listOf(1.0, 4.0)
            val (first, _) = gradAndValue { a, b -> weighted(a, b) }(x, y)
            numbers(first) shouldContainExactly listOf(6.0, 20.0)
        }

        test("three arguments: with respect to any") {
            numbers(grad(::product)(x, y, z)) shouldContainExactly listOf(-3.0, 20.0)
            numbers(grad(::product, argnum = 1)(x, y, z)) shouldContainExactly listOf(-1.0, 8.0)
            numbers(grad(argnum = 2) { a, b, c -> product(a, b, c) }(x, y, z)) shouldContainExactly
                listOf(3.0, 10.0)
            val (v, g) = valueAndGrad { a, b, c -> product(a, b, c) }(x, y, z)
            v.item() shouldBe 37.0
            numbers(g) shouldContainExactly listOf(-3.0, 20.0)
            numbers(gradAndValue(::product, 2)(x, y, z).grad()) shouldContainExactly
                listOf(3.0, 10.0)
        }

        test("lists of arguments: lambdas that say so, references and values") {
            val args = listOf(x, y)
            numbers(
                grad { (a, b): List<Tensor> ->
                    (a * b).sum()
                }(args).single(),
            ) shouldContainExactly
                listOf(3.0, 5.0)
            numbers(grad(1) { xs: List<Tensor> -> total(xs) }(args).single()) shouldContainExactly
                listOf(1.0, 2.0)
            val value: (List<Tensor>) -> Tensor = ::total
            grad(value, 0, 1)(args).map(::numbers) shouldContainExactly
                listOf(listOf(3.0, 5.0), listOf(1.0, 2.0))
            grad(::total, -1, 0)(args).map(::numbers) shouldContainExactly
                listOf(listOf(1.0, 2.0), listOf(3.0, 5.0))
            val (v, g) = valueAndGrad(0, 1) { (a, b) -> (a * b).sum() }(args)
            v.item() shouldBe 13.0
            g.map(::numbers) shouldContainExactly listOf(listOf(3.0, 5.0), listOf(1.0, 2.0))
            numbers(gradAndValue(::total)(args).grad().single()) shouldContainExactly
                listOf(3.0, 5.0)
        }

        test("what it gives goes on being differentiated") {
            val leaf = tensorOf(1.0, 2.0).requiresGrad_()
            val weight = tensorOf(2.0).requiresGrad_()
            // Σ (w 3x²): 6wx in x and Σ 3x² in w.
            grad { t -> (weight * t.pow(3)).sum() }(leaf).sum().backward()
            numbers(leaf.grad!!) shouldContainExactly listOf(12.0, 24.0)
            numbers(weight.grad!!) shouldContainExactly listOf(15.0)
            withNoGrad { grad(::cube)(leaf) }.requiresGrad shouldBe false
        }

        test("the suspending grad of recorded tensors stands beside the grad of functions") {
            val leaf = tensorOf(1.0, 2.0).requiresGrad_()
            numbers(grad(cube(leaf), leaf)) shouldContainExactly listOf(3.0, 12.0)
            numbers(grad(listOf(cube(leaf)), listOf(leaf)).single()!!) shouldContainExactly
                listOf(3.0, 12.0)
            numbers(grad(::cube)(leaf)) shouldContainExactly listOf(3.0, 12.0)
        }

        test("errors are the core's") {
            shouldThrow<AutogradException> { grad { it * it }(x) }.message shouldContain "grad"
            shouldThrow<IllegalArgumentException> { grad(::weighted, argnum = 2)(x, y) }
        }

        test("jacobians, in both modes") {
            val expected = listOf(2.0, 0.0, 0.0, 4.0)
            for (jacobian in listOf(
                jacrev { it * it },
                jacfwd { it * it },
                jacrev({ it * it }, vectorize = false),
                jacfwd({ it * it }, vectorize = false),
                jacrev(chunkSize = 1) { it * it },
                jacfwd(chunkSize = 1) { it * it },
            )) {
                numbers(jacobian(x)) shouldContainExactly expected
            }
            // x y in y: diag(x); x y z in z: diag(x y).
            numbers(jacrev(argnum = 1) { a, b -> a * b }(x, y)) shouldContainExactly
                listOf(1.0, 0.0, 0.0, 2.0)
            numbers(jacfwd({ a, b -> a * b }, 1)(x, y)) shouldContainExactly
                listOf(1.0, 0.0, 0.0, 2.0)
            numbers(jacrev({ a, b, c -> a * b * c }, argnum = 2)(x, y, z)) shouldContainExactly
                listOf(3.0, 0.0, 0.0, 10.0)
            numbers(jacfwd(argnum = 2) { a, b, c -> a * b * c }(x, y, z)) shouldContainExactly
                listOf(3.0, 0.0, 0.0, 10.0)
            for (rows in listOf(
                jacrev(::both, 1),
                jacfwd(::both, 1),
                jacrev(1, chunkSize = 1) { (a, b): List<Tensor> -> listOf(a * b, a + b) },
                jacfwd(1) { xs: List<Tensor> -> both(xs) },
            )) {
                rows(listOf(x, y)).map { numbers(it.single()) } shouldContainExactly
                    listOf(listOf(1.0, 0.0, 0.0, 2.0), listOf(1.0, 0.0, 0.0, 1.0))
            }
        }

        test("the hessian of Rosenbrock's function") {
            val rosenbrock = { t: Tensor ->
                val (a, b) = listOf(t[0], t[1])
                (1 - a).pow(2) + 100 * (b - a * a).pow(2)
            }
            val at = tensorOf(-1.2, 1.0)
            // By hand: [[1200a² − 400b + 2, −400a], [−400a, 200]].
            val expected = listOf(1330.0, 480.0, 480.0, 200.0)

            fun check(h: Tensor) =
                numbers(h).zip(expected).forEach { (is_, be) -> is_ shouldBe (be plusOrMinus 1e-9) }
            check(hessian(rosenbrock)(at))
            check(hessian(rosenbrock, at))
            check(hessian(rosenbrock, at, vectorize = true))
            check(
                hessian(
                    rosenbrock,
                    at,
                    vectorize = true,
                    strategy = JacobianStrategy.FORWARD_MODE,
                ),
            )
            check(jacrev(grad(rosenbrock))(at))
            check(jacfwd(grad(rosenbrock))(at))
            // Its gradient there: [−400a(b − a²) − 2(1 − a), 200(b − a²)].
            val gradient = numbers(grad(rosenbrock)(at))
            gradient[0] shouldBe (-215.6 plusOrMinus 1e-9)
            gradient[1] shouldBe (-88.0 plusOrMinus 1e-9)
        }

        test("hessians with respect to one of several arguments") {
            // x²y: 2y in x, nothing in y.
            numbers(hessian(::weighted)(x, y)) shouldContainExactly listOf(6.0, 0.0, 0.0, 10.0)
            numbers(hessian(argnum = 1) { a, b -> weighted(a, b) }(x, y)) shouldContainExactly
                listOf(0.0, 0.0, 0.0, 0.0)
            numbers(hessian { a, b, c -> (a * b * b * c).sum() }(x, y, z)) shouldContainExactly
                listOf(0.0, 0.0, 0.0, 0.0)
            numbers(
                hessian({ a, b, c -> (a * b * b * c).sum() }, argnum = 1)(x, y, z),
            ) shouldContainExactly listOf(-2.0, 0.0, 0.0, 16.0)
            val blocks = hessian(::total, listOf(x, y))
            numbers(blocks[0][0]) shouldContainExactly List(4) { 0.0 }
            numbers(blocks[0][1]) shouldContainExactly listOf(1.0, 0.0, 0.0, 1.0)
        }

        test("derivatives at a point take options by name") {
            val leaf = tensorOf(1.0, 2.0).requiresGrad_()
            jacobian({ it.pow(3) }, leaf).requiresGrad shouldBe false
            val j = jacobian({ it.pow(3) }, leaf, createGraph = true)
            numbers(j) shouldContainExactly listOf(3.0, 0.0, 0.0, 12.0)
            numbers(grad(j.sum(), leaf)) shouldContainExactly listOf(6.0, 12.0)
            shouldThrow<AutogradException> { jacobian({ y * 2 }, x, strict = true) }
            jacobian(::both, listOf(x, y))[1].map(::numbers) shouldContainExactly
                listOf(listOf(1.0, 0.0, 0.0, 1.0), listOf(1.0, 0.0, 0.0, 1.0))
            numbers(
                jacobian({ (a, b) -> listOf(a * b) }, listOf(x, y), vectorize = true)[0][0],
            ) shouldContainExactly listOf(3.0, 0.0, 0.0, 5.0)
        }

        test("products with vectors") {
            val v = tensorOf(1.0, -1.0)
            val (square, along) = jvp({ it * it }, x, v)
            numbers(square) shouldContainExactly listOf(1.0, 4.0)
            numbers(along) shouldContainExactly listOf(2.0, -4.0)
            numbers(vjp({ it * it }, x, v).derivative()) shouldContainExactly listOf(2.0, -4.0)
            numbers(vjp(::cube, x).derivative()) shouldContainExactly listOf(3.0, 12.0)
            val (value, curved) = hvp(::cube, x, v)
            value.item() shouldBe 9.0
            numbers(curved) shouldContainExactly listOf(6.0, -12.0)
            numbers(vhp(::cube, x, v).derivative()) shouldContainExactly listOf(6.0, -12.0)
            val args = listOf(x, y)
            val change = listOf(v, x)
            // (xy)' = v y + x x, (x + y)' = v + x.
            jvp(::both, args, change).derivative().map(::numbers) shouldContainExactly
                listOf(listOf(4.0, -1.0), listOf(2.0, 1.0))
            // Jᵀ(v, x) = (v y + x, v x + x).
            vjp(::both, args, change).derivative().map(::numbers) shouldContainExactly
                listOf(listOf(4.0, -3.0), listOf(2.0, 0.0))
            // The hessian of Σ xy swaps.
            hvp(::total, args, change).derivative().map(::numbers) shouldContainExactly
                listOf(numbers(x), numbers(v))
            vhp(
                { (a, b) -> (a * b).sum() },
                args,
                change,
            ).derivative().map(::numbers) shouldContainExactly
                listOf(numbers(x), numbers(v))
        }

        test("linear maps are applied many times and run the function once") {
            var runs = 0
            val f = { t: Tensor ->
                runs++
                t * t
            }
            val (value, push) = linearize(f, x)
            numbers(value) shouldContainExactly listOf(1.0, 4.0)
            numbers(push(tensorOf(1.0, 0.0))) shouldContainExactly listOf(2.0, 0.0)
            numbers(push(tensorOf(1.0, 1.0))) shouldContainExactly listOf(2.0, 4.0)
            val (_, pull) = pullback(f, x)
            numbers(pull(tensorOf(0.0, 1.0))) shouldContainExactly listOf(0.0, 4.0)
            numbers(vmap(pull)(Tensor.eye(2).to(x.dtype))) shouldContainExactly
                listOf(2.0, 0.0, 0.0, 4.0)
            runs shouldBe 2
            val (_, pullBoth) = pullback(::both, listOf(x, y))
            pullBoth(listOf(x, y)).map(::numbers) shouldContainExactly
                listOf(listOf(6.0, 15.0), listOf(4.0, 9.0))
            val (_, pushBoth) = linearize({ (a, b) -> listOf(a * b) }, listOf(x, y))
            pushBoth(listOf(x, y)).map(::numbers) shouldContainExactly listOf(listOf(6.0, 20.0))
        }

        test("forward mode over the gradient of a function") {
            // ∇ Σ x³ = 3x², along v: 6xv.
            dualLevel {
                val g = grad(::cube)(makeDual(x, tensorOf(1.0, 0.5)))
                numbers(g.tangent!!) shouldContainExactly listOf(6.0, 6.0)
            }
        }

        test("hessian of a list") {
            // x²y by both: 2y, 2x and 0.
            val at = listOf(tensorOf(3.0), tensorOf(5.0))
            val all = hessian(0, 1) { (a, b): List<Tensor> -> (a * a * b).sum() }(at)
            all.map { row -> row.map { it.item() } } shouldBe
                listOf(listOf(10.0, 6.0), listOf(6.0, 0.0))
        }
    })
