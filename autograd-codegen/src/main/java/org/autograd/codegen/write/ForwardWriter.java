package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
    writer.file.line("final class " + NAME + " {");
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
    Expr formula =
        f.kind() == ForwardDerivative.Kind.LINEAR ? ForwardFormula.linear(op) : f.formula();
    JavaType type = ForwardFormula.type(op);
    file.blank();
    file.line("/** Tangent of {@code " + op.entry().name() + "}: {@code " + f.text() + "}. */");
    file.line(
        "static " + type.java() + " " + name(op, f.output()) + "(" + params(op, formula) + ") {");
    JavaPrinter printer = new JavaPrinter(model.functions(), Scopes.forward(op, op.info()));
    List<ForwardFormula.Term> terms =
        f.kind() == ForwardDerivative.Kind.LINEAR
            ? List.of()
            : ForwardFormula.terms(formula, f.inputs());
    if (f.inputs().size() > 1 && !terms.isEmpty()) {
      sum(terms, printer);
    } else {
      whole(f, formula, printer, type);
    }
    file.line("}");
  }

  private void sum(List<ForwardFormula.Term> terms, JavaPrinter printer) {
    file.line("Tensor tangent = null;");
    boolean first = true;
    for (ForwardFormula.Term term : terms) {
      String code = printer.print(term.formula(), JavaType.TENSOR);
      file.line("if (" + Scopes.tangent(term.input().name()) + " != null) {");
      file.line("tangent = " + (first ? code : "NodeSupport.add(tangent, " + code + ")") + ";");
      file.line("}");
      first = false;
    }
    file.line("return tangent;");
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

  private static String params(Operator op, Expr formula) {
    List<String> params = new ArrayList<>();
    for (Argument a : op.args()) {
      if (a.type().isTensor()) {
        String type = a.type().java() + " ";
        params.add(type + Scopes.primal(a.name()));
        if (op.info().input(a.name()).isPresent()) {
          params.add(type + Scopes.tangent(a.name()));
        }
      } else {
        params.add(a.type().java() + " " + Names.camel(a.name()));
      }
    }
    for (String output : op.result().names()) {
      if (formula.mentions(output) && op.signature().arg(output).isEmpty()) {
        params.add(
            (op.result().kind() == Result.Kind.LIST ? "Tensor[] " : "Tensor ")
                + Names.camel(output));
      }
    }
    return params.stream().collect(Collectors.joining(", "));
  }
}
