package org.autograd.kernel;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.autograd.AutogradException;
import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.kernel.cpu.CpuBackend;
import org.autograd.tensor.HeapStorage;
import org.autograd.tensor.Raw;

/** Finds the backend that a device or an operand belongs to. */
public final class Backends {
  private static final Backend CPU = new CpuBackend();
  private static final Kernels CPU_KERNELS = CPU.kernels();

  /** Made when a device other than the CPU is first asked for. */
  private static final class Others {
    static final Map<String, Backend> BY_TYPE = find();

    private static Map<String, Backend> find() {
      Map<String, Backend> found = new TreeMap<>();
      for (Backend b : ServiceLoader.load(Backend.class, Backends.class.getClassLoader())) {
        found.putIfAbsent(b.deviceType(), b);
      }
      return found;
    }
  }

  private Backends() {}

  /**
   * Returns the backend of a device.
   *
   * @throws AutogradException if there is none for devices of that kind
   */
  public static Backend backend(Device device) {
    if (device.isCpu()) {
      return CPU;
    }
    Backend backend = Others.BY_TYPE.get(device.type());
    if (backend == null) {
      throw new AutogradException(
          "no backend for device "
              + device
              + " was found (found: cpu"
              + String.join("", Others.BY_TYPE.keySet().stream().map(t -> ", " + t).toList())
              + "). Put the module for it on the class path or module path.");
    }
    return backend;
  }

  /**
   * Returns the kernels of a device.
   *
   * @throws AutogradException if there is no backend for devices of that kind
   */
  public static Kernels kernels(Device device) {
    return device.isCpu() ? CPU_KERNELS : backend(device).kernels();
  }

  /** Returns the kernels for an operator on one tensor. */
  public static Kernels kernels(Tensor a) {
    return Raw.storage(a) instanceof HeapStorage ? CPU_KERNELS : kernels(Raw.storage(a).device());
  }

  /**
   * Returns the kernels for an operator on two tensors.
   *
   * @throws AutogradException if they are on different devices
   */
  public static Kernels kernels(String op, Tensor a, Tensor b) {
    return Raw.storage(a) instanceof HeapStorage && Raw.storage(b) instanceof HeapStorage
        ? CPU_KERNELS
        : kernels(device(op, a, b));
  }

  /**
   * Returns the kernels for an operator on three tensors; the last one may be null.
   *
   * @throws AutogradException if they are on different devices
   */
  public static Kernels kernels(String op, Tensor a, Tensor b, Tensor c) {
    return Raw.storage(a) instanceof HeapStorage
            && Raw.storage(b) instanceof HeapStorage
            && (c == null || Raw.storage(c) instanceof HeapStorage)
        ? CPU_KERNELS
        : kernels(device(op, a, b, c));
  }

  /**
   * Returns the kernels for an operator on several tensors.
   *
   * @throws AutogradException if they are on different devices
   */
  public static Kernels kernels(String op, Tensor... operands) {
    return onHeap(operands) ? CPU_KERNELS : kernels(device(op, operands));
  }

  private static boolean onHeap(Tensor[] operands) {
    for (Tensor t : operands) {
      if (t != null && !(Raw.storage(t) instanceof HeapStorage)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the device on which an operator runs. A zero-dimensional tensor on the CPU goes with
   * operands on any device; the kernels there read it from the host.
   *
   * @throws AutogradException if the operands are on different devices
   */
  public static Device device(String op, Tensor... operands) {
    if (onHeap(operands)) {
      return Device.CPU;
    }
    Device found = null;
    for (Tensor t : operands) {
      Device d = t == null ? null : Raw.storage(t).device();
      if (d == null || (d.isCpu() && Raw.layout(t).dim() == 0)) {
        continue;
      }
      if (found != null && !found.equals(d)) {
        throw new AutogradException(
            op
                + ": operands are on different devices, "
                + found
                + " and "
                + d
                + ". Use to() first.");
      }
      found = d;
    }
    return found == null ? Device.CPU : found;
  }
}
