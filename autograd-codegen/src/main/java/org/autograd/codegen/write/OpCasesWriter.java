package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.formula.Literals;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DifferentiableOutput;
import org.autograd.codegen.model.ForwardDerivative;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.SampleText;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;
import org.autograd.codegen.table.Text;

/** Writes the rows of the generated operator tests: every operator with its forms and samples. */
final class OpCasesWriter {
  private static final String PACKAGE = "org.autograd.ops";
  private static final String NAME = "OpCases";

  private final JavaFile file = new JavaFile(PACKAGE);

  private OpCasesWriter() {
    file.known(NodeWriter.PACKAGE, "ForwardFormulas");
  }

  static void write(Model model, Output output) {
    OpCasesWriter writer = new OpCasesWriter();
    writer.all(model);
    output.add(Output.Root.TEST, JavaFile.path(PACKAGE, NAME), writer.file.text());
  }

  private void all(Model model) {
    file.line("/** All operators of the tables with their forms and samples, for the tests. */");
    file.line("final class " + NAME + " {");
    file.line("private " + NAME + "() {}").blank();
    file.line("/** Returns the operators in table order. */");
    file.line("static List<OpCase> all() {");
    file.line("List<OpCase> all = new ArrayList<>();");
    model.operators().forEach(op -> file.line("all.add(" + method(op) + "());"));
    file.line("return all;").line("}");
    model.operators().forEach(this::one);
    file.line("}");
  }

  private static String method(Operator op) {
    String overload = op.signature().overload();
    return "of"
        + Names.upperCamel(op.javaName())
        + (op.isInplace() ? "InPlace" : "")
        + (overload.isEmpty() ? "" : Names.upperCamel(overload));
  }

  private void one(Operator op) {
    Entry entry = op.entry();
    file.blank();
    file.line("private static OpCase " + method(op) + "() {");
    file.line("OpCase op = new OpCase(\"" + entry.name() + "\", \"" + op.kind() + "\");");
    for (Argument a : op.args()) {
      String role = a.type().isTensor() ? role(op, a) : "PLAIN";
      file.line(
          "op.argument(\""
              + a.name()
              + "\", \""
              + a.type().table()
              + "\", OpCase.Role."
              + role
              + ");");
    }
    facts(op);
    forms(op);
    forward(op);
    for (Entry.Sample sample : entry.samples()) {
      sample(op, sample);
    }
    file.line("return op;").line("}");
  }

  private static String role(Operator op, Argument a) {
    if (op.kind() == Kind.COMPOSITE) {
      return "BY_ITS_PARTS";
    }
    if (op.info() == null || op.info().input(a.name()).isEmpty()) {
      return "NON_DIFFERENTIABLE";
    }
    return op.info().isConstant(a.name()) ? "NOT_IMPLEMENTED" : "DIFFERENTIABLE";
  }

  private void facts(Operator op) {
    Entry entry = op.entry();
    if (op.info() != null) {
      file.line("op.node(\"" + op.info().nodeName() + "\");");
      for (DifferentiableOutput output : op.info().outputs()) {
        if (!output.differentiable()) {
          file.line("op.outputNotDifferentiable(" + output.index() + ");");
        }
      }
    }
    if (op.kind() == Kind.POINTWISE) {
      file.line("op.result(\"" + entry.result() + "\");");
      for (Text kind : entry.dtypes()) {
        file.line("op.accepts(\"" + kind + "\");");
      }
    }
    if (entry.nondeterministic()) {
      file.line("op.nondeterministic();");
    }
    if (entry.expanded() != null) {
      file.line("op.writesExpanded();");
    }
  }

  private void forms(Operator op) {
    String name = op.javaName();
    String args = arguments(op, false);
    if (op.isInplace()) {
      file.line("op.inplace(a -> Operators." + name + "(" + args + "));");
      return;
    }
    file.line("op.call(a -> " + results(op, "Operators." + name + "(" + args + ")") + ");");
    if (op.has(Variant.INPLACE)) {
      file.line("op.inplace(a -> Operators." + name + "_(" + args + "));");
    }
    if (op.has(Variant.OUT)) {
      file.line("op.out((a, out) -> Operators." + name + "Out(" + args + ", out));");
    }
    if (op.kind() == Kind.VIEW) {
      file.line("op.copy(a -> " + results(op, "Operators." + name + "Copy(" + args + ")") + ");");
    }
    if (op.has(Variant.FOREACH)) {
      String each = ForeachCode.name(op);
      file.line("op.foreach(a -> Operators." + each + "(" + arguments(op, true) + "));");
      if (op.has(Variant.INPLACE)) {
        file.line("op.foreachInplace(a -> Operators." + each + "_(" + arguments(op, true) + "));");
      }
    }
  }

  private static String results(Operator op, String call) {
    return op.result().kind() == Result.Kind.LIST ? call : "OpCase.tensors(" + call + ")";
  }

  private static String arguments(Operator op, boolean each) {
    List<String> args = new ArrayList<>();
    for (int i = 0; i < op.args().size(); i++) {
      ArgType type = op.args().get(i).type();
      args.add("(" + type.java() + (each && type.isTensor() ? "[]" : "") + ") a[" + i + "]");
    }
    return String.join(", ", args);
  }

  private void forward(Operator op) {
    if (op.info() == null) {
      return;
    }
    for (ForwardDerivative f : op.info().forward()) {
      List<String> args = new ArrayList<>();
      for (ForwardWriter.Param p : ForwardWriter.params(op, f)) {
        String type = "(" + p.type() + ") ";
        args.add(
            switch (p.from()) {
              case ARGUMENT -> type + "a[" + p.index() + "]";
              case TANGENT -> type + "t[" + p.index() + "]";
              case RESULT -> op.result().kind() == Result.Kind.LIST ? "r" : "r[" + p.index() + "]";
            });
      }
      String call =
          "ForwardFormulas."
              + ForwardWriter.name(op, f.output())
              + "(ThreadState.current(), "
              + String.join(", ", args)
              + ")";
      file.line("op.forward(" + f.output().index() + ", (a, t, r) -> " + results(op, call) + ");");
    }
  }

  private void sample(Operator op, Entry.Sample sample) {
    List<String> text = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Argument a : op.args()) {
      Entry.Value value = sample.args().get(a.name());
      if (value != null) {
        text.add(a.name() + "=" + SampleText.of(value));
      }
      values.add(value(a, value));
    }
    file.line(
        "op.sample(" + quoted(String.join(", ", text)) + ", " + String.join(", ", values) + ");");
  }

  private static String value(Argument a, Entry.Value value) {
    if (value == null) {
      return Literals.java(a.type(), a.value());
    }
    if (a.type().isTensorList() && value.list()) {
      List<String> items = new ArrayList<>();
      value.items().forEach(t -> items.add(spec(t.value())));
      return "new String[] {" + String.join(", ", items) + "}";
    }
    String text = SampleText.of(value);
    return a.type().isTensor() ? spec(text) : Literals.java(a.type(), text);
  }

  private static String spec(String text) {
    return text.equals("null") ? "null" : quoted(text);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
