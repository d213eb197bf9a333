package org.autograd.codegen.formula;

import java.util.Optional;
import org.autograd.codegen.table.ArgType;

/** The Java types that occur in formulas. */
public enum JavaType {
  /** A tensor, perhaps absent. */
  TENSOR("Tensor"),
  /** Several tensors. */
  TENSORS("Tensor[]"),
  /** A small number. */
  INT("int"),
  /** A size. */
  LONG("long"),
  /** A number. */
  DOUBLE("double"),
  /** A truth value. */
  BOOL("boolean"),
  /** A small number or null. */
  OPT_INT("Integer"),
  /** A size or null. */
  OPT_LONG("Long"),
  /** A number or null. */
  OPT_DOUBLE("Double"),
  /** Dimensions. */
  INTS("int[]"),
  /** Sizes. */
  LONGS("long[]"),
  /** The sizes of several tensors. */
  LONG_ARRAYS("long[][]"),
  /** Numbers. */
  DOUBLES("double[]"),
  /** Truth values. */
  BOOLS("boolean[]"),
  /** An element type. */
  DTYPE("DType"),
  /** The element types of several tensors. */
  DTYPES("DType[]"),
  /** A number that keeps whether it is integral. */
  SCALAR("Scalar"),
  /** A word. */
  STRING("String"),
  /** How a loss is reduced. */
  REDUCTION("Reduction"),
  /** The sizes and strides of a tensor. */
  LAYOUT("Layout"),
  /** The type of {@code null}. */
  NULL("null");

  private final String java;

  JavaType(String java) {
    this.java = java;
  }

  /** Returns the type as written in Java. */
  public String java() {
    return java;
  }

  /** Returns the type of a tensor or non-tensor argument. */
  public static JavaType of(ArgType type) {
    return of(type.java()).orElseThrow();
  }

  /** Finds a type by how it is written in Java. */
  public static Optional<JavaType> of(String java) {
    for (JavaType type : values()) {
      if (type != NULL && type.java.equals(java)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Tells whether arithmetic on plain numbers applies. */
  public boolean isNumber() {
    return switch (this) {
      case INT, LONG, DOUBLE, OPT_INT, OPT_LONG, OPT_DOUBLE, SCALAR -> true;
      default -> false;
    };
  }

  /** Tells whether {@code null} is a value of the type. */
  public boolean isNullable() {
    return switch (this) {
      case INT, LONG, DOUBLE, BOOL -> false;
      default -> true;
    };
  }
}
