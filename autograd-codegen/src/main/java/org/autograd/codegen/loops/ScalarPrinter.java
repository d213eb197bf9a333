package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.expr.UnaryOp;

/** Prints an expression as Java for single elements of one dtype. */
final class ScalarPrinter {
  private final PointwiseOp op;
  private final LoopType type;
  private final Map<String, Code> names;
  private final Map<String, String> shared;

  /**
   * @param names how the expression's names are written
   * @param shared how calls that were already evaluated are written, by their text
   */
  ScalarPrinter(
      PointwiseOp op, LoopType type, Map<String, Code> names, Map<String, String> shared) {
    this.op = op;
    this.type = type;
    this.names = names;
    this.shared = shared;
  }

  /** Prints an expression as a number of the loop's type, which for bool loops is a truth value. */
  String number(Expr e) {
    Code c = print(e);
    if (c.truth() == (type == LoopType.BOOL)) {
      return c.text();
    }
    return c.truth()
        ? "(" + c.text() + " ? " + type.integer("1") + " : " + type.integer("0") + ")"
        : "(" + c.text() + " != 0)";
  }

  /** Prints an expression as a truth value. */
  String truth(Expr e) {
    Code c = print(e);
    return c.truth() ? c.text() : "(" + c.text() + " != 0)";
  }

  private Code value(String text) {
    return new Code(text, type == LoopType.BOOL);
  }

  private Code print(Expr e) {
    return switch (e) {
      case Expr.Number n -> value(literal(n));
      case Expr.Bool b -> Code.truth(Boolean.toString(b.value()));
      case Expr.Name n -> name(n);
      case Expr.Call c -> {
        String known = shared.get(c.text());
        yield known != null ? new Code(known, isTruth(c)) : call(c);
      }
      case Expr.Unary u -> unary(u);
      case Expr.Binary b -> binary(b);
      case Expr.Conditional c -> conditional(c);
      case Expr.Null n -> throw error(e, "null has no value");
      case Expr.Index i -> throw error(e, "elements of arrays cannot be taken");
    };
  }

  private boolean isTruth(Expr.Call c) {
    return type == LoopType.BOOL || Function.of(c.function()).truth();
  }

  private String literal(Expr.Number n) {
    if (type == LoopType.BOOL) {
      if (!n.literal().equals("0") && !n.literal().equals("1")) {
        throw error(n, "a bool loop knows no number but 0 and 1");
      }
      return Boolean.toString(n.literal().equals("1"));
    }
    if (n.integral()) {
      return type.integer(n.literal());
    }
    if (!type.isFloating()) {
      throw error(n, "a fraction in an integer loop; restrict dtypes, or use 'result: float'");
    }
    return type.real(n.literal());
  }

  private Code name(Expr.Name n) {
    Code code = names.get(n.name());
    if (code != null) {
      return code;
    }
    String box = type == LoopType.F32 ? "Float." : "Double.";
    String constant =
        switch (n.name()) {
          case "inf" -> box + "POSITIVE_INFINITY";
          case "nan" -> box + "NaN";
          case "pi" -> type == LoopType.F32 ? "((float) Math.PI)" : "Math.PI";
          default -> throw error(n, "unknown name '" + n.name() + "'");
        };
    if (!type.isFloating()) {
      throw error(n, n.name() + " in a loop that is not floating point");
    }
    return Code.number(constant);
  }

  private Code call(Expr.Call c) {
    Function f = Function.of(c.function());
    if (f == null) {
      throw error(c, "unknown function '" + c.function() + "'; known: " + Function.names());
    }
    if (f.arity() != c.args().size()) {
      throw error(c, c.function() + " takes " + f.arity() + " arguments, got " + c.args().size());
    }
    String template =
        type.isFloating() ? f.floating() : type == LoopType.BOOL ? f.bool() : f.integral();
    if (template == null) {
      throw error(c, c.function() + " has no form for " + type.dtype + "; restrict dtypes");
    }
    List<String> args = new ArrayList<>();
    c.args().forEach(a -> args.add(number(a)));
    String text = Function.fill(template, type, args);
    boolean narrow = f.inDouble() && type == LoopType.F32 || template.contains(".pow(") && isInt();
    return new Code(narrow ? "((" + type.value + ") " + text + ")" : text, isTruth(c));
  }

  private boolean isInt() {
    return type.value.equals("int");
  }

  private Code unary(Expr.Unary u) {
    if (u.op() == UnaryOp.NOT) {
      return Code.truth("(!" + truth(u.operand()) + ")");
    }
    if (type == LoopType.BOOL) {
      throw error(u, "truth values have no sign; restrict dtypes");
    }
    return Code.number("(-" + number(u.operand()) + ")");
  }

  private Code binary(Expr.Binary b) {
    BinaryOp o = b.op();
    if (o.isLogical()) {
      String symbol = o == BinaryOp.AND ? " & " : " | ";
      return Code.truth("(" + truth(b.left()) + symbol + truth(b.right()) + ")");
    }
    if (o.isComparison()) {
      return Code.truth(
          "(" + ordered(b.left(), o) + " " + o.symbol() + " " + ordered(b.right(), o) + ")");
    }
    return value("(" + number(b.left()) + " " + arithmetic(b) + " " + number(b.right()) + ")");
  }

  /** An operand of a comparison; Java does not order truth values. */
  private String ordered(Expr e, BinaryOp o) {
    boolean equality = o == BinaryOp.EQ || o == BinaryOp.NE;
    return type == LoopType.BOOL && !equality ? "(" + number(e) + " ? 1 : 0)" : number(e);
  }

  private String arithmetic(Expr.Binary b) {
    if (type == LoopType.BOOL) {
      return switch (b.op()) {
        case ADD -> "|";
        case MUL -> "&";
        default ->
            throw error(b, "truth values have no '" + b.op().symbol() + "'; restrict dtypes");
      };
    }
    if (b.op() == BinaryOp.DIV && !type.isFloating()) {
      throw error(b, "'/' divides floating point numbers; use floor_div, or 'result: float'");
    }
    return b.op().symbol();
  }

  private Code conditional(Expr.Conditional c) {
    Code yes = print(c.yes());
    Code no = print(c.no());
    boolean truth = yes.truth() && no.truth();
    String y = truth ? yes.text() : number(c.yes());
    String n = truth ? no.text() : number(c.no());
    return new Code("(" + truth(c.condition()) + " ? " + y + " : " + n + ")", truth);
  }

  private LoopException error(Expr e, String reason) {
    return new LoopException(op.fullName(), e.column(), reason);
  }
}
