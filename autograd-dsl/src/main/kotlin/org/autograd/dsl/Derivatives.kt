package org.autograd.dsl

import org.autograd.Functional
import org.autograd.JacobianOptions
import org.autograd.JacobianStrategy
import org.autograd.ProductOptions
import org.autograd.Tensor
import org.autograd.TensorFunction
import org.autograd.ValueAndDerivative
import java.util.function.UnaryOperator

/**
 * Returns the derivatives of all elements of the output with respect to all elements of [x], see
 * [Functional.jacobian]: the output's shape followed by that of [x].
 *
 * ```
 * jacobian({ it * it }, tensorOf(1.0, 2.0)) // [[2, 0], [0, 4]]
 * ```
 *
 * @param createGraph whether the result can be differentiated with respect to tensors outside that
 *   require grad
 * @param strict whether it is an error, rather than zeros, that an output does not depend on an
 *   input
 * @param vectorize whether rows or columns are computed in batches instead of one by one
 * @param strategy the direction; null leaves the choice
 * @param chunkSize the most rows or columns in one batch; null for all
 * @throws org.autograd.AutogradException in strict mode, if there is no dependence; if [strict]
 *   comes with [vectorize] or forward mode
 * @throws UnsupportedOperationException if forward mode is asked for with [createGraph], or without
 *   [vectorize]
 */
public fun jacobian(
    f: (Tensor) -> Tensor,
    x: Tensor,
    createGraph: Boolean = false,
    strict: Boolean = false,
    vectorize: Boolean = false,
    strategy: JacobianStrategy? = null,
    chunkSize: Int? = null,
): Tensor =
    Functional.jacobian(
        UnaryOperator { f(it) },
        x,
        JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize),
    )

/** Same for several inputs and outputs: tensors indexed by output and input. */
public fun jacobian(
    f: TensorFunction,
    inputs: List<Tensor>,
    createGraph: Boolean = false,
    strict: Boolean = false,
    vectorize: Boolean = false,
    strategy: JacobianStrategy? = null,
    chunkSize: Int? = null,
): List<List<Tensor>> =
    Functional.jacobian(
        f,
        inputs,
        JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize),
    )

/**
 * Returns the second derivatives of a function whose result has one element, see
 * [Functional.hessian]: the shape of [x] twice. The options are those of [jacobian]; the strategy
 * is that of the outer derivative.
 *
 * ```
 * hessian({ it.pow(3).sum() }, tensorOf(1.0, 2.0)) // [[6, 0], [0, 12]]
 * ```
 */
public fun hessian(
    f: (Tensor) -> Tensor,
    x: Tensor,
    createGraph: Boolean = false,
    strict: Boolean = false,
    vectorize: Boolean = false,
    strategy: JacobianStrategy? = null,
    chunkSize: Int? = null,
): Tensor =
    Functional.hessian(
        UnaryOperator { f(it) },
        x,
        JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize),
    )

/** Same for several inputs: tensors indexed by two inputs. */
public fun hessian(
    f: ScalarFunction,
    inputs: List<Tensor>,
    createGraph: Boolean = false,
    strict: Boolean = false,
    vectorize: Boolean = false,
    strategy: JacobianStrategy? = null,
    chunkSize: Int? = null,
): List<List<Tensor>> =
    Functional.hessian(
        listed(f),
        inputs,
        JacobianOptions(createGraph, strict, vectorize, strategy, chunkSize),
    )

/**
 * Returns the value and the product of a vector with the jacobian, in one backward pass:
 * `val (y, g) = vjp(f, x, v)`. See [Functional.vjp].
 *
 * @param v weights of the output elements; may be left out if there is one
 * @param createGraph whether results can be differentiated with respect to tensors outside that
 *   require grad, [v] among them
 * @param strict whether it is an error, rather than zeros, that an output does not depend on an
 *   input
 * @throws org.autograd.AutogradException if [v] does not fit; in strict mode, if there is no
 *   dependence
 */
