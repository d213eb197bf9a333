package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.model.BatchRule;
import org.autograd.codegen.model.Derivative;
import org.autograd.codegen.model.DifferentiableInput;
import org.autograd.codegen.model.ForwardDerivative;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Text;

/** Writes the reference page: one section for each table, one entry for each public operator. */
final class DocsWriter {
  private final StringBuilder text = new StringBuilder();

  private DocsWriter() {}

  static void write(Model model, Output output) {
    DocsWriter writer = new DocsWriter();
    writer.all(model);
    output.add(Output.Root.DOCS, "operators.md", writer.text.toString());
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void all(Model model) {
    line("# Operators");
    line("");
    line("Generated from the operator tables; do not edit.");
    line("");
    line(
        "In the formulas, `grad` is the gradient of the result, `result` the result itself, `x_p`"
            + " an");
    line("operand and `x_t` its tangent; `conj` is the identity on real numbers.");
    line("");
    line(
        "Every operator works on whole batches inside of `Vmap`; none falls back to a loop over the");
    line(
        "elements. Refused are results whose sizes would differ between elements, and random numbers");
    line("unless the options of the map say whether elements share them.");
    String file = "";
    for (Operator op : model.operators()) {
      if (op.entry().internal()) {
        continue;
      }
      String current = op.entry().where().file();
      if (!current.equals(file)) {
        file = current;
        line("");
        line("## " + title(file));
      }
      operator(op);
    }
  }

  private static String title(String file) {
    String name = file.replaceFirst("\\.yaml$", "").replace('-', ' ');
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private void operator(Operator op) {
    Entry entry = op.entry();
    line("");
    line("### `" + entry.signature().text() + "`");
    line("");
    line(entry.doc().value());
    line("");
    line("- Forms: " + forms(op));
    if (!entry.dtypes().isEmpty()) {
      line(
          "- Dtypes: "
              + entry.dtypes().stream().map(Text::value).collect(Collectors.joining(", "))
              + "; result: "
              + result(op));
    }
    derivatives(op);
    line("- Batches: " + batches(op));
  }

  private static String batches(Operator op) {
    return switch (op.batch()) {
      case null -> op.kind() == Kind.COMPOSITE ? "follow from the operators it is made of" : "none";
      case BatchRule.Pointwise p -> "element by element";
      case BatchRule.Shifted s -> "the operator itself behind the dimension of the batch";
      case BatchRule.Method m -> "a rule of its own";
    };
  }

  private static String result(Operator op) {
    String rule = op.entry().result() == null ? "promote" : op.entry().result().value();
    return switch (rule) {
      case "promote" -> "the promoted dtype";
      case "float" -> "the promoted dtype, float32 if that is not a floating one";
      case "bool" -> "bool";
      default -> "the dtype of `" + rule.substring(5, rule.length() - 1) + "`";
    };
  }

  private static String forms(Operator op) {
    List<String> forms = new ArrayList<>();
    String name = op.javaName();
    forms.add("`" + name + "`");
    if (op.has(Variant.INPLACE)) {
      forms.add("`" + name + "_`");
    }
    if (op.has(Variant.OUT)) {
      forms.add("`" + name + "Out`");
    }
    if (op.kind() == Kind.VIEW) {
      forms.add("`" + name + "Copy`");
    }
    if (op.has(Variant.FOREACH)) {
      forms.add("`" + ForeachCode.name(op) + "`");
      if (op.has(Variant.INPLACE)) {
        forms.add("`" + ForeachCode.name(op) + "_`");
      }
    }
    if (op.scalarArg() != null) {
      forms.add("a number for `" + op.scalarArg() + "`");
    }
    if (op.entry().kotlin() != null) {
      forms.add("Kotlin `" + op.entry().kotlin() + "`");
    }
    return String.join(", ", forms);
  }

  private void derivatives(Operator op) {
    if (op.kind() == Kind.COMPOSITE) {
      line("- Derivative: follows from the operators it is made of");
      return;
    }
    if (op.info() == null) {
      line("- Derivative: none");
      return;
    }
    for (Derivative d : op.info().derivatives()) {
      String inputs =
          d.inputs().stream()
              .map(DifferentiableInput::name)
              .collect(Collectors.joining("`, `", "`", "`"));
      String formula = d.isNotImplemented() ? "not implemented" : "`" + d.formula().text() + "`";
      line("- Derivative by " + inputs + ": " + formula);
    }
    for (ForwardDerivative f : op.info().forward()) {
      String of = op.result().names().size() > 1 ? " of `" + f.output().name() + "`" : "";
      line("- Tangent" + of + ": " + tangent(f));
    }
  }

  private static String tangent(ForwardDerivative f) {
    return switch (f.kind()) {
      case FORMULA -> "`" + f.formula().text() + "`";
      case LINEAR -> "the operator applied to the tangent";
      case ELEMENT_WISE -> "`" + f.formula().text() + "`";
    };
  }
}
