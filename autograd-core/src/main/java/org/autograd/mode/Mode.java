package org.autograd.mode;

import java.util.Arrays;

/**
 * The immutable value of everything that is "in force" for a thread: a word of bits and some typed
 * slots. This class does not interpret either.
 */
public final class Mode {
  /** The mode a thread starts with: recording on, every slot empty. */
  public static final Mode DEFAULT = new Mode(Bits.GRAD, new Object[0]);

  /** The bits that are in force; see {@link Bits}. */
  public final int bits;

  private final Object[] slots;
  private Mode flipped;

  private Mode(int bits, Object[] slots) {
    this.bits = bits;
    this.slots = slots;
  }

  /** Tells whether a bit is on. */
  public boolean has(int bit) {
    return (bits & bit) != 0;
  }

  /** Returns a mode that differs in one bit at most. */
  public Mode with(int bit, boolean on) {
    int changed = on ? bits | bit : bits & ~bit;
    if (changed == bits) {
      return this;
    }
    // Switching one bit to and fro is the common case: the pair is kept. A race only makes a second
    // equal value.
    Mode other = flipped;
    if (other == null || other.bits != changed) {
      other = new Mode(changed, slots);
      other.flipped = this;
      flipped = other;
    }
    return other;
  }

  /** Returns the value of a slot, or null. */
  @SuppressWarnings("unchecked")
  public <T> T get(Slot<T> slot) {
    return slot.index < slots.length ? (T) slots[slot.index] : null;
  }

  /** Returns a mode in which a slot has the given value (null empties it). */
  public <T> Mode with(Slot<T> slot, T value) {
    if (get(slot) == value) {
      return this;
    }
    Object[] copy = Arrays.copyOf(slots, Math.max(slots.length, slot.index + 1));
    copy[slot.index] = value;
    return new Mode(bits, copy);
  }
}
