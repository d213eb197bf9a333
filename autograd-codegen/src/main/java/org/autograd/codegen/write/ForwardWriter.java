package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.JavaPrinter;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DifferentiableInput;
import org.autograd.codegen.model.DifferentiableOutput;
import org.autograd.codegen.model.ForwardDerivative;
import org.autograd.codegen.model.ForwardFormula;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Scopes;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/** Writes the class of forward formulas: tangents of results from tangents of arguments. */
final class ForwardWriter {
  private static final String NAME = "ForwardFormulas";

  private final Model model;
  private final JavaFile file = new JavaFile(NodeWriter.PACKAGE);

  private ForwardWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    ForwardWriter writer = new ForwardWriter(model);
    writer.file.line("/**");
    writer.file.line(
        " * The tangent of each operator's result. {@code xP} is an argument, {@code xT} its"
            + " tangent or null for none;");
    writer.file.line(" * null comes back if there is none.");
    writer.file.line(" */");
    writer.file.line("public final class " + NAME + " {");
    writer.file.line("private " + NAME + "() {}");
    for (Operator op : model.operators()) {
      if (op.info() != null) {
        for (ForwardDerivative f : op.info().forward()) {
          writer.method(op, f);
        }
      }
    }
    writer.file.line("}");
    output.add(Output.Root.MAIN, JavaFile.path(NodeWriter.PACKAGE, NAME), writer.file.text());
  }

  /** Returns the name of the method for a result. */
  static String name(Operator op, DifferentiableOutput output) {
    return op.result().kind() == Result.Kind.NAMED
        ? op.javaName() + Names.upperCamel(output.name())
        : op.javaName();
  }

  private void method(Operator op, ForwardDerivative f) {
    Expr formula = formula(op, f);
    JavaType type = ForwardFormula.type(op);
    file.blank();
    file.line("/** Tangent of {@code " + op.entry().name() + "}: {@code " + f.text() + "}. */");
    file.line(
        "public static "
            + type.java()
            + " "
            + name(op, f.output())
            + "(ThreadState state, "
            + declared(params(op, formula))
            + ") {");
    JavaPrinter printer = new JavaPrinter(model.functions(), Scopes.forward(op, op.info()));
    List<ForwardFormula.Term> terms =
        f.kind() == ForwardDerivative.Kind.LINEAR
            ? List.of()
            : ForwardFormula.terms(formula, f.inputs());
    if (f.inputs().size() > 1 && !terms.isEmpty()) {
      sum(op, terms, printer);
    } else {
      whole(f, formula, printer, type);
    }
    file.line("}");
  }

  private void sum(Operator op, List<ForwardFormula.Term> terms, JavaPrinter printer) {
    twoProducts(op, terms, printer);
    file.line("Tensor tangent = null;");
    boolean first = true;
    for (ForwardFormula.Term term : terms) {
      String code = printer.print(term.formula(), JavaType.TENSOR);
      file.line("if (" + Scopes.tangent(term.input().name()) + " != null) {");
      file.line("tangent = " + (first ? code : "NodeSupport.add(tangent, " + code + ")") + ";");
      file.line("}");
      first = false;
    }
    file.line("return " + (op.kind() == Kind.POINTWISE ? broadcast(op) : "tangent") + ";");
  }

  /** Two products, of which no tangent is absent, are computed in one loop. */
  private void twoProducts(Operator op, List<ForwardFormula.Term> terms, JavaPrinter printer) {
    if (op.kind() != Kind.POINTWISE
        || terms.size() != 2
        || !(terms.get(0).formula() instanceof Expr.Binary a)
        || !(terms.get(1).formula() instanceof Expr.Binary b)
        || a.op() != BinaryOp.MUL
        || b.op() != BinaryOp.MUL) {
      return;
    }
    String factors =
        Stream.of(a.left(), a.right(), b.left(), b.right())
            .map(e -> printer.print(e, JavaType.TENSOR))
            .collect(Collectors.joining(", "));
    String tangents =
        terms.stream()
            .map(t -> Scopes.tangent(t.input().name()) + " != null")
            .collect(Collectors.joining(" && "));
    file.line("if (" + tangents + ") {");
    file.line("return LayerSupport.sumOfProducts(state, " + factors + ");").line("}");
  }

  /** A term may lack the dimensions that come from the other operands. */
  private static String broadcast(Operator op) {
    return op.args().stream()
        .filter(a -> a.type().isTensor())
        .map(a -> ", " + Scopes.primal(a.name()))
        .collect(Collectors.joining("", "NodeSupport.broadcast(tangent", ")"));
  }

  private void whole(ForwardDerivative f, Expr formula, JavaPrinter printer, JavaType type) {
    List<String> absent = new ArrayList<>();
    for (DifferentiableInput i : f.inputs()) {
      String tangent = Scopes.tangent(i.name());
      absent.add(i.isList() ? "NodeSupport.allNull(" + tangent + ")" : tangent + " == null");
    }
    file.line("if (" + String.join(" && ", absent) + ") {").line("return null;").line("}");
    for (DifferentiableInput i : f.inputs()) {
      if (f.inputs().size() > 1 || i.isList()) {
        String tangent = Scopes.tangent(i.name());
        file.line(
            tangent + " = NodeSupport.orZeros(" + tangent + ", " + Scopes.primal(i.name()) + ");");
      }
    }
    file.line("return " + printer.print(formula, type) + ";");
  }

  /** What a parameter of a tangent's method is given. */
  enum From {
    /** An argument of the operator. */
    ARGUMENT,
    /** The tangent of an argument. */
    TANGENT,
    /** A result. */
    RESULT
  }

  /**
   * A parameter of a tangent's method.
   *
   * @param type its Java type
   * @param name its name
   * @param from what it is given
   * @param index the place of the argument or result
   */
  record Param(String type, String name, From from, int index) {}

  /** Returns the parameters of the method for a result. */
  static List<Param> params(Operator op, ForwardDerivative f) {
    return params(op, formula(op, f));
  }

  private static Expr formula(Operator op, ForwardDerivative f) {
    return f.kind() == ForwardDerivative.Kind.LINEAR ? ForwardFormula.linear(op) : f.formula();
  }

  private static List<Param> params(Operator op, Expr formula) {
    List<Param> params = new ArrayList<>();
    for (int i = 0; i < op.args().size(); i++) {
      Argument a = op.args().get(i);
      String type = a.type().java();
      if (a.type().isTensor()) {
        params.add(new Param(type, Scopes.primal(a.name()), From.ARGUMENT, i));
        if (op.info().input(a.name()).isPresent()) {
          params.add(new Param(type, Scopes.tangent(a.name()), From.TANGENT, i));
        }
      } else {
        params.add(new Param(type, Names.camel(a.name()), From.ARGUMENT, i));
      }
    }
    String type = op.result().kind() == Result.Kind.LIST ? "Tensor[]" : "Tensor";
    List<String> outputs = op.result().names();
    for (int i = 0; i < outputs.size(); i++) {
      String output = outputs.get(i);
      if (formula.mentions(output) && op.signature().arg(output).isEmpty()) {
        params.add(new Param(type, Names.camel(output), From.RESULT, i));
      }
    }
    return params;
  }

  private static String declared(List<Param> params) {
    return params.stream().map(p -> p.type() + " " + p.name()).collect(Collectors.joining(", "));
  }
}
