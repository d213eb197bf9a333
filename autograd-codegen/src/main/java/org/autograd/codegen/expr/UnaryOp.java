package org.autograd.codegen.expr;

/** The operators with one operand, written before it. */
public enum UnaryOp {
  /** Sign change. */
  NEG("-"),
  /** Logical not. */
  NOT("!");

  private final String symbol;

  UnaryOp(String symbol) {
    this.symbol = symbol;
  }

  /** Returns how the operator is written, in the tables as in Java. */
  public String symbol() {
    return symbol;
  }
}
