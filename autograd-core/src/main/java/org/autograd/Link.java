package org.autograd;

/** What a derivative is connected to outside of the call that computes it. */
enum Link {
  /** Nothing: results are constants. */
  NONE,

  /** Tangents of forward levels that are open outside. */
  TANGENTS,

  /** These tangents, and the histories of tensors outside that require grad. */
  ALL;

  static Link of(boolean createGraph) {
    return createGraph ? ALL : NONE;
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
