package org.autograd.formula;

import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;

/** Batching rules of reductions over all dimensions; values come back with the batch in front. */
final class BatchReductions {
  private BatchReductions() {}

  static Tensor sum(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).sum(1);
  }

  static Tensor mean(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).mean(1);
  }

  static Tensor prod(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).prod(1);
  }

  static Tensor max(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).amax(1);
  }

  static Tensor min(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).amin(1);
  }

  static Tensor any(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).any(1);
  }

  static Tensor all(BatchLevel batch, Tensor self) {
    return BatchSupport.flat(batch, self).all(1);
  }

  static Tensor argmax(BatchLevel batch, Tensor self, Integer dim, boolean keepdim) {
    int d = dim == null ? 0 : BatchSupport.dim("argmax", dim, self.dim());
    return dim == null || self.dim() == 0
        ? kept(BatchSupport.flat(batch, self).argmax(1), self, keepdim)
        : batch.front(self).argmax(d, keepdim);
  }

  static Tensor argmin(BatchLevel batch, Tensor self, Integer dim, boolean keepdim) {
    int d = dim == null ? 0 : BatchSupport.dim("argmin", dim, self.dim());
    return dim == null || self.dim() == 0
        ? kept(BatchSupport.flat(batch, self).argmin(1), self, keepdim)
        : batch.front(self).argmin(d, keepdim);
  }

  private static Tensor kept(Tensor indices, Tensor self, boolean keepdim) {
    return keepdim ? BatchSupport.behind(indices, self.dim()) : indices;
  }
}
