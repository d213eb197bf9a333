package org.autograd.codegen.formula;

/** Says why a formula has no Java. */
public final class FormulaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the place in the formula, counted from 1, and the reason. */
  public FormulaException(int column, String reason) {
    super("column " + column + ": " + reason);
  }
}
