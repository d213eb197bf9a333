package org.autograd.codegen.loops;

/** A kind of dtypes that an operator can accept. */
public enum DTypeKind {
  /** Truth values. */
  BOOL("bool"),
  /** Integers. */
  INTEGRAL("integral"),
  /** Real floating point numbers. */
  FLOATING("floating");

  private final String table;

  DTypeKind(String table) {
    this.table = table;
  }

  /** Returns the word the tables use. */
  public String table() {
    return table;
  }
}
