package org.autograd.kernel.cpu;

import org.autograd.Reduction;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.IndexKernels;
import org.autograd.kernel.ProductKernels;
import org.autograd.kernel.ReductionKernels;

/** The hand-written kernels: each is a line that names the class with its loops. */
interface CpuNatives extends ReductionKernels, IndexKernels, ProductKernels {
  @Override
  default void sum(Tensor out, Tensor self, long dims) {
    CpuReductions.sum(out, self, dims);
  }

  @Override
  default void mean(Tensor out, Tensor self, long dims) {
    CpuReductions.mean(out, self, dims);
  }

  @Override
  default void prod(Tensor out, Tensor self, long dims) {
    CpuReductions.prod(out, self, dims);
  }

  @Override
  default void extremum(Tensor out, Tensor self, long dims, boolean max) {
    CpuReductions.extremum(out, self, dims, max);
  }

  @Override
  default void indexOfExtremum(Tensor values, Tensor indices, Tensor self, long dims, boolean max) {
    CpuExtrema.extremum(values, indices, self, dims, max);
  }

  @Override
  default void any(Tensor out, Tensor self, long dims, boolean all) {
    CpuReductions.any(out, self, dims, all);
  }

  @Override
  default void var(Tensor out, Tensor self, long dims, double correction, boolean root) {
    CpuReductions.var(out, self, dims, correction, root);
  }

  @Override
  default void logsumexp(Tensor out, Tensor self, long dims) {
    CpuReductions.logsumexp(out, self, dims);
  }

  @Override
  default void cumsum(Tensor out, Tensor self, int dim, boolean reverse) {
    CpuScans.cumsum(out, self, dim, reverse);
  }

  @Override
  default void sort(Tensor values, Tensor indices, Tensor self, int dim, boolean descending) {
    CpuSort.sort(values, indices, self, dim, descending);
  }

  @Override
  default void softmax(Tensor out, Tensor self, int dim, boolean log) {
    CpuSoftmax.softmax(out, self, dim, log);
  }

  @Override
  default void softmaxBackward(Tensor out, Tensor grad, Tensor result, int dim, boolean log) {
    CpuSoftmax.backward(out, grad, result, dim, log);
  }

  @Override
  default void gather(Tensor out, Tensor self, int dim, Tensor index) {
    CpuGather.gather(out, self, dim, index);
  }

  @Override
  default void scatter(String op, Tensor self, int dim, Tensor index, Tensor src, boolean add) {
    CpuGather.scatter(op, self, dim, index, src, add);
  }

  @Override
  default void index(String op, Tensor out, Tensor self, Tensor[] indices, boolean wrap) {
    CpuIndex.get(op, out, self, indices, wrap);
  }

  @Override
  default void indexPut(
      String op, Tensor self, Tensor[] indices, Tensor values, boolean add, boolean wrap) {
    CpuIndex.put(op, self, indices, values, add, wrap);
  }

  @Override
  default long countNonzero(Tensor self) {
    return CpuMasks.count(self);
  }

  @Override
  default void nonzero(Tensor out, Tensor self) {
    CpuMasks.nonzero(out, self);
  }

  @Override
  default void where(Tensor out, Tensor condition, Tensor self, Tensor other) {
    CpuSelects.where(out, condition, self, other);
  }

  @Override
  default void addmm(Tensor out, Tensor a, Tensor b, Scalar alpha, Tensor addend, Scalar beta) {
    CpuMatMul.addmm(out, a, b, alpha, addend, beta);
  }

  @Override
  default void dot(Tensor out, Tensor a, Tensor b) {
    CpuMatMul.dot(out, a, b);
  }

  @Override
  default void nllLoss(
      Tensor out,
      Tensor self,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    CpuLosses.nll(out, self, target, weight, reduction, ignoreIndex);
  }

  @Override
  default void nllLossBackward(
      Tensor out,
      Tensor grad,
      Tensor target,
      Tensor weight,
      Reduction reduction,
      long ignoreIndex) {
    CpuLosses.nllBackward(out, grad, target, weight, reduction, ignoreIndex);
  }

  @Override
  default void mseLoss(Tensor out, Tensor self, Tensor target, Reduction reduction) {
    CpuLosses.mse(out, self, target, reduction);
  }

  @Override
  default void mseLossBackward(
      Tensor out, Tensor grad, Tensor self, Tensor target, Reduction reduction) {
    CpuLosses.mseBackward(out, grad, self, target, reduction);
  }
}
