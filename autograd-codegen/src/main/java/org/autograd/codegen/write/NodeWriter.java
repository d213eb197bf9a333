package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.JavaPrinter;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Derivative;
import org.autograd.codegen.model.DifferentiabilityInfo;
import org.autograd.codegen.model.DifferentiableInput;
import org.autograd.codegen.model.DifferentiableOutput;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.SavedAttribute;
import org.autograd.codegen.model.Scopes;
import org.autograd.codegen.table.Result;

/** Writes one class for each backward node. */
final class NodeWriter {
  static final String PACKAGE = "org.autograd.formula";

  private final Model model;
  private final Operator op;
  private final DifferentiabilityInfo info;
  private final Edges edges;
  private final JavaFile file = new JavaFile(PACKAGE);

  private NodeWriter(Model model, Operator op) {
    this.model = model;
    this.op = op;
    this.info = op.info();
    this.edges = new Edges(info);
  }

  static void write(Model model, Output output) {
    for (Operator op : model.operators()) {
      if (op.info() != null) {
        String path = JavaFile.path(PACKAGE, op.info().nodeName());
        output.add(Output.Root.MAIN, path, new NodeWriter(model, op).text());
      }
    }
  }

  private String text() {
    String name = info.nodeName();
    file.line("/** Backward of {@code " + op.entry().name() + "}. */");
    file.line("final class " + name + " extends Node {");
    for (SavedAttribute s : info.saved()) {
      file.line(s.fieldType() + " " + s.field() + ";");
    }
    if (!info.saved().isEmpty()) {
      file.blank();
    }
    if (edges.isFixed()) {
      String params =
          info.inputs().stream()
              .map(i -> "Edge " + Names.camel(i.name()))
              .collect(Collectors.joining(", "));
      String args =
          info.inputs().stream().map(i -> Names.camel(i.name())).collect(Collectors.joining(", "));
      file.line(name + "(ThreadState state, " + params + ") {");
      file.line("super(state, " + args + ");");
    } else {
      file.line(name + "(ThreadState state, Edge[] edges) {");
      file.line("super(state, edges);");
    }
    file.line("}").blank();
    apply();
    release();
    file.line("}");
    return file.text();
  }

  private void apply() {
    file.line("@Override");
    file.line("public Tensor[] apply(Tensor[] grads, long needed) {");
    file.line(
        "Tensor[] out = new Tensor["
            + (edges.isFixed() ? Integer.toString(info.inputs().size()) : "numEdges()")
            + "];");
    gradients();
    List<SavedAttribute> shared =
        info.saved().stream().filter(s -> s.isTensor() && derivativesUsing(s) > 1).toList();
    for (SavedAttribute s : shared) {
      String condition =
          info.users(s).stream().map(edges::needed).distinct().collect(Collectors.joining(" || "));
      file.line(
          s.type().java()
              + " "
              + s.field()
              + " = "
              + condition
              + " ? SavedTensor.unpack(this."
              + s.field()
              + ", this) : null;");
    }
    for (Derivative d : info.derivatives()) {
      derivative(d, shared);
    }
    file.line("return out;");
    file.line("}");
  }

  private long derivativesUsing(SavedAttribute s) {
    return info.derivatives().stream()
        .filter(d -> d.saved().stream().anyMatch(t -> t.field().equals(s.field())))
        .count();
  }

  private void gradients() {
    boolean single =
        op.result().kind() != Result.Kind.LIST
            && info.outputs().stream().filter(DifferentiableOutput::differentiable).count() == 1;
    if (single && info.uses("grad")) {
      file.line("Tensor grad = grads[" + info.gradIndex() + "];");
    }
    String none =
        !single
            ? "NodeSupport.allNull(grads)"
            : info.uses("grad") ? "grad == null" : "grads[" + info.gradIndex() + "] == null";
    file.line("if (" + none + ") {").line("return out;").line("}");
    for (DifferentiableOutput o : info.outputs()) {
      if (info.uses("grad_" + o.name())) {
        file.line(
            "Tensor "
                + Scopes.gradName(o)
                + " = NodeSupport.gradOrZeros(this, grads, "
                + o.index()
                + ");");
      }
    }
  }

  private void derivative(Derivative d, List<SavedAttribute> shared) {
    String condition = d.inputs().stream().map(edges::needed).collect(Collectors.joining(" || "));
    file.line("if (" + condition + ") {");
    if (d.isNotImplemented()) {
      String args =
          d.inputs().stream().map(DifferentiableInput::name).collect(Collectors.joining(", "));
      file.line(
          "throw new UnsupportedOperationException(\""
              + op.javaName()
              + ": the derivative with respect to "
              + args
              + " is not implemented;\" + \" detach() that operand if its gradient is not"
              + " wanted\");");
      file.line("}");
      return;
    }
    for (SavedAttribute s : d.saved()) {
      if (s.isTensor() && shared.stream().noneMatch(t -> t.field().equals(s.field()))) {
        file.line(
            s.type().java()
                + " "
                + s.field()
                + " = SavedTensor.unpack(this."
                + s.field()
                + ", this);");
      }
    }
    String needed = d.givesArray() ? edges.flags(d.inputs()) : null;
    JavaPrinter printer = new JavaPrinter(model.functions(), Scopes.backward(op, info, needed));
    JavaType type = d.givesArray() ? JavaType.TENSORS : JavaType.TENSOR;
    String code = printer.print(d.formula(), type);
    if (!d.givesArray()) {
      file.line("out[" + edges.index(d.inputs().get(0)) + "] = " + code + ";");
    } else {
      file.line("NodeSupport.put(out, " + edges.index(d.inputs().get(0)) + ", " + code + ");");
    }
    file.line("}");
  }

  private void release() {
    file.blank().line("@Override").line("protected boolean ownsResults() {");
    file.line("return true;").line("}");
    visit();
    List<SavedAttribute> tensors =
        new ArrayList<>(info.saved().stream().filter(SavedAttribute::isTensor).toList());
    if (tensors.isEmpty()) {
      return;
    }
    file.blank().line("@Override").line("protected boolean hasSavedValues() {");
    String any =
        tensors.stream().map(a -> a.field() + " != null").collect(Collectors.joining(" || "));
    file.line("return " + any + ";").line("}").blank();
    file.line("@Override").line("protected void releaseSaved() {");
    for (SavedAttribute s : tensors) {
      file.line("SavedTensor.release(" + s.field() + ");");
      file.line(s.field() + " = null;");
    }
    file.line("}");
  }

  private void visit() {
    if (info.saved().isEmpty()) {
      return;
    }
    file.blank().line("@Override");
    file.line("protected void visitSaved(SavedVisitor visitor) {");
    for (SavedAttribute s : info.saved()) {
      String kind =
          !s.isTensor() ? "attribute" : s.type() == JavaType.TENSORS ? "tensors" : "tensor";
      file.line("visitor." + kind + "(\"" + s.field() + "\", " + s.field() + ");");
    }
    file.line("}");
  }
}
