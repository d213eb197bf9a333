package org.autograd.codegen.table;

/**
 * A mistake in a table.
 *
 * @param where the place
 * @param entry the operator the place belongs to, empty if it belongs to none
 * @param reason what is wrong and what would be right
 */
public record Problem(Where where, String entry, String reason) {
  @Override
  public String toString() {
    return where + ": " + (entry.isEmpty() ? "" : entry + ": ") + reason;
  }
}
