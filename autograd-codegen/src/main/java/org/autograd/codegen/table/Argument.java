package org.autograd.codegen.table;

/**
 * An argument of an operator.
 *
 * @param type its type
 * @param name its name
 * @param value its default as written, or null if it has none
 */
public record Argument(ArgType type, String name, String value) {
  /** Tells whether there is a default. */
  public boolean hasDefault() {
    return value != null;
  }

  /** Returns the argument as it is written in a table. */
  public String text() {
    return type.table() + " " + name + (value == null ? "" : " = " + value);
  }
}
