package org.autograd.codegen.loops;

import java.util.List;

/** A kind of dtypes that an operator can accept. */
public enum DTypeKind {
  /** Truth values. */
  BOOL("bool", List.of("BOOL")),
  /** Integers. */
  INTEGRAL("integral", List.of("UINT8", "INT32", "INT64")),
  /** Real floating point numbers. */
  FLOATING("floating", List.of("FLOAT32", "FLOAT64"));

  private final String table;
  private final List<String> constants;

  DTypeKind(String table, List<String> constants) {
    this.table = table;
    this.constants = constants;
  }

  /** Returns the word the tables use. */
  public String table() {
    return table;
  }

  /** The constants of the library's enum of dtypes. */
  List<String> constants() {
    return constants;
  }
}
