package org.autograd.ops;

import org.autograd.DType;
import org.autograd.Device;
import org.autograd.Scalar;
import org.autograd.Tensor;
import org.autograd.kernel.Backends;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * Makes fresh tensors. The layouts must be dense and start at offset 0; see {@link Layout#fresh()}.
 */
public final class Alloc {
  private Alloc() {}

  /** Makes a tensor whose contents are undefined (on the CPU: zeros). */
  public static Tensor empty(Layout layout, DType dtype, Device device) {
    return device.isCpu()
        ? Raw.fresh(HeapStorage.allocate(dtype, layout.numel()), layout, dtype)
        : elsewhere(layout, dtype, device);
  }

  /**
   * Makes a tensor on the device of another one; its contents are undefined (on the CPU: zeros).
   */
  public static Tensor empty(Layout layout, DType dtype, Tensor like) {
    return Raw.storage(like) instanceof HeapStorage
        ? Raw.fresh(HeapStorage.allocate(dtype, layout.numel()), layout, dtype)
        : elsewhere(layout, dtype, Raw.storage(like).device());
  }

  /** Makes the result of an operator on one tensor; its contents are undefined. */
  static Tensor result(Layout layout, DType dtype, Tensor a) {
    return empty(layout, dtype, a);
  }

  /** Makes the result of an operator on two tensors; its contents are undefined. */
  static Tensor result(Layout layout, DType dtype, String op, Tensor a, Tensor b) {
    return Raw.storage(a) instanceof HeapStorage && Raw.storage(b) instanceof HeapStorage
        ? Raw.fresh(HeapStorage.allocate(dtype, layout.numel()), layout, dtype)
        : empty(layout, dtype, Backends.device(op, a, b));
  }

  /** Makes the result of an operator on several tensors; its contents are undefined. */
  static Tensor result(Layout layout, DType dtype, String op, Tensor... operands) {
    return empty(layout, dtype, Backends.device(op, operands));
  }

  /** Returns where a kernel writes a result of the given dtype that is meant for {@code out}. */
  static Tensor target(Tensor out, DType dtype) {
    return Raw.dtype(out) == dtype ? out : empty(Raw.layout(out).fresh(), dtype, out);
  }

  private static Tensor elsewhere(Layout layout, DType dtype, Device device) {
    return Raw.fresh(
        Backends.backend(device).allocate(device, dtype, layout.numel()), layout, dtype);
  }

  /** Makes a tensor of zeros. */
  public static Tensor zeros(Layout layout, DType dtype, Device device) {
    Tensor t = empty(layout, dtype, device);
    if (!device.isCpu()) {
      Backends.kernels(device).fill(t, Scalar.of(0));
    }
    return t;
  }

  /** Makes a tensor of one number, converted to the dtype as a copy would do. */
  public static Tensor full(Layout layout, Scalar value, DType dtype, Device device) {
    Tensor t = empty(layout, dtype, device);
    Backends.kernels(device).fill(t, value);
    return t;
  }
}
