package org.autograd.formula;

import java.util.Arrays;
import org.autograd.AutogradException;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;

/** The matrix product of tensors of any rank. */
final class MatrixProducts {
  private MatrixProducts() {}

  static Tensor matmul(Tensor self, Tensor other) {
    check(self, other);
    int n = self.dim();
    int m = other.dim();
    if (n == 1 && m == 1) {
      return self.dot(other);
    }
    if (m == 1) {
      return n == 2 ? self.mv(other) : folded(self, other);
    }
    if (n == 1) {
      return matmul(self.unsqueeze(0), other).squeeze(-2);
    }
    if (m == 2) {
      return n == 2 ? self.mm(other) : folded(self, other);
    }
    return batched(self, other);
  }

  private static void check(Tensor self, Tensor other) {
    if (self.dim() == 0 || other.dim() == 0) {
      throw new AutogradException(
          "matmul: both operands need at least one dimension, their shapes are "
              + self.shape()
              + " and "
              + other.shape()
              + ". Use mul for a number.");
    }
    long inner = other.size(other.dim() == 1 ? 0 : -2);
    if (self.size(-1) != inner) {
      throw new AutogradException(
          "matmul: shapes "
              + self.shape()
              + " and "
              + other.shape()
              + " do not fit: the last dimension of the first is "
              + self.size(-1)
              + ", the "
              + (other.dim() == 1 ? "length" : "second to last dimension")
              + " of the second is "
              + inner
              + ". They must be equal.");
    }
  }

  /** A batch of matrices times one matrix or vector: all rows in one product. */
  private static Tensor folded(Tensor self, Tensor other) {
    long[] sizes = self.sizes();
    int last = sizes.length - 1;
    long rows = product(sizes, last);
    Tensor flat = self.reshape(rows, sizes[last]);
    if (other.dim() == 1) {
      return Operators.unsafeView(flat.mv(other), Arrays.copyOf(sizes, last));
    }
    sizes[last] = other.size(1);
    return Operators.unsafeView(flat.mm(other), sizes);
  }

  private static Tensor batched(Tensor self, Tensor other) {
    long[] a = Raw.layout(self).sizes();
    long[] b = Raw.layout(other).sizes();
    long rows = a[a.length - 2];
    long inner = a[a.length - 1];
    long columns = b[b.length - 1];
    long[] batch = batch(self, other);
    long count = product(batch, batch.length);
    Tensor left = self.expand(with(batch, rows, inner)).reshape(count, rows, inner);
    Tensor right = other.expand(with(batch, inner, columns)).reshape(count, inner, columns);
    Tensor product = left.bmm(right);
    return batch.length == 1 ? product : Operators.unsafeView(product, with(batch, rows, columns));
  }

  private static long[] batch(Tensor self, Tensor other) {
    long[] a = Raw.layout(self).sizes();
    long[] b = Raw.layout(other).sizes();
    long[] batch = new long[Math.max(a.length, b.length) - 2];
    for (int d = 1; d <= batch.length; d++) {
      long x = d <= a.length - 2 ? a[a.length - 2 - d] : 1;
      long y = d <= b.length - 2 ? b[b.length - 2 - d] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new AutogradException(
            "matmul: the leading dimensions of shapes "
                + self.shape()
                + " and "
                + other.shape()
                + " do not broadcast: "
                + x
                + " against "
                + y);
      }
      batch[batch.length - d] = x == 1 ? y : x;
    }
    return batch;
  }

  private static long[] with(long[] batch, long rows, long columns) {
    long[] sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = rows;
    sizes[batch.length + 1] = columns;
    return sizes;
  }

  private static long product(long[] sizes, int count) {
    long n = 1;
    for (int d = 0; d < count; d++) {
      n *= sizes[d];
    }
    return n;
  }
}
