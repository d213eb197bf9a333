package org.autograd;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.autograd.tensor.Raw;

/** Asks the collector what is still reachable. Make what is asked about in a method of its own. */
public final class Garbage {
  private static final int TRIES = 40;

  private Garbage() {}

  /** A weak reference to the memory behind a tensor, whichever tensors share it. */
  public static WeakReference<Object> memory(Tensor t) {
    return new WeakReference<>(Raw.storage(t).memory());
  }

  /** Tells whether none of the referents can be reached any more; tries for a while. */
  public static boolean collected(Reference<?>... references) {
    for (int i = 0; i < TRIES; i++) {
      System.gc();
      if (allCleared(references)) {
        return true;
      }
      pause(5L + i);
    }
    return false;
  }

  private static boolean allCleared(Reference<?>[] references) {
    for (Reference<?> r : references) {
      if (!r.refersTo(null)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the bytes that live objects take: the least of several readings after collections. */
  public static long liveBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      System.gc();
      pause(10);
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
