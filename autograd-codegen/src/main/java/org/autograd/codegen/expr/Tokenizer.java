package org.autograd.codegen.expr;

import java.util.ArrayList;
import java.util.List;

/** Cuts the text of an expression into tokens; the last one is always {@link Token.Kind#END}. */
final class Tokenizer {
  private static final List<String> DOUBLE = List.of("||", "&&", "==", "!=", "<=", ">=");
  private static final String SINGLE = "+-*/()[],?:!<>";

  private final String text;
  private int at;

  private Tokenizer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    return new Tokenizer(text).all();
  }

  private List<Token> all() {
    List<Token> tokens = new ArrayList<>();
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        tokens.add(new Token(Token.Kind.END, "", at + 1));
        return tokens;
      }
      tokens.add(next());
    }
  }

  private Token next() {
    int start = at;
    char c = text.charAt(at);
    if (isDigit(at) || (c == '.' && isDigit(at + 1))) {
      return number(start);
    }
    if (isNameStart(c)) {
      while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(at))) {
        at++;
      }
      return token(Token.Kind.NAME, start);
    }
    if (at + 1 < text.length() && DOUBLE.contains(text.substring(at, at + 2))) {
      at += 2;
      return token(Token.Kind.SYMBOL, start);
    }
    if (SINGLE.indexOf(c) >= 0) {
      at++;
      return token(Token.Kind.SYMBOL, start);
    }
    throw new ExprException(start + 1, "unexpected character '" + c + "'");
  }

  private Token number(int start) {
    digits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      if (!isDigit(at)) {
        throw new ExprException(start + 1, "the exponent of a number has no digits");
      }
      digits();
    }
    if (at < text.length() && isNameStart(text.charAt(at))) {
      throw new ExprException(at + 1, "a number runs into '" + text.charAt(at) + "'");
    }
    Token token = token(Token.Kind.NUMBER, start);
    if (Parser.isIntegral(token.text())) {
      try {
        Long.parseLong(token.text());
      } catch (NumberFormatException e) {
        throw new ExprException(start + 1, "the integer " + token.text() + " is too large");
      }
    }
    return token;
  }

  private void digits() {
    while (isDigit(at)) {
      at++;
    }
  }

  private boolean isDigit(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private Token token(Token.Kind kind, int start) {
    return new Token(kind, text.substring(start, at), start + 1);
  }
}
