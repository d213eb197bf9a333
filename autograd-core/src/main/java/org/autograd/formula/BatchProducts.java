package org.autograd.formula;

import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.batch.BatchLevel;

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
    return batch.front(self).bmm(batch.front(mat2));
  }

  static Tensor bmm(BatchLevel batch, Tensor self, Tensor mat2) {
    check("bmm", self, 3, mat2, 3);
    return batch.front(self).matmul(batch.front(mat2));
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
    Tensor product = Formulas.maybeMultiply(mm(batch, mat1, mat2), alpha);
    if (beta.toDouble() == 0) {
      return product;
    }
    Tensor added = batch.has(self) ? BatchSupport.behind(batch.front(self), 2 - self.dim()) : self;
    return product.add(Formulas.maybeMultiply(added, beta));
  }

  static Tensor linear(BatchLevel batch, Tensor input, Tensor weight, Tensor bias) {
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
    Tensor w = batch.front(weight);
    Tensor x = batch.front(input);
    int rank = input.dim();
    if (weight.dim() == 1) {
      Tensor products = x.reshape(batch.size(), -1, weight.size(0)).bmm(w.unsqueeze(2));
      return products.reshape(leading(x));
    }
    Tensor rows = rank == 2 ? x : x.reshape(batch.size(), -1, weight.size(1));
    Tensor products = rows.bmm(w.transpose(1, 2));
    if (rank == 2) {
      return products;
    }
    long[] sizes = x.sizes();
    sizes[sizes.length - 1] = weight.size(0);
    return products.reshape(sizes);
  }

  private static long[] leading(Tensor x) {
    return java.util.Arrays.copyOf(x.sizes(), x.dim() - 1);
  }

  private static void check(String op, Tensor a, int rankA, Tensor b, int rankB) {
    if (a.dim() != rankA || b.dim() != rankB) {
      throw new org.autograd.AutogradException(
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
