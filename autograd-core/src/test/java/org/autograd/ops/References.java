package org.autograd.ops;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The references of all operators by name. */
final class References {
  /** Operators whose results are drawn: their properties are checked instead of values. */
  static final Set<String> DRAWN =
      Set.of("bernoulli", "bernoulli_", "bernoulli_.tensor", "uniform_", "normal_", "dropout");

  static final Map<String, Reference> ALL = new TreeMap<>();

  static {
    ReferencesPointwise.add(ALL);
    ReferencesReduce.add(ALL);
    ReferencesViews.add(ALL);
    ReferencesProducts.add(ALL);
    ReferencesLosses.add(ALL);
    ReferencesIndexing.add(ALL);
  }

  private References() {}
}
