package org.autograd.codegen.write;

import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/** Writes the layers of batches and of tangents that an operator passes above recording. */
final class LayersWriter {
  private static final String NAME = "Layers";

  private final Model model;
  private final JavaFile file = new JavaFile(NodeWriter.PACKAGE);

  private LayersWriter(Model model) {
    this.model = model;
  }

  static void write(Model model, Output output) {
    LayersWriter writer = new LayersWriter(model);
    writer.all();
    output.add(Output.Root.MAIN, JavaFile.path(NodeWriter.PACKAGE, NAME), writer.file.text());
  }

  private void all() {
    file.line("/**");
    file.line(
        " * Every operator on operands that are batched or have tangents: the innermost batch");
    file.line(" * is unwrapped first, then the innermost tangents are taken care of.");
    file.line(" */");
    file.line("final class " + NAME + " {");
    file.line("private " + NAME + "() {}");
    for (Operator op : model.operators()) {
      if (op.kind() == Kind.COMPOSITE || Params.tensors(op).isEmpty()) {
        continue;
      }
      if (op.result().kind() == Result.Kind.NAMED) {
        file.known("org.autograd", op.resultClass());
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

  private void begin(String result, String name, String params) {
    file.blank();
    file.line("static " + result + " " + name + "(" + params + ") {");
  }

  private void functional(Operator op) {
    begin(Params.result(op), op.javaName(), Params.declared(op));
    new BatchCode(file, op).functional();
    if (ForwardCode.applies(op)) {
      String args = "state, DualLevel.active(state), " + Params.passed(op);
      file.line("return " + op.javaName() + "(" + args + ");").line("}");
      new ForwardCode(file, op).functional();
    } else {
      file.line("return Recorded." + op.javaName() + "(state, " + Params.passed(op) + ");")
          .line("}");
    }
  }

  private void inplace(Operator op, String name) {
    begin("Tensor", name, Params.declared(op));
    new BatchCode(file, op).inplace(name);
    String args = "state, DualLevel.active(state), " + Params.passed(op);
    file.line("return " + name + "(" + args + ");").line("}");
    new ForwardCode(file, op).inplace(name);
  }

  private void out(Operator op) {
    String name = op.javaName() + "Out";
    begin("Tensor", name, Params.declared(op) + ", Tensor out");
    for (Argument a : Params.tensors(op)) {
      file.line("LayerSupport.checkOut(\"" + name + "\", " + Params.name(a) + ");");
    }
    file.line("LayerSupport.checkOut(\"" + name + "\", out);");
    String args = "ThreadState.current(), " + Params.passed(op) + ", out";
    file.line("return Recorded." + name + "(" + args + ");").line("}");
  }

  private void copy(Operator op) {
    begin(Params.result(op), op.javaName() + "Copy", Params.declared(op));
    String view = "Operators." + op.javaName() + "(" + Params.passed(op) + ")";
    if (op.result().kind() == Result.Kind.ONE) {
      file.line("return Operators.contiguousCopy(" + view + ");");
    } else {
      file.line("Tensor[] views = " + view + ";");
      file.line("for (int i = 0; i < views.length; i++) {");
      file.line("views[i] = Operators.contiguousCopy(views[i]);");
      file.line("}").line("return views;");
    }
    file.line("}");
  }
}
