package org.autograd.codegen.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the mistakes of a run, so that all are reported together. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Notes a mistake. */
  public void add(Where where, String entry, String reason) {
    Problem problem = new Problem(where, entry, reason);
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Returns the mistakes, ordered by place. */
  public List<Problem> all() {
    return found.stream().sorted(Comparator.comparing(Problem::where)).toList();
  }

  /** Tells whether nothing was found. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Reports.
   *
   * @throws TableException if a mistake was noted
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new TableException(all());
    }
  }
}
