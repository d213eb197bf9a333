package org.autograd.dsl

import org.autograd.GradAndValue
import org.autograd.Tensor
import org.autograd.TensorFunction
import org.autograd.ValueAndDerivative
import org.autograd.ValueAndGrad
import java.util.function.BinaryOperator
import java.util.function.UnaryOperator

/**
 * A function of several tensors that gives one. Lambdas whose parameter is declared as a list
 * become one: `grad { (w, b): List<Tensor> -> loss(w, b) }`; so do function values and references.
 * Without that type a lambda with one parameter is a function of one tensor.
 */
public fun interface ScalarFunction {
    /** Computes the result. */
    public operator fun invoke(inputs: List<Tensor>): Tensor
}

/** Computes the results. */
public operator fun TensorFunction.invoke(inputs: List<Tensor>): List<Tensor> = apply(inputs)

/** The value: `val (value, derivative) = vjp(f, x, v)`. */
public operator fun <V, D> ValueAndDerivative<V, D>.component1(): V = value()

/** The derivative: `val (value, derivative) = vjp(f, x, v)`. */
public operator fun <V, D> ValueAndDerivative<V, D>.component2(): D = derivative()

/** The value: `val (value, gradient) = valueAndGrad(f)(x)`. */
public operator fun <G> ValueAndGrad<G>.component1(): Tensor = value()

/** The gradient: `val (value, gradient) = valueAndGrad(f)(x)`. */
public operator fun <G> ValueAndGrad<G>.component2(): G = grad()

/** The gradient: `val (gradient, value) = gradAndValue(f)(x)`. */
public operator fun <G> GradAndValue<G>.component1(): G = grad()

/** The value: `val (gradient, value) = gradAndValue(f)(x)`. */
public operator fun <G> GradAndValue<G>.component2(): Tensor = value()

internal fun listed(f: (Tensor) -> Tensor): TensorFunction =
    TensorFunction.of(UnaryOperator { f(it) })

internal fun listed(f: (Tensor, Tensor) -> Tensor): TensorFunction =
    TensorFunction.of(BinaryOperator { x, y -> f(x, y) })

internal fun listed(f: (Tensor, Tensor, Tensor) -> Tensor): TensorFunction =
    TensorFunction { (x, y, z) -> listOf(f(x, y, z)) }

internal fun listed(f: ScalarFunction): TensorFunction = TensorFunction { listOf(f(it)) }

/** Takes several tensors as a list. */
internal fun <R> two(f: (List<Tensor>) -> R): (Tensor, Tensor) -> R = { x, y -> f(listOf(x, y)) }

/** Takes several tensors as a list. */
internal fun <R> three(f: (List<Tensor>) -> R): (Tensor, Tensor, Tensor) -> R =
    { x, y, z -> f(listOf(x, y, z)) }
