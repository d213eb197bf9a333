package org.autograd.codegen.model;

/**
 * A result.
 *
 * @param name its name
 * @param index its place among the results, which is the number of its gradient
 * @param differentiable whether it can carry a gradient
 */
public record DifferentiableOutput(String name, int index, boolean differentiable) {}
