package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.expr.BinaryOp;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Result;
import org.autograd.codegen.table.Text;

/** Reads the forward formulas of an entry. */
final class ForwardBuilder {
  private final Entry entry;
  private final DifferentiabilityInfo info;
  private final Problems problems;

  ForwardBuilder(Entry entry, DifferentiabilityInfo info, Problems problems) {
    this.entry = entry;
    this.info = info;
    this.problems = problems;
  }

  List<ForwardDerivative> build() {
    if (entry.forward().isEmpty()) {
      problems.add(
          entry.where(),
          entry.name(),
          "has no forward formula: write one, auto_linear, auto_element_wise or not_implemented");
      return List.of();
    }
    List<DifferentiableOutput> outputs =
        info.outputs().stream().filter(DifferentiableOutput::differentiable).toList();
    List<ForwardDerivative> found = new ArrayList<>();
    for (Map.Entry<String, Text> f : entry.forward().entrySet()) {
      Text text = f.getValue();
      if (text.value().equals(DerivativesBuilder.NOT_IMPLEMENTED)) {
        continue;
      }
      DifferentiableOutput output = output(f.getKey(), outputs, text);
      if (output != null) {
        ForwardDerivative forward = forward(output, text);
        if (forward != null) {
          found.add(forward);
        }
      }
    }
    return found;
  }

  private DifferentiableOutput output(String name, List<DifferentiableOutput> outputs, Text text) {
    if (name.isEmpty()) {
      if (outputs.size() == 1) {
        return outputs.get(0);
      }
      problem(text, "'forward' must give a formula for each of several differentiable results");
      return null;
    }
    for (DifferentiableOutput o : outputs) {
      if (o.name().equals(name)) {
        return o;
      }
    }
    problem(
        text, "a forward formula is given for '" + name + "', which is no differentiable result");
    return null;
  }

  private ForwardDerivative forward(DifferentiableOutput output, Text text) {
    boolean list = entry.signature().result().kind() == Result.Kind.LIST;
    if (text.value().equals("auto_linear")) {
      if (entry.signature().result().kind() == Result.Kind.NAMED) {
        problem(text, "auto_linear needs an operator with one result");
        return null;
      }
      return new ForwardDerivative(
          output, ForwardDerivative.Kind.LINEAR, null, text, info.inputs());
    }
    if (list) {
      problem(text, "the forward formula of an operator that returns a list must be auto_linear");
      return null;
    }
    if (text.value().equals("auto_element_wise")) {
      return elementWise(output, text);
    }
    Expr formula = DerivativesBuilder.parse(text, entry, problems);
    if (formula == null) {
      return null;
    }
    List<DifferentiableInput> inputs =
        info.inputs().stream().filter(i -> formula.mentions(i.name() + "_t")).toList();
    if (inputs.isEmpty()) {
      problem(
          text,
          "the forward formula mentions no tangent, such as " + info.inputs().get(0).name() + "_t");
      return null;
    }
    return new ForwardDerivative(output, ForwardDerivative.Kind.FORMULA, formula, text, inputs);
  }

  private ForwardDerivative elementWise(DifferentiableOutput output, Text text) {
    Expr sum = null;
    for (Derivative d : info.derivatives()) {
      if (d.isNotImplemented() || d.givesArray() || !d.uses("grad")) {
        problem(
            text,
            "auto_element_wise needs a formula with 'grad' for each tensor argument, not '"
                + d.text().value()
                + "'");
        return null;
      }
      Expr term = Formulas.elementWise(d.formula(), d.inputs().get(0).name(), entry.signature());
      sum = sum == null ? term : new Expr.Binary(BinaryOp.ADD, sum, term, term.column());
    }
    return sum == null
        ? null
        : new ForwardDerivative(
            output, ForwardDerivative.Kind.ELEMENT_WISE, sum, text, info.inputs());
  }

  private void problem(Text text, String reason) {
    problems.add(text.where(), entry.name(), reason);
  }
}
