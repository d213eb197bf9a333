package org.autograd.codegen.loops;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a number meets the tensors that an operator is given with it. */
public enum NumberRule {
  /** It takes part in promotion. */
  PROMOTES,
  /** It has the tensors' dtype, and must not be a fraction where that is integral. */
  AS_TENSORS,
  /** It takes part in promotion, and must not be negative if the outcome is integral. */
  NO_NEGATIVE_INTEGER;

  /** Finds a rule by its name in the tables. */
  public static Optional<NumberRule> of(String table) {
    return Arrays.stream(values())
        .filter(r -> r.name().toLowerCase(Locale.ROOT).equals(table))
        .findFirst();
  }
}
