package org.autograd.codegen.loops;

/**
 * Java text of a value, safe to stand beside any operator.
 *
 * @param text the Java expression
 * @param truth whether it is a truth value, else a number
 */
record Code(String text, boolean truth) {
  static Code number(String text) {
    return new Code(text, false);
  }

  static Code truth(String text) {
    return new Code(text, true);
  }
}
