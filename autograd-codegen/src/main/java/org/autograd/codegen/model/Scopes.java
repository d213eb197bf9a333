package org.autograd.codegen.model;

import org.autograd.codegen.formula.Code;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.formula.Scope;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** What the identifiers of an operator's formulas stand for in the generated Java. */
public final class Scopes {
  private Scopes() {}

  /**
   * Returns the scope of a backward formula, printed inside a node.
   *
   * @param needed the code of {@code needed}, or null where a formula must not use it
   */
  public static Scope backward(Operator op, DifferentiabilityInfo info, String needed) {
    Scope scope = new Scope();
    long differentiable =
        info.outputs().stream().filter(DifferentiableOutput::differentiable).count();
    boolean list = op.result().kind() == Result.Kind.LIST;
    if (differentiable == 1 && !list) {
      scope.name("grad", Code.plain("grad", JavaType.TENSOR));
    }
    scope.name("grads", Code.plain("grads", JavaType.TENSORS));
    if (op.result().kind() == Result.Kind.NAMED) {
      for (DifferentiableOutput o : info.outputs()) {
        if (o.differentiable()) {
          scope.name("grad_" + o.name(), Code.plain(gradName(o), JavaType.TENSOR));
        }
      }
    }
    if (needed != null) {
      scope.name("needed", Code.call(needed, JavaType.BOOLS));
    }
    for (DifferentiableOutput o : info.outputs()) {
      tensor(scope, o.name(), list ? JavaType.TENSORS : JavaType.TENSOR);
    }
    for (Argument a : op.args()) {
      if (a.name().equals("grad") || a.name().equals("grads")) {
        continue;
      }
      if (a.type().isTensor()) {
        tensor(scope, a.name(), JavaType.of(a.type()));
      } else {
        scope.name(a.name(), Code.plain(Names.camel(a.name()), JavaType.of(a.type())));
      }
    }
    return scope;
  }

  /** Returns the local variable that holds the gradient of a named result. */
  public static String gradName(DifferentiableOutput output) {
    return "grad" + Names.upperCamel(output.name());
  }

  private static void tensor(Scope scope, String name, JavaType type) {
    String field = Names.camel(name);
    boolean list = type == JavaType.TENSORS;
    scope
        .name(name, Code.plain(field, type))
        .attribute(
            "sizes",
            name,
            Code.plain(field + "Sizes", list ? JavaType.LONG_ARRAYS : JavaType.LONGS))
        .attribute("layout", name, Code.plain(field + "Layout", JavaType.LAYOUT))
        .attribute(
            "dtype", name, Code.plain(field + "Dtype", list ? JavaType.DTYPES : JavaType.DTYPE));
  }

  /** Returns the scope of a forward formula, printed in a static method. */
  public static Scope forward(Operator op, DifferentiabilityInfo info) {
    Scope scope = new Scope();
    boolean list = op.result().kind() == Result.Kind.LIST;
    for (DifferentiableOutput o : info.outputs()) {
      scope.name(
          o.name(), Code.plain(Names.camel(o.name()), list ? JavaType.TENSORS : JavaType.TENSOR));
    }
    for (Argument a : op.args()) {
      JavaType type = JavaType.of(a.type());
      if (!a.type().isTensor()) {
        scope.name(a.name(), Code.plain(Names.camel(a.name()), type));
        continue;
      }
      scope.name(a.name() + "_p", Code.plain(primal(a.name()), type));
      if (info.input(a.name()).isPresent()) {
        scope.name(a.name() + "_t", Code.plain(tangent(a.name()), type));
      }
      if (info.isConstant(a.name())) {
        scope.name(a.name(), Code.plain(primal(a.name()), type));
      }
    }
    return scope;
  }

  /** Returns the parameter that holds an argument's tangent. */
  public static String tangent(String arg) {
    return Names.camel(arg) + "T";
  }

  /** Returns the parameter that holds a tensor argument. */
  public static String primal(String arg) {
    return Names.camel(arg) + "P";
  }
}
