package org.autograd.kernel.cpu;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.kernel.Backend;
import org.autograd.kernel.Kernels;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Storage;

/** The CPU: Java arrays and loops. Memory is always zeroed. */
public final class CpuBackend implements Backend {
  /** Creates the backend; it has no state. */
  public CpuBackend() {}

  @Override
  public String deviceType() {
    return Device.CPU.type();
  }

  @Override
  public Storage allocate(Device device, DType dtype, long length) {
    return HeapStorage.allocate(dtype, length);
  }

  @Override
  public Kernels kernels() {
    return CpuKernels.INSTANCE;
  }
}
