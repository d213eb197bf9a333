package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** Parameter lists and argument lists of the generated entry points. */
final class Params {
  private Params() {}

  /** Returns the parameters, such as {@code Tensor self, int dim}. */
  static String declared(Operator op) {
    return op.args().stream()
        .map(a -> a.type().java() + " " + Names.camel(a.name()))
        .collect(Collectors.joining(", "));
  }

  /** Returns the arguments, such as {@code self, dim}. */
  static String passed(Operator op) {
    return op.args().stream().map(a -> Names.camel(a.name())).collect(Collectors.joining(", "));
  }

  /** Returns the arguments after the first one, each with a comma in front. */
  static String rest(Operator op) {
    return op.args().stream()
        .skip(1)
        .map(a -> ", " + Names.camel(a.name()))
        .collect(Collectors.joining());
  }

  /** Returns the name of the first argument. */
  static String first(Operator op) {
    return Names.camel(op.args().get(0).name());
  }

  /** Returns the name of an argument in Java. */
  static String name(Argument a) {
    return Names.camel(a.name());
  }

  /** Returns the result type of the entry point. */
  static String result(Operator op) {
    return switch (op.result().kind()) {
      case ONE -> "Tensor";
      case LIST -> "Tensor[]";
      case NAMED -> op.resultClass();
    };
  }

  /**
   * Returns the names of the differentiable inputs that are single tensors, each with a comma in
   * front.
   */
  static String operands(Operator op, boolean skipFirst) {
    List<String> names = new ArrayList<>();
    if (op.info() != null) {
      op.info().inputs().stream()
          .filter(i -> !i.isList())
          .map(i -> Names.camel(i.name()))
          .filter(n -> !(skipFirst && n.equals(first(op))))
          .forEach(names::add);
    }
    return names.stream().map(n -> ", " + n).collect(Collectors.joining());
  }

  /** Returns the tensor arguments. */
  static List<Argument> tensors(Operator op) {
    return op.args().stream().filter(a -> a.type().isTensor()).toList();
  }

  /** Tells whether the operator returns one tensor. */
  static boolean one(Operator op) {
    return op.result().kind() == Result.Kind.ONE;
  }
}
