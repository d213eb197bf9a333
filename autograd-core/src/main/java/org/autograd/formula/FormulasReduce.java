package org.autograd.formula;

import org.autograd.Tensor;
import org.autograd.Tensors;

/** Derivatives of reductions that take more than a line. */
final class FormulasReduce {
  private static final int[] ALL = {};

  private FormulasReduce() {}

  /** The gradient of the product of all elements; exact also where elements are 0. */
  public static Tensor prodBackward(Tensor grad, Tensor self, Tensor result) {
    if (self.dim() == 0) {
      return grad;
    }
    if (!self.eq(0).any().itemBoolean()) {
      return grad.mul(result.div(self));
    }
    long[] sizes = self.sizes();
    return grad.mul(productOfOthers(self.reshape(self.numel()), 0).reshape(sizes));
  }

  /** The gradient of the product along a dimension; exact also where elements are 0. */
  public static Tensor prodDimBackward(
      Tensor grad, Tensor self, Tensor result, int dim, boolean keepdim) {
    if (self.dim() == 0) {
      return grad;
    }
    Tensor kept = keepdim ? grad : grad.unsqueeze(wrap(dim, self));
    return kept.mul(prodFactors(self, result, dim, keepdim));
  }

  /** The tangent of the product along a dimension. */
  public static Tensor prodDimJvp(
      Tensor tangent, Tensor self, Tensor result, int dim, boolean keepdim) {
    if (self.dim() == 0) {
      return tangent;
    }
    return tangent.mul(prodFactors(self, result, dim, keepdim)).sum(dim, keepdim);
  }

  private static Tensor prodFactors(Tensor self, Tensor result, int dim, boolean keepdim) {
    int d = wrap(dim, self);
    if (!self.eq(0).any().itemBoolean()) {
      return (keepdim ? result : result.unsqueeze(d)).div(self);
    }
    return productOfOthers(self, d);
  }

  /** For each element the product of all others along the dimension, by doubling steps. */
  private static Tensor productOfOthers(Tensor x, int dim) {
    long n = x.size(dim);
    Tensor one = Tensor.onesLike(x.narrow(dim, 0, 1));
    Tensor before = join(dim, one, x.narrow(dim, 0, n - 1));
    Tensor after = join(dim, x.narrow(dim, 1, n - 1), one);
    for (long step = 1; step < n; step *= 2) {
      long rest = n - step;
      Tensor first = before.narrow(dim, 0, step);
      before = join(dim, first, before.narrow(dim, step, rest).mul(before.narrow(dim, 0, rest)));
      Tensor last = after.narrow(dim, rest, step);
      after = join(dim, after.narrow(dim, 0, rest).mul(after.narrow(dim, step, rest)), last);
    }
    return before.mul(after);
  }

  private static Tensor join(int dim, Tensor first, Tensor second) {
    return Operators.cat(new Tensor[] {first, second}, dim);
  }

  /** The gradient of the variance; {@code dim} null stands for all dimensions. */
  public static Tensor varBackward(
      Tensor grad, Tensor self, int[] dim, double correction, boolean keepdim) {
    long[] sizes = self.sizes();
    int[] dims = dim == null ? ALL : dim;
    Tensor scaled = grad.mul(2 / (Formulas.reducedNumel(sizes, dims) - correction));
    return Formulas.restore(scaled, sizes, dims, keepdim).mul(self.sub(self.mean(dims, true)));
  }

  /** The tangent of the variance. */
  public static Tensor varJvp(
      Tensor tangent, Tensor self, int[] dim, double correction, boolean keepdim) {
    int[] dims = dim == null ? ALL : dim;
    double scale = 2 / (Formulas.reducedNumel(self.sizes(), dims) - correction);
    return self.sub(self.mean(dims, true)).mul(tangent).sum(dims, keepdim).mul(scale);
  }

  /** The gradient of the standard deviation; 0 where that is 0. */
  public static Tensor stdBackward(
      Tensor grad, Tensor self, Tensor result, int[] dim, double correction, boolean keepdim) {
    return varBackward(byTwice(grad, result), self, dim, correction, keepdim);
  }

  /** The tangent of the standard deviation; 0 where that is 0. */
  public static Tensor stdJvp(
      Tensor tangent, Tensor self, Tensor result, int[] dim, double correction, boolean keepdim) {
    return byTwice(varJvp(tangent, self, dim, correction, keepdim), result);
  }

  /** Divides by twice the deviation; 0, with all its derivatives, where that is 0. */
  private static Tensor byTwice(Tensor t, Tensor deviation) {
    Tensor some = deviation.ne(0);
    return Tensors.where(some, t, 0.0).div(Tensors.where(some, deviation.mul(2), 1.0));
  }

  /** The gradient of amax and amin: split evenly between the elements that equal the result. */
  public static Tensor amaxBackward(
      Tensor grad, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    long[] sizes = self.sizes();
    Tensor mask = extremes(self, Formulas.restore(result, sizes, dim, keepdim), grad);
    Tensor kept = Formulas.restore(grad, sizes, dim, keepdim);
    return kept.div(mask.sum(dim, true)).mul(mask);
  }

  /** The tangent of amax and amin: the mean over the elements that equal the result. */
  public static Tensor amaxJvp(
      Tensor tangent, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    Tensor mask = extremes(self, Formulas.restore(result, self.sizes(), dim, keepdim), tangent);
    return tangent.mul(mask).sum(dim, keepdim).div(mask.sum(dim, keepdim));
  }

  /** The gradient of the largest or smallest of all elements: split evenly between equal ones. */
  public static Tensor evenlyDistributeBackward(Tensor grad, Tensor self, Tensor result) {
    Tensor mask = extremes(self, result, grad);
    return grad.div(mask.sum()).mul(mask);
  }

  /** The tangent of the largest or smallest of all elements. */
  public static Tensor evenlyReadJvp(Tensor tangent, Tensor self, Tensor result) {
    Tensor mask = extremes(self, result, tangent);
    return tangent.mul(mask).sum().div(mask.sum());
  }

  /** Marks with 1 the elements that equal the extreme; NaN wins every comparison. */
  private static Tensor extremes(Tensor self, Tensor extreme, Tensor like) {
    return self.eq(extreme).logicalOr(self.isnan()).to(like.dtype());
  }

  /** The gradient of logsumexp. */
  public static Tensor logsumexpBackward(
      Tensor grad, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    long[] sizes = self.sizes();
    Tensor share = self.sub(Formulas.restore(result, sizes, dim, keepdim)).exp();
    return Formulas.restore(grad, sizes, dim, keepdim).mul(Formulas.conj(share));
  }

  /** The tangent of logsumexp. */
  public static Tensor logsumexpJvp(
      Tensor tangent, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    Tensor share = self.sub(Formulas.restore(result, self.sizes(), dim, keepdim)).exp();
    return tangent.mul(share).sum(dim, keepdim);
  }

  private static int wrap(int dim, Tensor self) {
    return dim < 0 ? dim + self.dim() : dim;
  }
}
