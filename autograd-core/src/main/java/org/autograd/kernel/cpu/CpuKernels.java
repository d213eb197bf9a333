package org.autograd.kernel.cpu;

import org.autograd.Scalar;
import org.autograd.Tensor;

/** The kernels over Java arrays. */
final class CpuKernels extends CpuPointwise implements CpuNatives {
  static final CpuKernels INSTANCE = new CpuKernels();

  private CpuKernels() {}

  @Override
  public void copy(Tensor dst, Tensor src) {
    CpuCopy.copy(dst, src);
  }

  @Override
  public void fill(Tensor dst, Scalar value) {
    CpuFill.fill(dst, value);
  }

  @Override
  public void uniform(Tensor out, double from, double to, long seed, long block) {
    CpuRandom.uniform(out, from, to, seed, block);
  }

  @Override
  public void normal(Tensor out, double mean, double std, long seed, long block) {
    CpuRandom.normal(out, mean, std, seed, block);
  }

  @Override
  public void bernoulli(Tensor out, double p, long seed, long block) {
    CpuRandom.bernoulli(out, p, seed, block);
  }

  @Override
  public void bernoulli(Tensor out, Tensor p, long seed, long block) {
    CpuRandom.bernoulli(out, p, seed, block);
  }

  @Override
  public void integers(Tensor out, long low, long high, long seed, long block) {
    CpuRandom.integers(out, low, high, seed, block);
  }

  @Override
  public void permutation(Tensor out, long seed, long block) {
    CpuRandom.permutation(out, seed, block);
  }
}
