package org.autograd.codegen.model;

import java.util.Map;

/** How an operator maps over a batch. */
public sealed interface BatchRule {
  /** Element by element: operands are aligned, with the batch in front of all their dimensions. */
  record Pointwise() implements BatchRule {}

  /**
   * The operator itself on operands with the batch in front.
   *
   * @param roles what arguments that speak of dimensions or sizes mean, by name
   */
  record Shifted(Map<String, Role> roles) implements BatchRule {
    /** Copies the roles. */
    public Shifted {
      roles = Map.copyOf(roles);
    }
  }

  /**
   * A hand-written function of the level and the arguments, which returns the value with the batch
   * in front.
   *
   * @param name class and method
   */
  record Method(String name) implements BatchRule {}

  /** What an argument means that speaks of dimensions or sizes. */
  enum Role {
    /** A dimension. */
    DIM("dim"),
    /** A place for a new dimension. */
    NEW_DIM("newDim"),
    /** Dimensions to reduce; none, or null, stands for all. */
    DIMS("dims"),
    /** All dimensions in another order. */
    PERMUTATION("permutation"),
    /** The sizes of all dimensions. */
    SIZES("sizes");

    private final String method;

    Role(String method) {
      this.method = method;
    }

    /** Returns the method that moves the argument behind the batch. */
    public String method() {
      return method;
    }
  }
}
