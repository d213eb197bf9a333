package org.autograd.codegen.model;

import java.util.Locale;
import java.util.Optional;

/** The forms in which an operator is offered. */
public enum Variant {
  /** A method of the first argument. */
  METHOD,
  /** A static method. */
  STATIC,
  /** The form that changes its first argument. */
  INPLACE,
  /** The form that writes to a given tensor. */
  OUT,
  /** The form that works on lists of tensors. */
  FOREACH,
  /** Overloads that take a number for the second tensor. */
  SCALAR;

  /** Finds a variant by its name in the tables. */
  public static Optional<Variant> of(String name) {
    for (Variant v : values()) {
      if (v.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(v);
      }
    }
    return Optional.empty();
  }
}
