package org.autograd.batch;

import org.autograd.Device;
import org.autograd.Tensor;
import org.autograd.tensor.Raw;
import org.autograd.tensor.Storage;

/**
 * Stands in the place of a batched tensor's memory, which no kernel may reach: what would read it
 * without unwrapping fails instead of computing with the first element alone.
 */
final class BatchStorage extends Storage {
  private final Tensor value;

  /** How many elements the memory of one element of the batch has. */
  private final long length;

  BatchStorage(Tensor value, long length) {
    this.value = value;
    this.length = length;
  }

  @Override
  public Device device() {
    return value.device();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long bytes() {
    return Raw.storage(value).bytes();
  }

  @Override
  public Storage alias() {
    return new BatchStorage(value, length);
  }

  @Override
  public Object memory() {
    return Raw.storage(value).memory();
  }
}
