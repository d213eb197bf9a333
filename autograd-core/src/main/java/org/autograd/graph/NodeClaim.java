package org.autograd.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The place of a node in which the pass that runs it keeps its state. For the engine. */
abstract class NodeClaim {
  private static final VarHandle SCRATCH;

  static {
    try {
      SCRATCH = MethodHandles.lookup().findVarHandle(NodeClaim.class, "scratch", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What the pass that claimed this node keeps for it. */
  @SuppressWarnings("unused")
  private Object scratch;

  /**
   * Lets one pass at a time keep something on this node; false if another one does. For the engine.
   */
  public final boolean claim(Object state) {
    return SCRATCH.compareAndSet(this, null, state);
  }

  /** Returns what {@link #claim} stored, or null. For the engine. */
  public final Object claimed() {
    return SCRATCH.getAcquire(this);
  }

  /** Ends a claim if it is this one. For the engine. */
  public final void unclaim(Object state) {
    if (SCRATCH.getAcquire(this) == state) {
      SCRATCH.setRelease(this, null);
    }
  }
}
