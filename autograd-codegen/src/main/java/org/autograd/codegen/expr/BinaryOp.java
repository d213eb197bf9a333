package org.autograd.codegen.expr;

/** The operators with two operands; all of them group to the left. */
public enum BinaryOp {
  /** Logical or, the weakest. */
  OR("||", 1),
  /** Logical and. */
  AND("&&", 2),
  /** Equal. */
  EQ("==", 3),
  /** Not equal. */
  NE("!=", 3),
  /** Less than. */
  LT("<", 4),
  /** At most. */
  LE("<=", 4),
  /** Greater than. */
  GT(">", 4),
  /** At least. */
  GE(">=", 4),
  /** Sum. */
  ADD("+", 5),
  /** Difference. */
  SUB("-", 5),
  /** Product. */
  MUL("*", 6),
  /** Quotient, the strongest together with the product. */
  DIV("/", 6);

  /** How strongly the strongest operator binds. */
  static final int STRONGEST = 6;

  private final String symbol;
  private final int strength;

  BinaryOp(String symbol, int strength) {
    this.symbol = symbol;
    this.strength = strength;
  }

  /** Returns how the operator is written, in the tables as in Java. */
  public String symbol() {
    return symbol;
  }

  /** Returns how strongly the operator binds; more is stronger. */
  public int strength() {
    return strength;
  }

  /** Tells whether the result is a truth value made from two numbers. */
  public boolean isComparison() {
    return strength == 3 || strength == 4;
  }

  /** Tells whether operands and result are truth values. */
  public boolean isLogical() {
    return this == OR || this == AND;
  }

  /** Tells whether the result is a number. */
  public boolean isArithmetic() {
    return strength >= 5;
  }
}
