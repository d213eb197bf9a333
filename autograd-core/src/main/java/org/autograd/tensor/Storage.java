package org.autograd.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.autograd.Device;

/**
 * Memory that one or more tensors view, with the version counter they share. A storage that aliases
 * another one's memory but has a counter of its own is made by {@link #alias()}.
 */
public abstract class Storage {
  private static final VarHandle VERSION;

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(Storage.class, "version", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused")
  private int version;

  private String changedBy;

  /** Returns where the memory is. */
  public abstract Device device();

  /** Returns how many elements fit. */
  public abstract long length();

  /** Returns the size in bytes. */
  public abstract long bytes();

  /** Returns the same memory with a version counter of its own, starting at 0. */
  public abstract Storage alias();

  /** Returns what identifies the memory: equal by identity for all aliases. */
  public abstract Object memory();

  /** Returns how often the contents were changed in place. */
  public final int version() {
    return (int) VERSION.getOpaque(this);
  }

  /**
   * Counts an in-place change; safe from any thread.
   *
   * @param by what tells in words which operator made it, and where if that is known
   */
  public final void bump(String by) {
    changedBy = by;
    VERSION.getAndAdd(this, 1);
  }

  /**
   * Returns what tells in words which operator made the latest in-place change; null if there was
   * none.
   */
  public final String changedBy() {
    return changedBy;
  }

  /** Sets the counter. */
  public final void version(int value) {
    VERSION.setOpaque(this, value);
  }
}
