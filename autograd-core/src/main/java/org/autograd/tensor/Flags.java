package org.autograd.tensor;

/** Bits of a tensor's state. */
public final class Flags {
  /** The tensor requires grad: a leaf that was told so, or a recorded result. */
  public static final int REQUIRES_GRAD = 1;

  /**
   * Nothing but this object can reach the memory (design note: ownership). Set by the allocation of
   * a result, cleared when the tensor is viewed, saved, handed to user code or taken by the engine.
   */
  public static final int OWNED = 2;

  /** The tensor stands for a host number, which has a weaker say in type promotion. */
  public static final int WRAPPED_NUMBER = 4;

  /** The tensor is a view of another one. */
  public static final int VIEW = 8;

  /** The tensor was made in inference mode: never recorded, no version counter. */
  public static final int INFERENCE = 16;

  /** The tensor carries tangents of forward mode, or did once. */
  public static final int DUAL = 32;

  /** The tensor stands for one element of a batch: its memory is that of another tensor. */
  public static final int BATCHED = 64;

  /**
   * The memory has other owners that do not follow when the tensor is given another one: what was
   * made by detach or in inference mode, or an array of the user's.
   */
  public static final int SHARED = 128;

  /**
   * The tensor is a gradient that waits for one node only: nothing else of its pass, and no tensor
   * outside, reaches the memory, but user code that was given the gradient may. So further user
   * code of that node may write into it.
   */
  public static final int EXCLUSIVE = 512;

  /** Operators look at more than memory: they pass the layers of batches and of tangents. */
  public static final int LAYERED = DUAL | BATCHED;

  private Flags() {}
}
