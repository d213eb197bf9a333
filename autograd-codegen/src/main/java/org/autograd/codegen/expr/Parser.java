package org.autograd.codegen.expr;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression. The grammar serves derivative formulas and pointwise loops; which names and
 * functions exist, and which of the operators make sense, is for the caller to check.
 *
 * <pre>
 * expression  = or [ "?" expression ":" expression ]
 * or          = binary operators by strength: || &amp;&amp; == != &lt; &lt;= &gt; &gt;= + - * /
 * unary       = ( "-" | "!" ) unary | postfix
 * postfix     = primary { "[" expression "]" }
 * primary     = number | true | false | null | name [ "(" [ expression { "," expression } ] ")" ]
 *             | "(" expression ")"
 * </pre>
 */
public final class Parser {
  private final List<Token> tokens;
  private int at;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a whole text as one expression.
   *
   * @throws ExprException with column and reason if the text is not an expression
   */
  public static Expr parse(String text) {
    Parser parser = new Parser(Tokenizer.tokens(text));
    if (parser.peek().kind() == Token.Kind.END) {
      throw new ExprException(1, "the expression is empty");
    }
    Expr result = parser.expression();
    Token rest = parser.peek();
    if (rest.is(")") || rest.is("]")) {
      throw new ExprException(rest.column(), "unbalanced " + rest.shown());
    }
    if (rest.kind() != Token.Kind.END) {
      throw new ExprException(
          rest.column(), "expected an operator or the end, found " + rest.shown());
    }
    return result;
  }

  static boolean isIntegral(String number) {
    return number.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Expr expression() {
    Expr condition = binary(1);
    Token question = peek();
    if (!question.is("?")) {
      return condition;
    }
    at++;
    Expr yes = expression();
    if (!peek().is(":")) {
      throw new ExprException(
          peek().column(),
          "expected ':' for the '?' at column " + question.column() + ", found " + peek().shown());
    }
    at++;
    return new Expr.Conditional(condition, yes, expression(), question.column());
  }

  private Expr binary(int strength) {
    if (strength > BinaryOp.STRONGEST) {
      return unary();
    }
    Expr left = binary(strength + 1);
    for (BinaryOp op = operator(strength); op != null; op = operator(strength)) {
      int column = tokens.get(at++).column();
      left = new Expr.Binary(op, left, binary(strength + 1), column);
    }
    return left;
  }

  private BinaryOp operator(int strength) {
    for (BinaryOp op : BinaryOp.values()) {
      if (op.strength() == strength && peek().is(op.symbol())) {
        return op;
      }
    }
    return null;
  }

  private Expr unary() {
    Token token = peek();
    for (UnaryOp op : UnaryOp.values()) {
      if (token.is(op.symbol())) {
        at++;
        return new Expr.Unary(op, unary(), token.column());
      }
    }
    Expr result = primary();
    while (peek().is("[")) {
      Token open = tokens.get(at++);
      Expr index = expression();
      close("]", open);
      result = new Expr.Index(result, index, open.column());
    }
    return result;
  }

  private Expr primary() {
    Token token = tokens.get(at++);
    if (token.is("(")) {
      Expr inner = expression();
      close(")", token);
      return inner;
    }
    return switch (token.kind()) {
      case NUMBER -> new Expr.Number(token.text(), isIntegral(token.text()), token.column());
      case NAME -> named(token);
      case SYMBOL, END ->
          throw new ExprException(
              token.column(), "expected a number, a name or '(', found " + token.shown());
    };
  }

  private Expr named(Token name) {
    if (peek().is("(")) {
      Token open = tokens.get(at++);
      return new Expr.Call(name.text(), arguments(open), name.column());
    }
    return switch (name.text()) {
      case "true", "false" -> new Expr.Bool(name.text().equals("true"), name.column());
      case "null" -> new Expr.Null(name.column());
      default -> new Expr.Name(name.text(), name.column());
    };
  }

  private List<Expr> arguments(Token open) {
    List<Expr> args = new ArrayList<>();
    if (peek().is(")")) {
      at++;
      return args;
    }
    args.add(expression());
    while (peek().is(",")) {
      at++;
      args.add(expression());
    }
    close(")", open);
    return args;
  }

  private void close(String symbol, Token open) {
    Token token = peek();
    if (token.kind() == Token.Kind.END) {
      throw new ExprException(open.column(), "unbalanced " + open.shown() + ", it is never closed");
    }
    if (!token.is(symbol)) {
      throw new ExprException(
          token.column(),
          "expected '"
              + symbol
              + "' for the "
              + open.shown()
              + " at column "
              + open.column()
              + ", found "
              + token.shown());
    }
    at++;
  }

  private Token peek() {
    return tokens.get(at);
  }
}
