package org.autograd.codegen.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.autograd.codegen.expr.Expr;
import org.autograd.codegen.expr.ExprException;
import org.autograd.codegen.expr.Parser;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Problems;
import org.autograd.codegen.table.Signature;
import org.autograd.codegen.table.Text;

/**
 * Reads the derivatives of an entry and checks that every tensor argument has a word on its
 * derivative.
 */
final class DerivativesBuilder {
  static final String NON_DIFFERENTIABLE = "non_differentiable";
  static final String NOT_IMPLEMENTED = "not_implemented";

  private final Entry entry;
  private final Signature signature;
  private final Problems problems;
  private final Set<String> served = new HashSet<>();
  private final Set<String> constant = new HashSet<>();

  DerivativesBuilder(Entry entry, Problems problems) {
    this.entry = entry;
    this.signature = entry.signature();
    this.problems = problems;
  }

  /** Returns the info, or null if nothing is differentiable. */
  DifferentiabilityInfo build(String nodeName) {
    List<DifferentiableOutput> outputs = outputs();
    Text whole = entry.derivatives().get(Entry.ALL);
    if (whole != null) {
      if (!whole.value().equals(NON_DIFFERENTIABLE) && !whole.value().equals(NOT_IMPLEMENTED)) {
        problem(whole, "'derivatives' must be a mapping, non_differentiable or not_implemented");
        return null;
      }
      if (whole.value().equals(NON_DIFFERENTIABLE)) {
        return null;
      }
    }
    for (Map.Entry<String, Text> d : entry.derivatives().entrySet()) {
      if (!d.getKey().equals(Entry.ALL)) {
        readNames(d.getKey(), d.getValue());
      }
    }
    List<DifferentiableInput> inputs = new ArrayList<>();
    for (Argument a : signature.args()) {
      if (!a.type().isTensor() || constant.contains(a.name())) {
        continue;
      }
      if (whole == null && !served.contains(a.name())) {
        problems.add(
            entry.where(),
            entry.name(),
            "the tensor argument '"
                + a.name()
                + "' has no word on its derivative: write a formula, non_differentiable or"
                + " not_implemented");
        continue;
      }
      inputs.add(new DifferentiableInput(a.name(), a.type(), inputs.size()));
    }
    if (inputs.isEmpty()) {
      return null;
    }
    if (inputs.stream().filter(DifferentiableInput::isList).count() > 1) {
      problems.add(
          entry.where(), entry.name(), "at most one argument with derivatives may be a list");
    }
    if (outputs.stream().noneMatch(DifferentiableOutput::differentiable)) {
      problems.add(
          entry.where(),
          entry.name(),
          "no result is differentiable; write 'derivatives: non_differentiable'");
      return null;
    }
    List<Derivative> derivatives = new ArrayList<>();
    if (whole != null) {
      for (DifferentiableInput input : inputs) {
        derivatives.add(new Derivative(List.of(input), null, whole, List.of()));
      }
    }
    for (Map.Entry<String, Text> d : entry.derivatives().entrySet()) {
      Derivative derivative = derivative(d.getKey(), d.getValue(), inputs);
      if (derivative != null) {
        derivatives.add(derivative);
      }
    }
    derivatives.sort(java.util.Comparator.comparingInt(d -> d.inputs().get(0).index()));
    DifferentiabilityInfo info =
        new DifferentiabilityInfo(nodeName, inputs, outputs, derivatives, List.of());
    List<ForwardDerivative> forward = new ForwardBuilder(entry, info, problems).build();
    return new DifferentiabilityInfo(nodeName, inputs, outputs, derivatives, forward);
  }

  private List<DifferentiableOutput> outputs() {
    List<String> names = signature.result().names();
    List<Boolean> flags = entry.outputsDifferentiable();
    if (!flags.isEmpty() && flags.size() != names.size()) {
      problems.add(
          entry.where(),
          entry.name(),
          "outputs_differentiable has "
              + flags.size()
              + " value(s) for "
              + names.size()
              + " result(s)");
    }
    List<DifferentiableOutput> outputs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      outputs.add(new DifferentiableOutput(names.get(i), i, i >= flags.size() || flags.get(i)));
    }
    return outputs;
  }

  private static List<String> names(String key) {
    return Arrays.stream(key.split(",")).map(String::strip).toList();
  }

  private void readNames(String key, Text text) {
    for (String name : names(key)) {
      Argument arg = signature.arg(name).orElse(null);
      if (arg == null) {
        problem(text, "a derivative is given for an unknown argument '" + name + "'");
      } else if (!arg.type().isTensor()) {
        problem(text, "a derivative is given for '" + name + "', which is no tensor");
      } else if (!served.add(name)) {
        problem(text, "two derivatives are given for '" + name + "'");
      } else if (text.value().equals(NON_DIFFERENTIABLE)) {
        constant.add(name);
      }
    }
  }

  private Derivative derivative(String key, Text text, List<DifferentiableInput> inputs) {
    List<String> names = names(key);
    List<DifferentiableInput> mine = inputs.stream().filter(i -> names.contains(i.name())).toList();
    if (key.equals(Entry.ALL) || mine.isEmpty() || text.value().equals(NON_DIFFERENTIABLE)) {
      return null;
    }
    for (int i = 1; i < mine.size(); i++) {
      if (mine.get(i).index() != mine.get(0).index() + i) {
        problem(text, "the arguments of one formula must follow each other");
      }
    }
    if (text.value().equals(NOT_IMPLEMENTED)) {
      return new Derivative(mine, null, text, List.of());
    }
    Expr formula = parse(text, entry, problems);
    return formula == null
        ? null
        : new Derivative(mine, formula, text, Formulas.saved(formula, signature));
  }

  static Expr parse(Text text, Entry entry, Problems problems) {
    try {
      return Parser.parse(text.value());
    } catch (ExprException e) {
      problems.add(
          text.where(),
          entry.name(),
          "formula '" + text.value() + "': column " + e.column() + ": " + e.reason());
      return null;
    }
  }

  private void problem(Text text, String reason) {
    problems.add(text.where(), entry.name(), reason);
  }
}
