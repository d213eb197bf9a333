package org.autograd.codegen.expr;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tree of an expression. Take it apart with an exhaustive {@code switch}; every node knows its
 * column in the text, counted from 1. Two trees that differ in columns only have the same {@link
 * #text()}.
 */
public sealed interface Expr {

  /**
   * A number without sign.
   *
   * @param literal as written
   * @param integral whether it has neither point nor exponent
   * @param column where it begins
   */
  record Number(String literal, boolean integral, int column) implements Expr {
    /** Returns the value of an integral number. */
    public long longValue() {
      return Long.parseLong(literal);
    }

    /** Returns the value. */
    public double doubleValue() {
      return Double.parseDouble(literal);
    }
  }

  /**
   * {@code true} or {@code false}.
   *
   * @param value which of them
   * @param column where it begins
   */
  record Bool(boolean value, int column) implements Expr {}

  /**
   * {@code null}.
   *
   * @param column where it begins
   */
  record Null(int column) implements Expr {}

  /**
   * An identifier.
   *
   * @param name the identifier
   * @param column where it begins
   */
  record Name(String name, int column) implements Expr {}

  /**
   * A function call.
   *
   * @param function the name of the function
   * @param args its arguments, perhaps none
   * @param column where the name begins
   */
  record Call(String function, List<Expr> args, int column) implements Expr {
    /** Copies the arguments. */
    public Call {
      args = List.copyOf(args);
    }
  }

  /**
   * A sign or a negation.
   *
   * @param op which
   * @param operand what it applies to
   * @param column where the operator stands
   */
  record Unary(UnaryOp op, Expr operand, int column) implements Expr {}

  /**
   * An operator between two operands.
   *
   * @param op which
   * @param left the first operand
   * @param right the second operand
   * @param column where the operator stands
   */
  record Binary(BinaryOp op, Expr left, Expr right, int column) implements Expr {}

  /**
   * {@code condition ? yes : no}.
   *
   * @param condition decides
   * @param yes the value if it holds
   * @param no the value if not
   * @param column where the question mark stands
   */
  record Conditional(Expr condition, Expr yes, Expr no, int column) implements Expr {}

  /**
   * An element of an array, as in {@code grads[0]}.
   *
   * @param target the array
   * @param index which element
   * @param column where the bracket stands
   */
  record Index(Expr target, Expr index, int column) implements Expr {}

  /** Returns the node's place in the text, counted from 1. */
  int column();

  /** Returns the direct parts, in the order of the text. */
  default List<Expr> children() {
    return switch (this) {
      case Number n -> List.of();
      case Bool b -> List.of();
      case Null n -> List.of();
      case Name n -> List.of();
      case Call c -> c.args();
      case Unary u -> List.of(u.operand());
      case Binary b -> List.of(b.left(), b.right());
      case Conditional c -> List.of(c.condition(), c.yes(), c.no());
      case Index i -> List.of(i.target(), i.index());
    };
  }

  /** Visits this node, then everything below it, in the order of the text. */
  default void walk(Consumer<Expr> visitor) {
    visitor.accept(this);
    children().forEach(c -> c.walk(visitor));
  }

  /** Returns the identifiers in order of first mention; names of functions are not among them. */
  default Set<String> names() {
    Set<String> found = new LinkedHashSet<>();
    walk(e -> {
      if (e instanceof Name n) {
        found.add(n.name());
      }
    });
    return found;
  }

  /** Returns the called functions in order of first mention. */
  default Set<String> calls() {
    Set<String> found = new LinkedHashSet<>();
    walk(e -> {
      if (e instanceof Call c) {
        found.add(c.function());
      }
    });
    return found;
  }

  /** Tells whether the identifier is mentioned. */
  default boolean mentions(String name) {
    return names().contains(name);
  }

  /**
   * Returns a copy in which nodes are replaced from the top down.
   *
   * @param rule returns the replacement, which is taken as it is, or null to go on below the node
   */
  default Expr replace(Function<Expr, Expr> rule) {
    Expr replaced = rule.apply(this);
    if (replaced != null) {
      return replaced;
    }
    return switch (this) {
      case Number n -> n;
      case Bool b -> b;
      case Null n -> n;
      case Name n -> n;
      case Call c ->
          new Call(c.function(), c.args().stream().map(a -> a.replace(rule)).toList(), c.column());
      case Unary u -> new Unary(u.op(), u.operand().replace(rule), u.column());
      case Binary b ->
          new Binary(b.op(), b.left().replace(rule), b.right().replace(rule), b.column());
      case Conditional c ->
          new Conditional(
              c.condition().replace(rule), c.yes().replace(rule), c.no().replace(rule), c.column());
      case Index i -> new Index(i.target().replace(rule), i.index().replace(rule), i.column());
    };
  }

  /**
   * Returns the expression as text in a fixed form: one space around operators, parentheses where
   * needed.
   */
  default String text() {
    return switch (this) {
      case Number n -> n.literal();
      case Bool b -> Boolean.toString(b.value());
      case Null n -> "null";
      case Name n -> n.name();
      case Call c ->
          c.args().stream()
              .map(Expr::text)
              .collect(Collectors.joining(", ", c.function() + "(", ")"));
      case Unary u -> u.op().symbol() + inner(u.operand(), BinaryOp.STRONGEST + 1);
      case Binary b ->
          inner(b.left(), b.op().strength())
              + " "
              + b.op().symbol()
              + " "
              + inner(b.right(), b.op().strength() + 1);
      case Conditional c ->
          inner(c.condition(), 1) + " ? " + c.yes().text() + " : " + c.no().text();
      case Index i -> inner(i.target(), BinaryOp.STRONGEST + 2) + "[" + i.index().text() + "]";
    };
  }

  private static String inner(Expr e, int least) {
    int strength =
        switch (e) {
          case Conditional c -> 0;
          case Binary b -> b.op().strength();
          case Unary u -> BinaryOp.STRONGEST + 1;
          default -> BinaryOp.STRONGEST + 2;
        };
    return strength >= least ? e.text() : "(" + e.text() + ")";
  }
}
