package org.autograd.codegen.write;

import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DispatchStrategy;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/**
 * Writes the lowest layer of each operator: computes by the raw one and records a node if asked to.
 */
final class RecordedWriter {
  private static final String NAME = "Recorded";

  private final Model model;
  private final JavaFile file = new JavaFile(NodeWriter.PACKAGE);

  private RecordedWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    RecordedWriter writer = new RecordedWriter(model);
    writer.all();
    output.add(Output.Root.MAIN, JavaFile.path(NodeWriter.PACKAGE, NAME), writer.file.text());
  }

  private void all() {
    file.line("/** Every operator below the layers: computes, and records if recording is on. */");
    file.line("final class " + NAME + " {");
    file.line("private " + NAME + "() {}");
    for (Operator op : model.operators()) {
      if (op.kind() == Kind.COMPOSITE) {
        continue;
      }
      known(op.implementation());
      if (op.entry().nativeInplace() != null) {
        known(op.entry().nativeInplace().value());
      }
      if (op.isInplace()) {
        inplace(op, op.javaName());
      } else {
        functional(op);
      }
      if (op.has(Variant.INPLACE)) {
        inplace(op, op.javaName() + "_");
      }
      if (op.has(Variant.OUT)) {
        out(op);
      }
      if (op.kind() == Kind.VIEW) {
        copy(op);
      }
    }
    file.line("}");
  }

  private void known(String implementation) {
    file.known("org.autograd.ops", implementation.substring(0, implementation.indexOf('.')));
  }

  private void begin(Operator op, String what, String result, String name, String params) {
    file.blank();
    file.line("/** " + what + " */");
    file.line("static " + result + " " + name + "(ThreadState state, " + params + ") {");
  }

  private static String see(Operator op) {
    return "Computes {@code " + op.entry().name() + "}";
  }

  private void functional(Operator op) {
    begin(op, see(op) + ".", Params.result(op), op.javaName(), Params.declared(op));
    String call = op.implementation() + "(" + Params.passed(op) + ")";
    boolean named = op.result().kind() == Result.Kind.NAMED;
    if (op.strategy() == DispatchStrategy.NO_RECORD && !named) {
      file.line("return " + call + ";").line("}");
      return;
    }
    if (op.strategy() == DispatchStrategy.RECORD_VIEW) {
      view(op, false);
    } else {
      compute(op, call);
    }
    finish(op, op.strategy() == DispatchStrategy.RECORD_VIEW);
  }

  private void compute(Operator op, String call) {
    switch (op.result().kind()) {
      case ONE -> file.line("Tensor result = " + call + ";");
      case LIST -> file.line("Tensor[] result = " + call + ";");
      case NAMED -> {
        file.line("Tensor[] results = " + call + ";");
        int i = 0;
        for (String name : op.result().names()) {
          file.line("Tensor " + Names.camel(name) + " = results[" + i++ + "];");
        }
      }
    }
  }

  private void view(Operator op, boolean copy) {
    String self = Params.first(op);
    String layout = op.implementation() + "(Raw.layout(" + self + ")" + Params.rest(op) + ")";
    boolean list = op.result().kind() == Result.Kind.LIST;
    String maker =
        list
            ? copy ? "NodeSupport.viewCopies" : "NodeSupport.views"
            : copy ? "NodeSupport.viewCopy" : "Record.view";
    file.line(
        (list ? "Tensor[]" : "Tensor") + " result = " + maker + "(" + self + ", " + layout + ");");
  }

  private void finish(Operator op, boolean view) {
    if (op.info() != null) {
      new RecordCode(file, op).functional(view);
    }
    if (op.result().kind() == Result.Kind.NAMED) {
      file.known("org.autograd", op.resultClass());
      String names = String.join(", ", op.result().names().stream().map(Names::camel).toList());
      file.line("return new " + op.resultClass() + "(" + names + ");");
    } else {
      file.line("return result;");
    }
    file.line("}");
  }

  private void copy(Operator op) {
    begin(
        op,
        "Same as {@code " + op.entry().name() + "}, with memory of its own.",
        Params.result(op),
        op.javaName() + "Copy",
        Params.declared(op));
    view(op, true);
    finish(op, false);
  }

  private void inplace(Operator op, String name) {
    String self = Params.first(op);
    begin(op, see(op) + " in place.", "Tensor", name, Params.declared(op));
    file.line(
        "Record.checkInplace(\"" + name + "\", state, " + self + Params.operands(op, true) + ");");
    if (op.info() != null && op.info().list().isPresent()) {
      String list = Names.camel(op.info().list().get().name());
      file.line("Record.checkInplace(\"" + name + "\", state, " + self + ", " + list + ");");
    }
    RecordCode code = op.info() == null ? null : new RecordCode(file, op);
    if (code != null) {
      code.beforeChange();
    }
    boolean packs = code != null && code.savesResult();
    if (packs) {
      file.known("org.autograd.ops", "Copies");
      code.packBeforeChange(target -> change(op, name, target));
    } else {
      file.line(change(op, name, self) + ";");
    }
    file.line(
        "Record.modified(\""
            + name
            + "\", "
            + self
            + ", "
            + (code == null ? "null" : "node")
            + ");");
    if (packs) {
      code.afterChange();
    }
    file.line("return " + self + ";").line("}");
  }

  /** Returns the code that changes {@code target}, which is the first operand or a copy of it. */
  private static String change(Operator op, String name, String target) {
    if (op.kind() == Kind.POINTWISE) {
      return "Pointwise."
          + op.javaName()
          + "Into(\""
          + name
          + "\", "
          + target
          + ", "
          + Params.passed(op)
          + ")";
    }
    if (op.isInplace()) {
      return op.implementation() + "(" + target + Params.rest(op) + ")";
    }
    if (op.entry().nativeInplace() != null) {
      return op.entry().nativeInplace().value() + "(" + target + Params.rest(op) + ")";
    }
    return "Results.inplace(\""
        + name
        + "\", "
        + target
        + ", "
        + op.implementation()
        + "("
        + Params.passed(op)
        + "))";
  }

  private void out(Operator op) {
    String name = op.javaName() + "Out";
    begin(
        op,
        see(op) + " that writes to {@code out}.",
        "Tensor",
        name,
        Params.declared(op) + ", Tensor out");
    String operands = Params.operands(op, false);
    if (op.info() != null && op.info().list().isPresent()) {
      String list = Names.camel(op.info().list().get().name());
      operands = operands.isEmpty() ? ", " + list : operands;
      if (!Params.operands(op, false).isEmpty()) {
        file.line("Record.checkOut(\"" + name + "\", state, out, " + list + ");");
      }
    }
    file.line("Record.checkOut(\"" + name + "\", state, out" + operands + ");");
    if (op.kind() == Kind.POINTWISE) {
      file.line(
          "Pointwise." + op.javaName() + "Into(\"" + name + "\", out, " + Params.passed(op) + ");");
    } else {
      file.line(
          "Results.out(\""
              + name
              + "\", out, "
              + op.implementation()
              + "("
              + Params.passed(op)
              + "));");
    }
    file.line("Record.modified(\"" + name + "\", out, null);");
    file.line("return out;").line("}");
  }
}
