package org.autograd;

/**
 * What a function gives, together with one of its derivatives there.
 *
 * @param value the function's result
 * @param derivative the derivative: a tensor, a list of them, or a linear map that can be applied
 *     many times
 * @param <V> a tensor or a list of tensors
 * @param <D> the same, or a function on them
 */
public record ValueAndDerivative<V, D>(V value, D derivative) {}
