package org.autograd.codegen.loops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.expr.Parser;
import org.autograd.codegen.expr.UnaryOp;
import org.autograd.codegen.loops.PointwiseOp.ArgType;

/** Prints an expression as Java for vectors of floating point numbers; truth values are masks. */
final class VectorPrinter {
  /** Functions of x that are made of others. */
  private static final Map<String, String> EXPANDED = Map.of("rsqrt", "1 / sqrt(x)");

  private final LoopType type;
  private final Map<String, Code> names;
  private final Map<String, String> constants = new LinkedHashMap<>();
  private final Map<String, String> shared = new HashMap<>();

  VectorPrinter(LoopType type, Map<String, Code> names) {
    this.type = type;
    this.names = names;
  }

  /** Tells whether an operator has a form for the Vector API. */
  static boolean possible(PointwiseOp op) {
    boolean numbers =
        !(op.result() instanceof ResultRule.Bool)
            && Operands.masks(op).isEmpty()
            && op.attributes().stream().noneMatch(a -> a.type() == ArgType.BOOL)
            && LoopType.of(op).stream().anyMatch(LoopType::isFloating);
    boolean[] known = {numbers};
    op.expr()
        .walk(e -> {
          if (e instanceof Expr.Call c) {
            Function f = Function.of(c.function());
            known[0] &= EXPANDED.containsKey(c.function()) || f != null && f.vector() != null;
          }
        });
    return known[0];
  }

  /**
   * Tells whether that form is faster than what the compiler makes of the best scalar loop: where a
   * function is slow in scalar form, or where values are chosen by a condition.
   */
  static boolean pays(PointwiseOp op) {
    boolean[] pays = {false};
    op.expr()
        .walk(e -> {
          switch (e) {
            case Expr.Call c -> pays[0] |= Function.of(c.function()).costly();
            case Expr.Conditional c -> pays[0] = true;
            case Expr.Binary b -> pays[0] |= b.op().isComparison();
            default -> {}
          }
        });
    return pays[0];
  }

  /**
   * Tells whether the Vector API form needs functions that only some platforms have in fast form.
   */
  static boolean needsMath(PointwiseOp op) {
    return op.expr().calls().stream().anyMatch(c -> Function.of(c).costly());
  }

  /** The class of vectors of a type. */
  static String vector(LoopType type) {
    return type == LoopType.F32 ? "FloatVector" : "DoubleVector";
  }

  /** Vectors that are the same in all rounds: Java name to initial value. */
  Map<String, String> constants() {
    return constants;
  }

  /** Prints a call; from now on the name stands for it. */
  String share(Expr.Call c, String name) {
    String text = print(c).text();
    shared.put(c.text(), name);
    return text;
  }

  /** Prints an expression as a vector of numbers. */
  String number(Expr e) {
    Code c = print(e);
    if (!c.truth()) {
      return c.text();
    }
    return constant(type.integer("0"))
        + ".blend("
        + constant(type.integer("1"))
        + ", "
        + c.text()
        + ")";
  }

  private String truth(Expr e) {
    Code c = print(e);
    return c.truth()
        ? c.text()
        : c.text() + ".compare(VectorOperators.NE, " + constant(type.integer("0")) + ")";
  }

  private String constant(String value) {
    String init = vector(type) + ".broadcast(" + type.name() + ", " + value + ")";
    for (Map.Entry<String, String> c : constants.entrySet()) {
      if (c.getValue().equals(init)) {
        return c.getKey();
      }
    }
    String name = "c" + constants.size();
    constants.put(name, init);
    return name;
  }

  private Code print(Expr e) {
    return switch (e) {
      case Expr.Number n ->
          Code.number(constant(n.integral() ? type.integer(n.literal()) : type.real(n.literal())));
      case Expr.Bool b -> Code.truth(type.name() + ".maskAll(" + b.value() + ")");
      case Expr.Name n -> name(n);
      case Expr.Call c -> call(c);
      case Expr.Unary u ->
          u.op() == UnaryOp.NEG
              ? Code.number(number(u.operand()) + ".neg()")
              : Code.truth(truth(u.operand()) + ".not()");
      case Expr.Binary b -> binary(b);
      case Expr.Conditional c ->
          Code.number(
              number(c.no()) + ".blend(" + number(c.yes()) + ", " + truth(c.condition()) + ")");
      case Expr.Null n -> throw new AssertionError(e);
      case Expr.Index i -> throw new AssertionError(e);
    };
  }

  private Code name(Expr.Name n) {
    Code known = names.get(n.name());
    if (known != null) {
      return known;
    }
    String box = type == LoopType.F32 ? "Float." : "Double.";
    return Code.number(
        constant(
            switch (n.name()) {
              case "inf" -> box + "POSITIVE_INFINITY";
              case "nan" -> box + "NaN";
              default -> type == LoopType.F32 ? "(float) Math.PI" : "Math.PI";
            }));
  }

  private Code call(Expr.Call c) {
    String known = shared.get(c.text());
    Function f = Function.of(c.function());
    if (known != null) {
      return new Code(known, f.truth());
    }
    String formula = EXPANDED.get(c.function());
    if (formula != null) {
      return print(
          Parser.parse(formula).replace(e -> e instanceof Expr.Name ? c.args().get(0) : null));
    }
    List<String> args = new ArrayList<>();
    c.args().forEach(a -> args.add(number(a)));
    return new Code(Function.fill(f.vector(), type, args), f.truth());
  }

  private Code binary(Expr.Binary b) {
    if (b.op().isLogical()) {
      String method = b.op() == BinaryOp.AND ? ".and(" : ".or(";
      return Code.truth(truth(b.left()) + method + truth(b.right()) + ")");
    }
    String left = number(b.left());
    String right = number(b.right());
    if (b.op().isComparison()) {
      String operator = "VectorOperators." + b.op().name();
      return Code.truth(left + ".compare(" + operator + ", " + right + ")");
    }
    return Code.number(
        left + "." + b.op().name().toLowerCase(java.util.Locale.ROOT) + "(" + right + ")");
  }
}
