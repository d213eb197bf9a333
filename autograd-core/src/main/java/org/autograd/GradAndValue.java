package org.autograd;

/**
 * The gradient of a function, then what the function gives: the order of {@code
 * torch.func.grad_and_value}. See {@link ValueAndGrad} for the other.
 *
 * @param grad the gradient: a tensor, or a list of them
 * @param value the function's result
 * @param <G> a tensor or a list of tensors
 */
public record GradAndValue<G>(G grad, Tensor value) {}
