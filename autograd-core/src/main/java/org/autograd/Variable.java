package org.autograd;

/**
 * What tensors that take part in autograd were once called.
 *
 * @deprecated a {@link Tensor} is all there is; use {@link Tensor#requiresGrad_(boolean)}
 */
@Deprecated(since = "0.1.0")
public final class Variable {
  private Variable() {}

  /** Returns a tensor without history over the same memory. */
  public static Tensor of(Tensor data) {
    return of(data, false);
  }

  /**
   * Returns a leaf over the same memory.
   *
   * @throws AutogradException if a grad is asked for and the dtype is not floating point
   */
  public static Tensor of(Tensor data, boolean requiresGrad) {
    return data.detach().requiresGrad_(requiresGrad);
  }
}
