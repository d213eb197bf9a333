package org.autograd.formula;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.Gather;
import org.autograd.ops.Types;

/** Batching rules of reading and writing by index; values come back with the batch in front. */
final class BatchIndexing {
  private BatchIndexing() {}

  static Tensor gather(BatchLevel batch, Tensor self, int dim, Tensor index) {
    int d = BatchSupport.dim("gather", dim, self.dim());
    Tensor read = BatchSupport.raised(batch, self).gather(d, BatchSupport.raised(batch, index));
    return lowered(read, index.dim());
  }

  /** Returns values without the dimension that they were only given to have one. */
  private static Tensor lowered(Tensor front, int rank) {
    return rank == 0 ? front.squeeze(1) : front;
  }

  static Tensor gatherBackward(
      BatchLevel batch, Tensor gradOutput, long[] sizes, int dim, Tensor index) {
    int d = BatchSupport.dim("gather", dim, sizes.length);
    long[] whole = BatchSupport.sizes(batch, sizes.length == 0 ? new long[] {1} : sizes);
    Tensor at = BatchSupport.raised(batch, index);
    Tensor grad = BatchSupport.raised(batch, gradOutput);
    return lowered(Operators.gatherBackward(grad, whole, d, at), sizes.length);
  }

  static Tensor scatter(BatchLevel batch, Tensor self, int dim, Tensor index, Tensor src) {
    int d = BatchSupport.dim("scatter", dim, self.dim());
    Tensor at = BatchSupport.raised(batch, index);
    Tensor from = BatchSupport.raised(batch, src);
    return lowered(BatchSupport.raised(batch, self).scatter(d, at, from), self.dim());
  }

  static Tensor scatter(BatchLevel batch, Tensor self, int dim, Tensor index, Scalar value) {
    int d = BatchSupport.dim("scatter", dim, self.dim());
    Tensor at = BatchSupport.raised(batch, index);
    return lowered(Operators.scatter(BatchSupport.raised(batch, self), d, at, value), self.dim());
  }

  static Tensor scatterAdd(BatchLevel batch, Tensor self, int dim, Tensor index, Tensor src) {
    int d = BatchSupport.dim("scatterAdd", dim, self.dim());
    Tensor at = BatchSupport.raised(batch, index);
    Tensor from = BatchSupport.raised(batch, src);
    return lowered(BatchSupport.raised(batch, self).scatterAdd(d, at, from), self.dim());
  }

  static Tensor indexSelect(BatchLevel batch, Tensor self, int dim, Tensor index) {
    int d = Gather.checkIndexSelect(self, dim, index) + 1;
    Tensor from = BatchSupport.raised(batch, self);
    Tensor read =
        batch.has(index)
            ? from.gather(
                d, along(batch, index, d, Arrays.copyOfRange(from.sizes(), 1, from.dim())))
            : from.indexSelect(d, BatchSupport.vector(index));
    return lowered(read, self.dim());
  }

  /** An index for each element of the batch, repeated over the dimensions that are kept whole. */
  private static Tensor along(BatchLevel batch, Tensor index, int d, long[] sizes) {
    long count = index.numel();
    long[] shape = new long[sizes.length + 1];
    Arrays.fill(shape, 1);
    shape[0] = batch.size();
    shape[d] = count;
    long[] whole = BatchSupport.sizes(batch, sizes);
    whole[d] = count;
    return batch.front(index).reshape(shape).expand(whole);
  }

  static Tensor indexSelectBackward(
      BatchLevel batch, Tensor gradOutput, long[] sizes, int dim, Tensor index) {
    if (sizes.length == 0) {
      long[] one = {1};
      return indexSelectBackward(batch, gradOutput, one, 0, index).squeeze(1);
    }
    int d = BatchSupport.dim("indexSelect", dim, sizes.length);
    long[] whole = BatchSupport.sizes(batch, sizes);
    if (!batch.has(index)) {
      return Operators.indexSelectBackward(batch.front(gradOutput), whole, d, index);
    }
    return Operators.gatherBackward(
        batch.front(gradOutput), whole, d, along(batch, index, d, sizes));
  }

  static Tensor index(BatchLevel batch, Tensor self, Tensor[] indices) {
    IndexPlan plan = IndexPlan.of("index", batch, self.sizes(), indices);
    return plan.toLogical(Operators.index(batch.front(self), plan.indices()));
  }

  static Tensor indexBackward(BatchLevel batch, Tensor gradOutput, long[] sizes, Tensor[] indices) {
    IndexPlan plan = IndexPlan.of("index", batch, sizes, indices);
    return Operators.indexBackward(
        plan.toPhysical(batch.front(gradOutput)), BatchSupport.sizes(batch, sizes), plan.indices());
  }

  static Tensor indexPut(
      BatchLevel batch, Tensor self, Tensor[] indices, Tensor values, boolean accumulate) {
    IndexPlan plan = IndexPlan.of("indexPut", batch, self.sizes(), indices);
    Tensor typed = values;
    if (values.dim() == 0) {
      Types.checkCast("indexPut", values.dtype(), self.dtype());
      typed = values.to(self.dtype());
    }
    Tensor front = fitted(batch, typed, plan.rank());
    Tensor whole = front.expand(plan.sizes());
    return Operators.indexPut(
        batch.front(self), plan.indices(), plan.toPhysical(whole), accumulate);
  }

  /** Returns values with as many dimensions as are written, behind the batch if they have one. */
  private static Tensor fitted(BatchLevel batch, Tensor values, int rank) {
    Tensor t = batch.unwrapped(values);
    int first = batch.has(values) ? 1 : 0;
    while (t.dim() - first > rank && t.size(first) == 1) {
      t = t.squeeze(first);
    }
    return first == 1 ? BatchSupport.behind(t, rank + first - t.dim()) : t;
  }

  static Tensor maskedFill(BatchLevel batch, Tensor self, Tensor mask, Tensor value) {
    BatchSupport.checkNumber("maskedFill", value);
    Types.checkBool("maskedFill", "mask", mask);
    Types.checkCast("maskedFill", value.dtype(), self.dtype());
    Tensor[] operands = BatchSupport.aligned(batch, mask, value.to(self.dtype()), self);
    return Operators.where(operands[0], operands[1], operands[2]);
  }

  static Tensor nonzero(BatchLevel batch, Tensor self) {
    throw new AutogradException(
        "nonzero: how many rows the result has depends on the values, which differ between the"
            + " elements of a batch. Use where or a sum over a mask inside of vmap.");
  }
}
