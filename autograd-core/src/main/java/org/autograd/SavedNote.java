package org.autograd;

import org.autograd.graph.CreationSite;
import org.autograd.tensor.Layout;
import org.autograd.tensor.Raw;

/**
 * What a checkpoint remembers of a value that it does not keep.
 *
 * @param site where it was saved and by which operator; null unless that was asked for
 */
record SavedNote(Layout layout, DType dtype, Device device, String site) {
  private static final String ENTRY_POINTS = "org.autograd.formula.Operators";

  static SavedNote of(Tensor t, boolean debug) {
    return new SavedNote(Raw.layout(t), Raw.dtype(t), t.device(), debug ? here() : null);
  }

  private static String here() {
    String operator =
        StackWalker.getInstance()
            .walk(frames ->
                frames
                    .filter(f -> f.getClassName().equals(ENTRY_POINTS))
                    .map(StackWalker.StackFrame::getMethodName)
                    .findFirst()
                    .orElse("a function"));
    return operator + " at " + CreationSite.caller();
  }

  /** Tells whether two values have the same shape, dtype and device. */
  boolean matches(SavedNote other) {
    return layout.sameSizes(other.layout) && dtype == other.dtype && device.equals(other.device);
  }

  @Override
  public String toString() {
    return dtype
        + " "
        + Shape.of(layout.sizes())
        + (device.isCpu() ? "" : " on " + device)
        + (site == null ? "" : ", saved by " + site);
  }
}
