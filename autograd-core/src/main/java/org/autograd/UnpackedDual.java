package org.autograd;

/**
 * The parts of a dual tensor, see {@link ForwardAD#unpackDual(Tensor)}.
 *
 * @param primal a view of the tensor without its tangent
 * @param tangent of the same shape and dtype, or null if the tensor has none
 */
public record UnpackedDual(Tensor primal, Tensor tangent) {}
