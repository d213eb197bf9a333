package org.autograd.codegen.loops;

/** Says why no loop can be written for an operator. */
public final class LoopException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param op the operator's full name
   * @param reason what is wrong with its expression or its rules
   */
  public LoopException(String op, String reason) {
    super(op + ": " + reason);
  }

  LoopException(String op, int column, String reason) {
    this(op, "pointwise expression, column " + column + ": " + reason);
  }
}
