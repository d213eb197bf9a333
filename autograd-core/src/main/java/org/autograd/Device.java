package org.autograd;

import java.util.Objects;

/**
 * Where a tensor's elements live.
 *
 * @param type the name of the kind of device, lower case: {@code cpu}, or what a backend calls its
 *     own
 * @param index which of several devices of that kind, from 0
 */
public record Device(String type, int index) {
  /** The JVM's own heap. */
  public static final Device CPU = new Device("cpu", 0);

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if {@code index} is negative
   */
  public Device {
    Objects.requireNonNull(type, "type");
    if (index < 0) {
      throw new IllegalArgumentException("device index must not be negative, got " + index);
    }
  }

  /** Tells whether this is the JVM's heap. */
  public boolean isCpu() {
    return this == CPU || type.equals("cpu");
  }

  @Override
  public String toString() {
    return isCpu() ? type : type + ":" + index;
  }
}
