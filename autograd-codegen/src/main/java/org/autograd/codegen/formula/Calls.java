package org.autograd.codegen.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** Prints calls of operators and hand-written functions. */
final class Calls {
  private Calls() {}

  static Code print(Expr.Call call, List<Callable> candidates, List<Code> args) {
    Callable best = null;
    int least = Conversions.IMPOSSIBLE;
    for (Callable candidate : candidates) {
      int cost = cost(candidate, args);
      if (cost < least) {
        best = candidate;
        least = cost;
      }
    }
    if (best == null) {
      String given = args.stream().map(a -> a.type().java()).collect(Collectors.joining(", "));
      throw new FormulaException(
          call.column(),
          call.function()
              + "("
              + given
              + ") does not fit; there is "
              + candidates.stream().map(Callable::toString).collect(Collectors.joining("; ")));
    }
    return switch (best) {
      case Callable.Formula f -> formula(call, f, args);
      case Callable.Operator o -> operator(call, o, args);
    };
  }

  private static int cost(Callable candidate, List<Code> args) {
    return switch (candidate) {
      case Callable.Formula f -> {
        if (f.params().size() != args.size()) {
          yield Conversions.IMPOSSIBLE;
        }
        int sum = 0;
        for (int i = 0; i < args.size(); i++) {
          sum += Conversions.cost(args.get(i), f.params().get(i), f.params().get(i).isNullable());
        }
        yield sum;
      }
      case Callable.Operator o -> {
        List<Argument> params = o.signature().args();
        if (args.size() > params.size()
            || (args.size() < params.size() && !params.get(args.size()).hasDefault())) {
          yield Conversions.IMPOSSIBLE;
        }
        int sum = 0;
        for (int i = 0; i < args.size(); i++) {
          Argument param = params.get(i);
          sum +=
              Conversions.cost(args.get(i), JavaType.of(param.type()), param.type().isOptional());
        }
        yield sum;
      }
    };
  }

  private static Code formula(Expr.Call call, Callable.Formula f, List<Code> args) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      texts.add(convert(call, args, i, f.params().get(i)));
    }
    String text =
        f.method().owner() + "." + f.method().name() + "(" + String.join(", ", texts) + ")";
    return Code.call(text, f.result());
  }

  private static Code operator(Expr.Call call, Callable.Operator o, List<Code> args) {
    Result.Kind kind = o.signature().result().kind();
    if (kind == Result.Kind.NAMED) {
      throw new FormulaException(
          call.column(),
          call.function() + " returns several tensors and cannot stand in a formula");
    }
    List<Argument> params = o.signature().args();
    // Public methods take List<Tensor> and primitive numbers where entry points take arrays and
    // boxes.
    boolean differs =
        params.stream().anyMatch(p -> p.type().isTensorList())
            || args.stream().anyMatch(Calls::isBoxed);
    boolean method =
        o.method() && !differs && kind == Result.Kind.ONE && args.get(0).type() == JavaType.TENSOR;
    List<String> texts = new ArrayList<>();
    for (int i = method ? 1 : 0; i < args.size(); i++) {
      Argument param = params.get(i);
      Code arg = args.get(i);
      boolean number = arg.type().isNumber() && param.type().isTensor();
      if (method && number && param.name().equals(o.scalarArg())) {
        texts.add(Conversions.primitive(arg, call.column()).text());
      } else {
        texts.add(convert(call, args, i, JavaType.of(param.type())));
      }
    }
    if (method) {
      String text =
          args.get(0).atLeast(Code.PRIMARY)
              + "."
              + o.javaName()
              + "("
              + String.join(", ", texts)
              + ")";
      return Code.call(text, JavaType.TENSOR);
    }
    for (int i = args.size(); i < params.size(); i++) {
      texts.add(Literals.java(params.get(i).type(), params.get(i).value()));
    }
    String text = "Operators." + o.javaName() + "(" + String.join(", ", texts) + ")";
    return Code.call(text, kind == Result.Kind.ONE ? JavaType.TENSOR : JavaType.TENSORS);
  }

  private static boolean isBoxed(Code arg) {
    return switch (arg.type()) {
      case OPT_INT, OPT_LONG, OPT_DOUBLE, NULL -> true;
      default -> false;
    };
  }

  private static String convert(Expr.Call call, List<Code> args, int i, JavaType to) {
    Code arg = args.get(i);
    if (to != JavaType.TENSOR || !arg.type().isNumber()) {
      return Conversions.convert(arg, to);
    }
    Code partner = null;
    for (Code other : args) {
      if (other.type() == JavaType.TENSOR && other.plain()) {
        partner = other;
      }
    }
    if (partner == null) {
      throw new FormulaException(
          call.column(),
          "argument " + (i + 1) + " of " + call.function() + " must be a tensor, not a number");
    }
    return Conversions.wrap(arg, partner, call.column()).text();
  }
}
