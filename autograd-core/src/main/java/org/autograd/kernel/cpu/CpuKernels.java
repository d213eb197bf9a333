package org.autograd.kernel.cpu;

import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Kernels;

/** The kernels over Java arrays. */
final class CpuKernels implements Kernels, CpuNatives {
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
}
