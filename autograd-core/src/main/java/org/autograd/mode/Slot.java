package org.autograd.mode;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A typed place in a {@link Mode}. What it means is its owner's business.
 *
 * @param <T> the type of the value
 */
public final class Slot<T> {
  private static final AtomicInteger COUNT = new AtomicInteger();
  final int index = COUNT.getAndIncrement();
  private final String name;

  /** Creates a slot; do so once, in a static field. */
  public Slot(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
