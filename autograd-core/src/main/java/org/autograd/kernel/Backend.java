package org.autograd.kernel;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.tensor.Storage;

/**
 * A kind of device: its memory and its kernels. Found with {@link java.util.ServiceLoader}, except
 * for the CPU, which is always there. Implementations are used from any thread.
 */
public interface Backend {
  /**
   * Returns the kind of device this is for, for example {@code cuda}; see {@link Device#type()}.
   */
  String deviceType();

  /**
   * Allocates memory with undefined contents.
   *
   * @param device which of the devices of this kind
   * @param dtype the type of the elements
   * @param length how many elements, at least 0
   */
  Storage allocate(Device device, DType dtype, long length);

  /** Returns the kernels; the same object every time. */
  Kernels kernels();
}
