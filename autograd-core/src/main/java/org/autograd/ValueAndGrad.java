package org.autograd;

/**
 * What a function gives, then its gradient there: {@code jax.value_and_grad}'s order. See {@link
 * GradAndValue} for the other.
 *
 * @param value the function's result
 * @param grad the gradient: a tensor, or a list of them
 * @param <G> a tensor or a list of tensors
 */
public record ValueAndGrad<G>(Tensor value, G grad) {}
