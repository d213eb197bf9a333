package org.autograd;

import java.util.List;
import org.autograd.graph.Meta;
import org.autograd.graph.ViewInfo;
import org.autograd.tensor.Raw;

/** What lies below the public API, for those who build on it: easy to misuse, and checked less. */
public final class LowLevel {
  private LowLevel() {}

  /**
   * Returns how a view came to be.
   *
   * @throws AutogradException if the tensor is not a view
   */
  public static CreationMeta creationMeta(Tensor view) {
    return info("creationMeta", view).creation();
  }

  /**
   * Sets how a view came to be.
   *
   * @throws AutogradException if the tensor is not a view
   */
  public static void setCreationMeta(Tensor view, CreationMeta meta) {
    info("setCreationMeta", view).creation(meta);
  }

  private static ViewInfo info(String op, Tensor t) {
    Meta meta = Meta.ifPresent(t);
    if (meta == null || meta.view() == null) {
      throw new AutogradException(op + ": the tensor is not a view.");
    }
    return meta.view();
  }

  /**
   * Sets version counters, which hides or feigns in-place changes.
   *
   * @throws AutogradException for a tensor made in inference mode
   * @throws IllegalArgumentException if the numbers of tensors and versions differ or a version is
   *     negative
   */
  public static void unsafeSetVersionCounter(List<Tensor> tensors, int... versions) {
    if (tensors.size() != versions.length) {
      throw new IllegalArgumentException(
          "unsafeSetVersionCounter: got "
              + tensors.size()
              + " tensors but "
              + versions.length
              + " versions.");
    }
    for (int i = 0; i < versions.length; i++) {
      if (versions[i] < 0) {
        throw new IllegalArgumentException(
            "unsafeSetVersionCounter: version " + i + " is negative: " + versions[i] + ".");
      }
      tensors.get(i).version();
    }
    for (int i = 0; i < versions.length; i++) {
      Raw.storage(tensors.get(i)).version(versions[i]);
    }
  }
}
