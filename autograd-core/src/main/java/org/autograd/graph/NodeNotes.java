package org.autograd.graph;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.autograd.mode.ThreadState;

/** What is noted on a node beside its formula: by the user, and where it was made. */
abstract class NodeNotes extends NodeClaim {
  private Notes notes;

  /**
   * Returns a map for notes of the user; it lives as long as the node. Single calls on it are safe
   * from any thread.
   */
  public final synchronized Map<String, Object> metadata() {
    Notes all = notes();
    if (all.metadata == null) {
      all.metadata = Collections.synchronizedMap(new HashMap<>());
    }
    return all.metadata;
  }

  /** Returns the forward call that made the node; null unless anomaly detection was on then. */
  public final CreationSite creationSite() {
    Notes all = notes;
    return all == null ? null : all.site;
  }

  /** Notes the forward call that is making the node. */
  final void noteSite(ThreadState state) {
    notes().site = CreationSite.here(state);
  }

  private Notes notes() {
    if (notes == null) {
      notes = new Notes();
    }
    return notes;
  }

  /** What few nodes have, in one place so that the others are small. */
  private static final class Notes {
    Map<String, Object> metadata;
    CreationSite site;
  }
}
