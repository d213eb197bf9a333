package org.autograd.codegen.table;

/**
 * A scalar value of a table.
 *
 * @param value the text
 * @param where the place
 */
public record Text(String value, Where where) {
  @Override
  public String toString() {
    return value;
  }
}
