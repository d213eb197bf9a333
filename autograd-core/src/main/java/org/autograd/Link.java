package org.autograd;

import org.autograd.batch.BatchLevel;
import org.autograd.forward.DualLevel;
import org.autograd.mode.Bits;
import org.autograd.mode.ThreadState;

/** What a derivative is connected to outside of the call that computes it. */
enum Link {
  /** Nothing: results are constants. */
  NONE,

  /** Tangents of forward levels that are open outside. */
  TANGENTS,

  /** These tangents, and the histories of tensors outside that require grad. */
  ALL;

  /**
   * What a result with the option {@code createGraph} is connected to. Inside of another derivative
   * or of a mapped function it behaves as that of any operator, whatever the option: a constant
   * would silently make the derivative around it wrong.
   */
  static Link of(boolean createGraph) {
    return createGraph ? ALL : isInside() ? now() : NONE;
  }

  private static boolean isInside() {
    ThreadState state = ThreadState.current();
    return state.mode.has(Bits.DERIVED)
        || DualLevel.innermost(state) != null
        || BatchLevel.innermost(state) != null;
  }

  /** What the result of a differentiable operation would be connected to. */
  static Link now() {
    return GradMode.isEnabled() ? ALL : TANGENTS;
  }

  boolean records() {
    return this == ALL;
  }

  /** Returns a result that is connected to no more than this, and to nothing that is of no use. */
  Tensor settle(Tensor t) {
    return switch (this) {
      case NONE -> t.detach();
      case TANGENTS -> Derivatives.cut(t);
      case ALL -> Reach.isLive(t) ? t : Derivatives.cut(t);
    };
  }
}
