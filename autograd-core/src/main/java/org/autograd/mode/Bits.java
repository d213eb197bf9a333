package org.autograd.mode;

/** The bits of {@link Mode#bits}; each belongs to the layer named in its comment. */
public final class Bits {
  /** Record: operations are recorded for reverse mode. */
  public static final int GRAD = 1;

  private Bits() {}
}
