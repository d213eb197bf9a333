package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DispatchStrategy;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/**
 * Writes the entry points: each passes the layers of batches and of tangents if an operand asks for
 * them, else it goes straight to recording.
 */
final class OperatorsWriter {
  private static final String NAME = "Operators";

  private final Model model;
  private final JavaFile file = new JavaFile(NodeWriter.PACKAGE);

  private OperatorsWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    OperatorsWriter writer = new OperatorsWriter(model);
    writer.all();
    output.add(Output.Root.MAIN, JavaFile.path(NodeWriter.PACKAGE, NAME), writer.file.text());
  }

  private void all() {
    file.line("/** The entry point of every operator. */");
    file.line("public final class " + NAME + " {");
    file.line("private " + NAME + "() {}");
    for (Operator op : model.operators()) {
      String name = op.javaName();
      if (op.result().kind() == Result.Kind.NAMED) {
        file.known("org.autograd", op.resultClass());
      }
      if (op.strategy() == DispatchStrategy.COMPOSITE) {
        composite(op);
      } else if (op.isInplace()) {
        inplace(op, name);
      } else {
        form(op, "", Params.result(op), name, false);
      }
      if (op.has(Variant.INPLACE)) {
        inplace(op, name + "_");
      }
      if (op.has(Variant.OUT)) {
        form(op, " that writes to {@code out}", "Tensor", name + "Out", true);
      }
      if (op.kind() == Kind.VIEW) {
        form(op, " with memory of its own", Params.result(op), name + "Copy", false);
      }
      if (op.has(Variant.FOREACH)) {
        new ForeachCode(file, op).entryPoints();
      }
    }
    file.line("}");
  }

  private void begin(Operator op, String what, String result, String name, boolean out) {
    file.blank();
    file.line("/** Entry point of {@code " + op.entry().name() + "}" + what + ". */");
    String params = Params.declared(op) + (out ? ", Tensor out" : "");
    file.line("public static " + result + " " + name + "(" + params + ") {");
  }

  private void form(Operator op, String what, String result, String name, boolean out) {
    begin(op, what, result, name, out);
    dispatch(op, name, out);
  }

  private void inplace(Operator op, String name) {
    begin(op, " in place", "Tensor", name, false);
    if (op.entry().expanded() != null) {
      String form = op.entry().expanded().value();
      file.known(NodeWriter.PACKAGE, form.split("\\.")[0]);
      file.line("if (ExpandedFills.isExpanded(" + Params.first(op) + ")) {");
      file.line("return " + form + "(" + Params.passed(op) + ");").line("}");
    }
    dispatch(op, name, false);
  }

  private void dispatch(Operator op, String name, boolean out) {
    String args = Params.passed(op) + (out ? ", out" : "");
    String layered = layered(op, out);
    file.line(
        "return "
            + (layered.isEmpty() ? "" : layered + " ? Layers." + name + "(" + args + ") : ")
            + "Recorded."
            + name
            + "(ThreadState.current(), "
            + args
            + ");");
    file.line("}");
  }

  /** Returns the code that tells whether an operator passes the layers; empty if it never does. */
  private static String layered(Operator op, boolean out) {
    List<String> single = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (Argument a : Params.tensors(op)) {
      if (a.type().isTensorList()) {
        parts.add("Raw.layered(" + Names.camel(a.name()) + ")");
      } else {
        single.add(Names.camel(a.name()));
      }
    }
    if (parts.isEmpty() && single.isEmpty()) {
      return "";
    }
    if (out) {
      single.add("out");
    }
    for (int i = 0; i < single.size(); i += 3) {
      String operands = String.join(", ", single.subList(i, Math.min(i + 3, single.size())));
      parts.add("Raw.layered(" + operands + ")");
    }
    if (op.entry().nondeterministic()) {
      parts.add("BatchSupport.isMapping()");
    }
    return String.join(" || ", parts);
  }

  private void composite(Operator op) {
    file.known(NodeWriter.PACKAGE, op.implementation().split("\\.")[0]);
    begin(op, "", Params.result(op), op.javaName(), false);
    String call = op.implementation() + "(" + Params.passed(op) + ")";
    file.line("return " + call + (givesList(op) ? ".toArray(new Tensor[0])" : "") + ";");
    file.line("}");
  }

  private boolean givesList(Operator op) {
    String[] parts = op.implementation().split("\\.");
    return op.result().kind() == Result.Kind.LIST
        && model.sources().methods(NodeWriter.PACKAGE, parts[0]).orElseThrow().stream()
            .anyMatch(m -> m.name().equals(parts[1]) && m.result().equals("List<Tensor>"));
  }
}
