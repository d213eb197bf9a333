package org.autograd.codegen.expr;

/** A piece of the text of an expression. */
record Token(Kind kind, String text, int column) {
  enum Kind {
    NUMBER,
    NAME,
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** How an error message names the token. */
  String shown() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
