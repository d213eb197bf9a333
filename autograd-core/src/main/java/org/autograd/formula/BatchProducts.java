package org.autograd.formula;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.batch.Batch;
import org.autograd.batch.BatchLevel;
import org.autograd.ops.MatMul;

/**
 * Batching rules of matrix products; values come back with the batch in front. Where only one side
 * is batched, all its rows are multiplied in one product.
 */
final class BatchProducts {
  private BatchProducts() {}

  static Tensor mm(BatchLevel batch, Tensor self, Tensor mat2) {
    check("mm", self, 2, mat2, 2);
    if (!batch.has(mat2)) {
      return batch.front(self).matmul(mat2);
    }
    if (!batch.has(self)) {
      // All columns side by side are one matrix.
      Tensor wide = batch.front(mat2).transpose(0, 1).flatten(1, 2);
      long[] sizes = {self.size(0), batch.size(), mat2.size(1)};
      return Operators.unsafeView(self.mm(wide), sizes).transpose(0, 1);
    }
    return batch.front(self).bmm(batch.front(mat2));
  }

  static Tensor bmm(BatchLevel batch, Tensor self, Tensor mat2) {
    check("bmm", self, 3, mat2, 3);
    if (!batch.has(mat2)) {
      return stacked(batch.front(self), mat2);
    }
    if (!batch.has(self)) {
      Tensor wide = batch.front(mat2).permute(1, 2, 0, 3).flatten(2, 3);
      long[] sizes = {self.size(0), self.size(1), batch.size(), mat2.size(2)};
      return Operators.unsafeView(self.bmm(wide), sizes).permute(2, 0, 1, 3);
    }
    long[] sizes = {batch.size(), self.size(0), self.size(1), mat2.size(2)};
    Tensor a = batch.front(self).flatten(0, 1);
    return Operators.unsafeView(a.bmm(batch.front(mat2).flatten(0, 1)), sizes);
  }

  /**
   * Multiplies each of several rows of matrices by the same row: those in one place all at once.
   */
  private static Tensor stacked(Tensor front, Tensor matrices) {
    long[] sizes = {front.size(1), front.size(0), front.size(2), matrices.size(2)};
    Tensor tall = front.transpose(0, 1).flatten(1, 2);
    return Operators.unsafeView(tall.bmm(matrices), sizes).transpose(0, 1);
  }

  static Tensor mv(BatchLevel batch, Tensor self, Tensor vec) {
    check("mv", self, 2, vec, 1);
    if (!batch.has(self)) {
      return batch.front(vec).mm(self.t());
    }
    if (!batch.has(vec)) {
      return batch.front(self).matmul(vec);
    }
    return batch.front(self).bmm(batch.front(vec).unsqueeze(2)).squeeze(2);
  }

  static Tensor dot(BatchLevel batch, Tensor self, Tensor other) {
    check("dot", self, 1, other, 1);
    if (!batch.has(other)) {
      return batch.front(self).mv(other);
    }
    if (!batch.has(self)) {
      return batch.front(other).mv(self);
    }
    return batch.front(self).unsqueeze(1).bmm(batch.front(other).unsqueeze(2)).view(batch.size());
  }

  static Tensor addmm(
      BatchLevel batch, Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) {
    MatMul.checkAddmm(self, mat1, mat2, beta, alpha);
    boolean product = batch.has(mat1) || batch.has(mat2);
    Tensor times = Formulas.scaledTerm(product ? mm(batch, mat1, mat2) : mat1.mm(mat2), alpha);
    Tensor added = batch.has(self) ? BatchSupport.behind(batch.front(self), 2 - self.dim()) : self;
    if (beta.toDouble() != 0) {
      return times.add(Formulas.maybeMultiply(added, beta));
    }
    if (self.requiresGrad()) {
      // Its values do not count, not even if they are not finite, but its gradient is 0.
      return times.add(added.maskedFill(Tensor.scalar(true), 0));
    }
    return product ? times : batch.front(times);
  }

  static Tensor linear(BatchLevel batch, Tensor input, Tensor weight, Tensor bias) {
    MatMul.checkLinear(input, weight, bias);
    if (!batch.has(weight) && !batch.has(bias)) {
      return Operators.linear(batch.front(input), weight, bias);
    }
    Tensor product = product(batch, input, weight);
    if (bias == null) {
      return product;
    }
    Tensor added =
        batch.has(bias)
            ? BatchSupport.behind(batch.front(bias), product.dim() - 1 - bias.dim())
            : bias;
    return product.add(added);
  }

  private static Tensor product(BatchLevel batch, Tensor input, Tensor weight) {
    if (!batch.has(weight)) {
      return Operators.linear(batch.front(input), weight, null);
    }
    int rank = input.dim();
    Tensor w = batch.front(weight);
    if (!batch.has(input)) {
      // All weights together are one with more outputs.
      Tensor all = Operators.linear(input, weight.dim() == 1 ? w : w.flatten(0, 1), null);
      if (weight.dim() == 1) {
        return Batch.moved(all, rank - 1, 0);
      }
      long[] sizes = with(input.sizes(), rank, batch.size(), weight.size(0));
      return Batch.moved(Operators.unsafeView(all, sizes), rank - 1, 0);
    }
    Tensor x = batch.front(input);
    Tensor rows = rank == 1 ? x.unsqueeze(1) : rank == 2 ? x : x.flatten(1, rank - 1);
    Tensor columns = weight.dim() == 1 ? w.unsqueeze(2) : w.transpose(1, 2);
    long[] sizes =
        weight.dim() == 1
            ? Arrays.copyOf(x.sizes(), rank)
            : with(x.sizes(), rank + 1, weight.size(0));
    return Operators.unsafeView(rows.bmm(columns), sizes);
  }

  /** Returns sizes with others in the place of the last one. */
  private static long[] with(long[] sizes, int count, long... last) {
    long[] all = Arrays.copyOf(sizes, count - 1 + last.length);
    System.arraycopy(last, 0, all, count - 1, last.length);
    return all;
  }

  private static void check(String op, Tensor a, int rankA, Tensor b, int rankB) {
    if (a.dim() != rankA || b.dim() != rankB) {
      throw new AutogradException(
          op
              + ": operands need "
              + rankA
              + " and "
              + rankB
              + " dimensions, their shapes are "
              + a.shape()
              + " and "
              + b.shape()
              + ". matmul takes any.");
    }
  }
}