public fun vjp(
    f: (Tensor) -> Tensor,
    x: Tensor,
    v: Tensor? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, Tensor> =
    Functional.vjp(UnaryOperator { f(it) }, x, v, ProductOptions(createGraph, strict))

/** Same for several inputs and outputs. */
public fun vjp(
    f: TensorFunction,
    inputs: List<Tensor>,
    v: List<Tensor>? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<List<Tensor>, List<Tensor>> =
    Functional.vjp(f, inputs, v, ProductOptions(createGraph, strict))

/**
 * Returns the value and the product of the jacobian with a vector, the derivative along it:
 * `val (y, dy) = jvp(f, x, v)`. See [Functional.jvp]; the options are those of [vjp].
 *
 * @param v a change of [x]; may be left out if that has one element
 */
public fun jvp(
    f: (Tensor) -> Tensor,
    x: Tensor,
    v: Tensor? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, Tensor> =
    Functional.jvp(UnaryOperator { f(it) }, x, v, ProductOptions(createGraph, strict))

/** Same for several inputs and outputs. */
public fun jvp(
    f: TensorFunction,
    inputs: List<Tensor>,
    v: List<Tensor>? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<List<Tensor>, List<Tensor>> =
    Functional.jvp(f, inputs, v, ProductOptions(createGraph, strict))

/**
 * Returns the value and the product of a vector with the hessian of a function whose result has one
 * element. See [Functional.vhp]; the options are those of [vjp].
 *
 * @param v of the shape of [x]; may be left out if that has one element
 */
public fun vhp(
    f: (Tensor) -> Tensor,
    x: Tensor,
    v: Tensor? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, Tensor> =
    Functional.vhp(UnaryOperator { f(it) }, x, v, ProductOptions(createGraph, strict))

/** Same for several inputs. */
public fun vhp(
    f: ScalarFunction,
    inputs: List<Tensor>,
    v: List<Tensor>? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, List<Tensor>> =
    Functional.vhp(listed(f), inputs, v, ProductOptions(createGraph, strict))

/**
 * Returns the value and the product of the hessian with a vector; usually faster than [vhp]. See
 * [Functional.hvp]; the options are those of [vjp].
 *
 * @param v of the shape of [x]; may be left out if that has one element
 */
public fun hvp(
    f: (Tensor) -> Tensor,
    x: Tensor,
    v: Tensor? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, Tensor> =
    Functional.hvp(UnaryOperator { f(it) }, x, v, ProductOptions(createGraph, strict))

/** Same for several inputs. */
public fun hvp(
    f: ScalarFunction,
    inputs: List<Tensor>,
    v: List<Tensor>? = null,
    createGraph: Boolean = false,
    strict: Boolean = false,
): ValueAndDerivative<Tensor, List<Tensor>> =
    Functional.hvp(listed(f), inputs, v, ProductOptions(createGraph, strict))

/**
 * Evaluates a function and returns with its value the map from weights of the output elements to
 * their product with the jacobian, which can be applied many times without running [f] again:
 * `val (y, pull) = pullback(f, x)`. See [Functional.pullback].
 */
public fun pullback(
    f: (Tensor) -> Tensor,
    x: Tensor,
): ValueAndDerivative<Tensor, (Tensor) -> Tensor> {
    val (value, map) = Functional.pullback(UnaryOperator { f(it) }, x)
    return ValueAndDerivative(value, map::apply)
}

/** Same for several inputs and outputs. */
public fun pullback(
    f: TensorFunction,
    inputs: List<Tensor>,
): ValueAndDerivative<List<Tensor>, (List<Tensor>) -> List<Tensor>> {
    val (values, map) = Functional.pullback(f, inputs)
    return ValueAndDerivative(values, map::apply)
}

/**
 * Evaluates a function and returns with its value the map from changes of [x] to changes of the
 * output, their product with the jacobian, which can be applied many times without running [f]
 * again: `val (y, push) = linearize(f, x)`. See [Functional.linearize], also for what it costs.
 */
public fun linearize(
    f: (Tensor) -> Tensor,
    x: Tensor,
): ValueAndDerivative<Tensor, (Tensor) -> Tensor> {
    val (value, map) = Functional.linearize(UnaryOperator { f(it) }, x)
    return ValueAndDerivative(value, map::apply)
}

/** Same for several inputs and outputs. */
public fun linearize(
    f: TensorFunction,
    inputs: List<Tensor>,
): ValueAndDerivative<List<Tensor>, (List<Tensor>) -> List<Tensor>> {
    val (values, map) = Functional.linearize(f, inputs)
    return ValueAndDerivative(values, map::apply)
}
