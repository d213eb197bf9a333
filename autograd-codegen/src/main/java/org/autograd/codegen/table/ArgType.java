package org.autograd.codegen.table;

import java.util.Optional;

/** The types an operator's argument can have. */
public enum ArgType {
  /** A tensor. */
  TENSOR("Tensor", "Tensor"),
  /** A tensor that may be absent (null). */
  OPT_TENSOR("Tensor?", "Tensor"),
  /** Several tensors. */
  TENSORS("Tensor[]", "Tensor[]"),
  /** Several tensors, of which some may be absent. */
  OPT_TENSORS("Tensor?[]", "Tensor[]"),
  /** A dimension or another small number. */
  INT("int", "int"),
  /** A dimension that may be absent. */
  OPT_INT("int?", "Integer"),
  /** Dimensions. */
  INTS("int[]", "int[]"),
  /** Dimensions that may be absent. */
  OPT_INTS("int[]?", "int[]"),
  /** A size. */
  LONG("long", "long"),
  /** A size that may be absent. */
  OPT_LONG("long?", "Long"),
  /** Sizes. */
  LONGS("long[]", "long[]"),
  /** Sizes that may be absent. */
  OPT_LONGS("long[]?", "long[]"),
  /** A number. */
  DOUBLE("double", "double"),
  /** A number that may be absent. */
  OPT_DOUBLE("double?", "Double"),
  /**
   * What is taken off the number of elements: a number inside, {@code Correction} in public
   * methods.
   */
  CORRECTION("Correction", "double"),
  /** A truth value. */
  BOOL("bool", "boolean"),
  /** An element type. */
  DTYPE("DType", "DType"),
  /** An element type that may be absent. */
  OPT_DTYPE("DType?", "DType"),
  /** A number that keeps whether it is integral. */
  SCALAR("Scalar", "Scalar"),
  /** A number that keeps whether it is integral, and may be absent. */
  OPT_SCALAR("Scalar?", "Scalar"),
  /** A word. */
  STRING("String", "String"),
  /** How a loss is reduced. */
  REDUCTION("Reduction", "Reduction");

  private final String table;
  private final String java;

  ArgType(String table, String java) {
    this.table = table;
    this.java = java;
  }

  /** Finds a type by its name in the tables. */
  public static Optional<ArgType> of(String name) {
    for (ArgType type : values()) {
      if (type.table.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Returns the name in the tables. */
  public String table() {
    return table;
  }

  /** Returns the Java type. */
  public String java() {
    return java;
  }

  /** Tells whether the argument is a tensor or several. */
  public boolean isTensor() {
    return this == TENSOR || this == OPT_TENSOR || isTensorList();
  }

  /** Tells whether the argument is several tensors. */
  public boolean isTensorList() {
    return this == TENSORS || this == OPT_TENSORS;
  }

  /** Tells whether the argument may be null. */
  public boolean isOptional() {
    return table.endsWith("?");
  }
}
