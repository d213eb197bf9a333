package org.autograd;

/**
 * What a factory can be told about the tensor it makes.
 *
 * @param dtype the type of the elements; null leaves it to the factory: {@code float32} for most,
 *     the source's for like-factories
 * @param device where the elements live; null leaves it to the factory: the CPU, or the source's
 * @param requiresGrad whether the tensor is a leaf that requires grad, also when made while
 *     recording is off
 */
public record TensorOptions(DType dtype, Device device, boolean requiresGrad) {
  /** Everything left to the factory, no grad required. */
  public static final TensorOptions DEFAULT = new TensorOptions(null, null, false);

  /** Returns options that only state a dtype. */
  public static TensorOptions of(DType dtype) {
    return new TensorOptions(dtype, null, false);
  }

  /** Returns these options with another dtype. */
  public TensorOptions withDtype(DType dtype) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /** Returns these options with another device. */
  public TensorOptions withDevice(Device device) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /** Returns these options with the tensor requiring grad. */
  public TensorOptions withRequiresGrad() {
    return withRequiresGrad(true);
  }

  /** Returns these options with or without the tensor requiring grad. */
  public TensorOptions withRequiresGrad(boolean requiresGrad) {
    return new TensorOptions(dtype, device, requiresGrad);
  }

  /** Returns these options with what they leave open taken from others. */
  TensorOptions orElse(DType otherDtype, Device otherDevice) {
    return new TensorOptions(
        dtype == null ? otherDtype : dtype, device == null ? otherDevice : device, requiresGrad);
  }
}
