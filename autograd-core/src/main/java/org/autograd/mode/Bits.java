package org.autograd.mode;

/** The bits of {@link Mode#bits}; each belongs to the layer named in its comment. */
public final class Bits {
  /** Record: operations are recorded for reverse mode. */
  public static final int GRAD = 1;

  /** Tensor: results are inference tensors. */
  public static final int INFERENCE = 2;

  /** Engine: passes run on the calling thread, whatever the scheduler. */
  public static final int SINGLE_THREAD = 4;

  /** Forward: operators pass no tangents on. */
  public static final int NO_FORWARD = 8;

  /** Forward: a level is open. */
  public static final int DUAL_LEVEL = 16;

  /** Functional: a function is being evaluated whose derivative is taken. */
  public static final int DERIVED = 32;

  /** Record: saved tensors go through hooks. */
  public static final int SAVED_HOOKS = 1 << 8;

  /** Record: in-place changes of saved tensors are allowed, the values are kept. */
  public static final int MUTATION = 1 << 9;

  /** Returns whether operations are recorded under these bits. */
  public static boolean records(int bits) {
    return (bits & (GRAD | INFERENCE)) == GRAD;
  }

  private Bits() {}
}
