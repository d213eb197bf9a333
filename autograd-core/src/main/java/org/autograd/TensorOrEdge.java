package org.autograd;

/**
 * What can be differentiated, and what gradients can be asked for: a tensor, or the place in the
 * graph where its gradient goes ({@link Graph#getGradientEdge}). Lists of both kinds can be mixed.
 */
public sealed interface TensorOrEdge permits Tensor, GradientEdge {}
