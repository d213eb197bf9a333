package org.autograd.record;

import org.autograd.graph.CreationSite;
import org.autograd.mode.Anomaly;

/** An in-place change, with the place in the user's code where it was made. */
public final class Change {
  private Change() {}

  /**
   * Returns in words what a storage remembers of a change: the operator's name, with the user's
   * line while anomaly detection is on. Words only: a storage may outlive the graph, and keeps
   * nothing of it alive.
   */
  public static String by(String op) {
    return Anomaly.isOn() ? op + " at " + CreationSite.caller() : op;
  }
}
