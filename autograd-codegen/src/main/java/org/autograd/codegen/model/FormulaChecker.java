package org.autograd.codegen.model;

import java.util.List;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.formula.FormulaException;
import org.autograd.codegen.formula.Functions;
import org.autograd.codegen.formula.JavaPrinter;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Text;

/** Checks that every formula can be printed: all names are known and all types fit. */
final class FormulaChecker {
  private final Functions functions;
  private final Problems problems;

  FormulaChecker(Functions functions, Problems problems) {
    this.functions = functions;
    this.problems = problems;
  }

  void check(List<Operator> operators) {
    for (Operator op : operators) {
      if (op.info() != null) {
        op.info().derivatives().forEach(d -> derivative(op, d));
        op.info().forward().forEach(f -> forward(op, f));
      }
    }
  }

  private void derivative(Operator op, Derivative d) {
    if (d.isNotImplemented()) {
      return;
    }
    String needed = d.givesArray() ? "needed" : null;
    JavaPrinter printer = new JavaPrinter(functions, Scopes.backward(op, op.info(), needed));
    JavaType wanted = d.givesArray() ? JavaType.TENSORS : JavaType.TENSOR;
    print(op, printer, d.formula(), wanted, d.text());
    if (!d.uses("grad")
        && !d.uses("grads")
        && op.info().outputs().stream().noneMatch(o -> d.uses("grad_" + o.name()))) {
      problem(op, d.text(), "formula '" + d.text() + "' does not use the incoming gradient");
    }
  }

  private void forward(Operator op, ForwardDerivative f) {
    Expr formula =
        f.kind() == ForwardDerivative.Kind.LINEAR ? ForwardFormula.linear(op) : f.formula();
    JavaPrinter printer = new JavaPrinter(functions, Scopes.forward(op, op.info()));
    print(op, printer, formula, ForwardFormula.type(op), f.text());
  }

  private void print(Operator op, JavaPrinter printer, Expr formula, JavaType wanted, Text text) {
    try {
      printer.print(formula, wanted);
    } catch (FormulaException | IllegalArgumentException e) {
      problem(op, text, "formula '" + text + "': " + e.getMessage());
    }
  }

  private void problem(Operator op, Text text, String reason) {
    problems.add(text.where(), op.entry().name(), reason);
  }
}
