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

  /** What counts the changes of several storages instead of this object; null for itself. */
  private Storage counter;

  /** A counter that storages share. It is none of them, so it keeps no memory alive. */
  private static final class Counter extends Storage {
    @Override
    public Device device() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long length() {
      return 0;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public Storage alias() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object memory() {
      return this;
    }
  }

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
    return (int) VERSION.getOpaque(counter());
  }

  /**
   * Counts an in-place change; safe from any thread.
   *
   * @param by what tells in words which operator made it, and where if that is known
   */
  public final void bump(String by) {
    Storage c = counter();
    c.changedBy = by;
    VERSION.getAndAdd(c, 1);
  }

  /**
   * Returns what tells in words which operator made the latest in-place change; null if there was
   * none.
   */
  public final String changedBy() {
    return counter().changedBy;
  }

  /** Sets the counter. */
  public final void version(int value) {
    VERSION.setOpaque(counter(), value);
  }

  private Storage counter() {
    Storage c = counter;
    return c == null ? this : c;
  }

  /**
   * Shares the counter of another storage from now on. Called before others see this one; changes
   * of the other one meanwhile are the caller's race.
   */
  public final void countWith(Storage other) {
    Storage shared = other.counter;
    if (shared == null) {
      shared = new Counter();
      shared.version(other.version());
      shared.changedBy = other.changedBy;
      other.counter = shared;
    }
    counter = shared;
  }

  /** Tells whether a change of the one counts as a change of the other. */
  public final boolean countsWith(Storage other) {
    return counter() == other.counter();
  }
}
