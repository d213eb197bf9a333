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
    Tensor scaled = grad.mul(varScale(sizes, dims, correction));
    return Formulas.restore(scaled, sizes, dims, keepdim).mul(self.sub(self.mean(dims, true)));
  }

  /** The tangent of the variance. */
  public static Tensor varJvp(
      Tensor tangent, Tensor self, int[] dim, double correction, boolean keepdim) {
    int[] dims = dim == null ? ALL : dim;
    double scale = varScale(self.sizes(), dims, correction);
    return self.sub(self.mean(dims, true)).mul(tangent).sum(dims, keepdim).mul(scale);
  }

  /** The factor of a variance's slope; its divisor is not less than 0, as in the variance. */
  private static double varScale(long[] sizes, int[] dims, double correction) {
    return 2 / Math.max(0, Formulas.reducedNumel(sizes, dims) - correction);
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
    Tensor at = extremes(self, Formulas.restore(result, sizes, dim, keepdim));
    Tensor kept = Formulas.restore(grad, sizes, dim, keepdim);
    return Tensors.where(at, kept.div(at.to(grad.dtype()).sum(dim, true)), 0.0);
  }

  /** The tangent of amax and amin: the mean over the elements that equal the result. */
  public static Tensor amaxJvp(
      Tensor tangent, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    Tensor at = extremes(self, Formulas.restore(result, self.sizes(), dim, keepdim));
    Tensor count = at.to(tangent.dtype()).sum(dim, keepdim);
    return Tensors.where(at, tangent, 0.0).sum(dim, keepdim).div(count);
  }

  /** The gradient of the largest or smallest of all elements: split evenly between equal ones. */
  public static Tensor evenlyDistributeBackward(Tensor grad, Tensor self, Tensor result) {
    Tensor at = extremes(self, result);
    return Tensors.where(at, grad.div(at.to(grad.dtype()).sum()), 0.0);
  }

  /** The tangent of the largest or smallest of all elements. */
  public static Tensor evenlyReadJvp(Tensor tangent, Tensor self, Tensor result) {
    Tensor at = extremes(self, result);
    return Tensors.where(at, tangent, 0.0).sum().div(at.to(tangent.dtype()).sum());
  }

  /** Marks the elements that equal the extreme; NaN wins every comparison. */
  private static Tensor extremes(Tensor self, Tensor extreme) {
    return self.eq(extreme).logicalOr(self.isnan());
  }

  /** The gradient of logsumexp. */
  public static Tensor logsumexpBackward(
      Tensor grad, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    Tensor share = shares(self, Formulas.restore(result, self.sizes(), dim, keepdim), dim);
    return Formulas.restore(grad, self.sizes(), dim, keepdim).mul(Formulas.conj(share));
  }

  /** The tangent of logsumexp. */
  public static Tensor logsumexpJvp(
      Tensor tangent, Tensor self, Tensor result, int[] dim, boolean keepdim) {
    Tensor share = shares(self, Formulas.restore(result, self.sizes(), dim, keepdim), dim);
    return tangent.mul(share).sum(dim, keepdim);
  }

  /**
   * The exponentials divided by their sum. The result, which is rounded, only keeps them from
   * overflow: the shares add up to 1 however coarse the numbers are.
   */
  private static Tensor shares(Tensor self, Tensor result, int[] dim) {
    Tensor level = result.detach();
    Tensor centre = Tensors.where(level.isfinite(), level, 0.0);
    Tensor weights = self.sub(centre).exp();
    return weights.div(weights.sum(dim, true));
  }

  private static int wrap(int dim, Tensor self) {
    return dim < 0 ? dim + self.dim() : dim;
  }
}
