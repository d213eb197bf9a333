package org.autograd;

/** In which direction a matrix of derivatives is computed. The numbers are the same. */
public enum JacobianStrategy {
  /** One run of the function for each input element, or for a batch of them. */
  FORWARD_MODE,

  /** One pass through the recorded graph for each output element, or for a batch of them. */
  REVERSE_MODE
}
