package org.autograd.codegen.expr;

/** Says where and why an expression of an operator table cannot be read. */
public final class ExprException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final String reason;

  /**
   * Creates an exception.
   *
   * @param column the place in the expression, counted from 1
   * @param reason what is wrong there
   */
  public ExprException(int column, String reason) {
    super("column " + column + ": " + reason);
    this.column = column;
    this.reason = reason;
  }

  /** Returns the place in the expression, counted from 1. */
  public int column() {
    return column;
  }

  /** Returns what is wrong, without the place. */
  public String reason() {
    return reason;
  }
}
