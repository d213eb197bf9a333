package org.autograd.codegen.formula;

import org.autograd.codegen.expr.Expr;

/** Prints the functions that are part of the formula language. */
final class Builtins {
  private final JavaPrinter printer;
  private final Scope scope;

  Builtins(JavaPrinter printer, Scope scope) {
    this.printer = printer;
    this.scope = scope;
  }

  Code print(Expr.Call c) {
    String function = c.function();
    int arity = function.equals("size") ? 2 : 1;
    if (c.args().size() != arity) {
      throw new FormulaException(
          c.column(), function + " takes " + arity + " argument(s), not " + c.args().size());
    }
    if (function.equals("conj") || function.endsWith("_like")) {
      Code x = printer.print(c.args().get(0));
      if (function.equals("conj") && x.type().isNumber()) {
        return x;
      }
      tensor(x, c);
      return switch (function) {
        case "conj" -> x;
        case "zeros_like" -> Code.call("Tensor.zerosLike(" + x.text() + ")", JavaType.TENSOR);
        default -> Code.call("Tensor.onesLike(" + x.text() + ")", JavaType.TENSOR);
      };
    }
    if (function.equals("dtype") || function.equals("layout")) {
      return attribute(function, c);
    }
    Code sizes = attribute("sizes", c);
    if (function.equals("sizes")) {
      return sizes;
    }
    if (sizes.type() != JavaType.LONGS) {
      throw new FormulaException(c.column(), function + " takes a tensor, not a list");
    }
    return switch (function) {
      case "dim" -> Code.call(sizes.text() + ".length", JavaType.INT);
      case "numel" -> Code.call("NodeSupport.numel(" + sizes.text() + ")", JavaType.LONG);
      default -> {
        Code dim = printer.print(c.args().get(1));
        if (dim.type() != JavaType.INT) {
          throw new FormulaException(c.column(), "size takes a tensor and an int");
        }
        yield Code.call(
            "NodeSupport.size(" + sizes.text() + ", " + dim.text() + ")", JavaType.LONG);
      }
    };
  }

  private Code attribute(String function, Expr.Call c) {
    Expr arg = c.args().get(0);
    if (arg instanceof Expr.Name n) {
      Code saved = scope.attribute(function, n.name());
      if (saved != null) {
        return saved;
      }
    }
    Code x = printer.print(arg);
    boolean list = x.type() == JavaType.TENSORS;
    if (!list) {
      tensor(x, c);
    }
    String receiver = x.atLeast(Code.PRIMARY);
    if (function.equals("layout")) {
      if (list) {
        throw new FormulaException(c.column(), "layout takes a tensor, not a list");
      }
      return Code.call("Raw.layout(" + x.text() + ")", JavaType.LAYOUT);
    }
    if (function.equals("dtype")) {
      return list
          ? Code.call("NodeSupport.dtypes(" + x.text() + ")", JavaType.DTYPES)
          : Code.call(receiver + ".dtype()", JavaType.DTYPE);
    }
    return list
        ? Code.call("NodeSupport.sizes(" + x.text() + ")", JavaType.LONG_ARRAYS)
        : Code.call(receiver + ".sizes()", JavaType.LONGS);
  }

  private static void tensor(Code x, Expr.Call c) {
    if (x.type() != JavaType.TENSOR) {
      throw new FormulaException(
          c.column(), c.function() + " takes a tensor, not " + x.type().java());
    }
  }
}
