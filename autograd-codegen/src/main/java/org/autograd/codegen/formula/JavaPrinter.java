package org.autograd.codegen.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.expr.UnaryOp;

/**
 * Prints a formula as Java that calls public operators, choosing by type between those and plain
 * arithmetic.
 */
public final class JavaPrinter {
  /** The functions that are part of the language. */
  public static final Set<String> BUILTINS =
      Set.of("conj", "layout", "sizes", "size", "numel", "dim", "dtype", "zeros_like", "ones_like");

  private final Functions functions;
  private final Scope scope;

  /** Makes a printer. */
  public JavaPrinter(Functions functions, Scope scope) {
    this.functions = functions;
    this.scope = scope;
  }

  /**
   * Prints a formula.
   *
   * @param wanted the type the value must have
   * @throws FormulaException if it mentions something unknown or the types do not fit
   */
  public String print(Expr formula, JavaType wanted) {
    Code code = print(formula);
    if (code.type() != wanted) {
      throw new FormulaException(
          formula.column(),
          "the formula gives " + code.type().java() + ", but " + wanted.java() + " is needed");
    }
    return code.text();
  }

  Code print(Expr e) {
    return switch (e) {
      case Expr.Number n -> Code.plain(n.literal(), n.integral() ? JavaType.INT : JavaType.DOUBLE);
      case Expr.Bool b -> Code.plain(Boolean.toString(b.value()), JavaType.BOOL);
      case Expr.Null n -> Code.plain("null", JavaType.NULL);
      case Expr.Name n -> name(n);
      case Expr.Unary u -> unary(u);
      case Expr.Binary b -> binary(b);
      case Expr.Call c -> call(c);
      case Expr.Index i -> index(i);
      case Expr.Conditional c ->
          throw new FormulaException(
              c.column(), "a formula has no '?'; write a function in Formulas");
    };
  }

  private Code name(Expr.Name n) {
    Code code = scope.find(n.name());
    if (code == null) {
      throw new FormulaException(
          n.column(),
          "unknown identifier '"
              + n.name()
              + "'; known are "
              + String.join(", ", scope.identifiers()));
    }
    return code;
  }

  private Code unary(Expr.Unary u) {
    if (u.op() == UnaryOp.NOT) {
      throw new FormulaException(u.column(), "a formula has no '!'");
    }
    Code operand = print(u.operand());
    if (operand.type() == JavaType.TENSOR) {
      return Code.call(operand.atLeast(Code.PRIMARY) + ".neg()", JavaType.TENSOR);
    }
    Code number = Conversions.primitive(operand, u.column());
    return new Code("-" + number.atLeast(Code.UNARY), number.type(), Code.UNARY, false);
  }

  private Code index(Expr.Index i) {
    Code target = print(i.target());
    Code index = print(i.index());
    JavaType element =
        switch (target.type()) {
          case TENSORS -> JavaType.TENSOR;
          case LONGS -> JavaType.LONG;
          case INTS -> JavaType.INT;
          default ->
              throw new FormulaException(
                  i.column(), target.type().java() + " has no elements to take with []");
        };
    if (index.type() != JavaType.INT) {
      throw new FormulaException(i.column(), "an index must be an int");
    }
    return Code.call(target.atLeast(Code.PRIMARY) + "[" + index.text() + "]", element);
  }

  private Code binary(Expr.Binary b) {
    BinaryOp op = b.op();
    if (!op.isArithmetic()) {
      throw new FormulaException(b.column(), "a formula has no '" + op.symbol() + "'");
    }
    Code left = print(b.left());
    Code right = print(b.right());
    boolean tensors = left.type() == JavaType.TENSOR || right.type() == JavaType.TENSOR;
    if (!tensors) {
      Code l = Conversions.primitive(left, b.column());
      Code r = Conversions.primitive(right, b.column());
      JavaType type = l.type().ordinal() > r.type().ordinal() ? l.type() : r.type();
      String text =
          l.atLeast(op.strength()) + " " + op.symbol() + " " + r.atLeast(op.strength() + 1);
      return new Code(text, type, op.strength(), false);
    }
    String method = operator(op);
    if (left.type() != JavaType.TENSOR) {
      Code number = Conversions.primitive(left, b.column());
      if (op == BinaryOp.SUB || op == BinaryOp.DIV) {
        return Code.call(
            "Tensors." + method + "(" + number.text() + ", " + right.text() + ")", JavaType.TENSOR);
      }
      left = right;
      right = number;
    }
    String argument =
        right.type() == JavaType.TENSOR
            ? right.text()
            : Conversions.primitive(right, b.column()).text();
    return Code.call(
        left.atLeast(Code.PRIMARY) + "." + method + "(" + argument + ")", JavaType.TENSOR);
  }

  private static String operator(BinaryOp op) {
    return switch (op) {
      case ADD -> "add";
      case SUB -> "sub";
      case MUL -> "mul";
      case DIV -> "div";
      default -> throw new IllegalArgumentException(op.symbol());
    };
  }

  private Code call(Expr.Call c) {
    if (BUILTINS.contains(c.function())) {
      return new Builtins(this, scope).print(c);
    }
    List<Callable> candidates = functions.named(c.function());
    if (candidates.isEmpty()) {
      throw new FormulaException(
          c.column(),
          "unknown function '"
              + c.function()
              + "': neither an operator of the tables, nor a method of Formulas, nor one of "
              + new java.util.TreeSet<>(BUILTINS));
    }
    List<Code> args = new ArrayList<>();
    for (Expr arg : c.args()) {
      args.add(print(arg));
    }
    return Calls.print(c, candidates, args);
  }
}
