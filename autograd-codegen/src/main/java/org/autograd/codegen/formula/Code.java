package org.autograd.codegen.formula;

import org.autograd.codegen.expr.BinaryOp;

/**
 * A piece of Java.
 *
 * @param text the expression
 * @param type its type
 * @param strength how strongly its outermost operator binds; {@link #PRIMARY} if there is none
 * @param plain whether it is a name or a literal, so that it may be written twice
 */
public record Code(String text, JavaType type, int strength, boolean plain) {
  /** The strength of names, literals and calls. */
  public static final int PRIMARY = BinaryOp.DIV.strength() + 2;

  static final int UNARY = PRIMARY - 1;

  /** Makes a name or a literal. */
  public static Code plain(String text, JavaType type) {
    return new Code(text, type, PRIMARY, true);
  }

  /** Makes a call. */
  public static Code call(String text, JavaType type) {
    return new Code(text, type, PRIMARY, false);
  }

  /** Returns the text, in parentheses if it binds less than {@code least}. */
  String atLeast(int least) {
    return strength >= least ? text : "(" + text + ")";
  }
}
