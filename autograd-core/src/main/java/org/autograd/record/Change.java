package org.autograd.record;

import org.autograd.graph.CreationSite;
import org.autograd.mode.Anomaly;
import org.autograd.mode.ThreadState;

/** An in-place change, with the place in the user's code where it was made. */
public final class Change {
  private final String op;
  private final CreationSite site;

  private Change(String op, CreationSite site) {
    this.op = op;
    this.site = site;
  }

  /**
   * Returns what a storage remembers of a change: the operator's name, with the user's line while
   * anomaly detection is on. Both tell in words what happened.
   */
  public static Object by(String op) {
    return Anomaly.isOn() ? new Change(op, CreationSite.here(ThreadState.current())) : op;
  }

  @Override
  public String toString() {
    return op + " at " + site.line();
  }
}
