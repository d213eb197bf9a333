package org.autograd.record;

import org.autograd.Device;
import org.autograd.InplaceModificationException;
import org.autograd.Tensor;
import org.autograd.graph.GradMath;
import org.autograd.graph.SavedTensorHooks;
import org.autograd.tensor.Flags;
import org.autograd.tensor.Raw;

/**
 * Keeps saved tensors in host memory. What is there already is not copied, but watched for in-place
 * changes.
 */
public final class HostSpill implements SavedTensorHooks<HostSpill.Kept> {
  private final boolean copies;

  /**
   * What is kept of one value.
   *
   * @param value the value on the host
   * @param device where it came from
   * @param version its version if it is no copy, else -1
   */
  public record Kept(Tensor value, Device device, int version) {}

  /**
   * Makes hooks; with {@code copies}, values that are on the host already are copied all the same.
   */
  public HostSpill(boolean copies) {
    this.copies = copies;
  }

  @Override
  public Kept pack(Tensor t) {
    Device device = Raw.storage(t).device();
    GradMath math = GradMath.get();
    if (!device.isCpu()) {
      return new Kept(math.convert(t, Raw.dtype(t), Device.CPU), device, -1);
    }
    if (copies) {
      Tensor copy = math.cloneLike(t, Raw.layout(t));
      Raw.flag(copy, Flags.OWNED, false);
      return new Kept(copy, device, -1);
    }
    Tensor same = Raw.alias(Raw.storage(t), Raw.layout(t), Raw.dtype(t));
    return new Kept(same, device, Raw.storage(t).version());
  }

  @Override
  public Tensor unpack(Kept kept) {
    Tensor t = kept.value;
    if (kept.version >= 0 && Raw.storage(t).version() != kept.version) {
      throw new InplaceModificationException(
          "saveOnCpu: "
              + Record.describe(t)
              + " that was saved for backward was changed in place: it is at version "
              + Raw.storage(t).version()
              + "; expected version "
              + kept.version
              + ". Use an operation that is not in place, or clone() the tensor before changing"
              + " it.");
    }
    return kept.device.isCpu() ? t : GradMath.get().convert(t, Raw.dtype(t), kept.device);
  }
}
