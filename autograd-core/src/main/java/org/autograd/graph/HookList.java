package org.autograd.graph;

import java.util.ArrayList;
import java.util.List;
import org.autograd.HookHandle;

/**
 * Hooks of one kind in the order of their registration. Safe for several threads; who runs them
 * takes {@link #all()} once, so that hooks added or removed meanwhile count from the next time on.
 */
final class HookList<H> {
  /** One registration. The same function may be registered several times. */
  private record Entry<H>(H hook) {}

  private List<Entry<H>> entries = List.of();
  private volatile List<H> all = List.of();

  /** Adds a hook and returns what removes this registration. */
  synchronized HookHandle add(H hook) {
    Entry<H> added = new Entry<>(hook);
    List<Entry<H>> copy = new ArrayList<>(entries);
    copy.add(added);
    set(copy);
    return () -> remove(added);
  }

  private synchronized void remove(Entry<H> entry) {
    List<Entry<H>> copy = new ArrayList<>(entries);
    if (copy.removeIf(e -> e == entry)) {
      set(copy);
    }
  }

  private void set(List<Entry<H>> copy) {
    entries = copy;
    all = copy.stream().map(Entry::hook).toList();
  }

  /** Returns the hooks there are now; the list never changes. */
  List<H> all() {
    return all;
  }
}
