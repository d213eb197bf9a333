package org.autograd.ops;

import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** Random results that are not in place. */
public final class Draws {
  private Draws() {}

  /** Draws 1 with the probability that each element gives, else 0; dtype and shape stay. */
  public static Tensor bernoulli(Tensor self) {
    Tensor result = Alloc.empty(Raw.layout(self).fresh(), Raw.dtype(self), self.device());
    RandomFills.bernoulli(result, self);
    return result;
  }
}
