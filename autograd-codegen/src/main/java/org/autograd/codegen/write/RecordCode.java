package org.autograd.codegen.write;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.autograd.codegen.formula.JavaType;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.DifferentiabilityInfo;
import org.autograd.codegen.model.DifferentiableOutput;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.SavedAttribute;
import org.autograd.codegen.model.SavedAttribute.Source;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** Writes the part of an entry point that builds a node and gives it what it saves. */
final class RecordCode {
  private final JavaFile file;
  private final Operator op;
  private final DifferentiabilityInfo info;
  private final Edges edges;

  RecordCode(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
    this.info = op.info();
    this.edges = new Edges(info);
  }

  /** Records a result that was computed: {@code if (on) { node; saves; history }}. */
  void functional(boolean view) {
    file.line("if (" + edges.on() + ") {");
    file.line(info.nodeName() + " node = " + construct() + ";");
    for (SavedAttribute s : info.saved()) {
      save(s);
    }
    switch (op.result().kind()) {
      case ONE -> file.line("Record.history(result, node);");
      case LIST -> file.line("Record.history(node, result);");
      case NAMED -> {
        StringBuilder outputs = new StringBuilder();
        for (DifferentiableOutput o : info.outputs()) {
          outputs.append(", ").append(o.differentiable() ? Names.camel(o.name()) : "null");
        }
        file.line("Record.history(node" + outputs + ");");
      }
    }
    file.line("}");
  }

  /** Builds the node of an in-place form, before the change. */
  void beforeChange() {
    file.line(info.nodeName() + " node = null;");
    file.line("if (" + edges.on() + ") {");
    List<SavedAttribute> saved = info.savedInPlace(op.args().get(0).name());
    for (SavedAttribute s : saved) {
      if (s.source() == Source.ORIGINAL_INPUT) {
        String variable = Names.camel(s.variable());
        file.line(
            "Tensor original = " + beforeNode(s) + " ? Operators.clone(" + variable + ") : null;");
      }
    }
    file.line("node = " + construct() + ";");
    inplace = true;
    for (SavedAttribute s : saved) {
      if (s.source() != Source.OUTPUT) {
        save(s);
      }
    }
    inplace = false;
    file.line("}");
  }

  /** Whether what is saved now is saved before an in-place change. */
  private boolean inplace;

  /** Tells whether the result is saved. */
  boolean savesResult() {
    return results().findAny().isPresent();
  }

  /**
   * Changes the first operand of an in-place form that saves its result. Hooks can fail to pack it,
   * so where there are any the result is computed beside the operand and packed before the change.
   *
   * @param change gives the code that changes the tensor of a name
   */
  void packBeforeChange(UnaryOperator<String> change) {
    String self = Params.first(op);
    String saves =
        results().map(this::wanted).distinct().reduce((a, b) -> a + " || " + b).orElseThrow();
    file.line("Tensor changed = NodeSupport.changed(state, " + self + ", " + saves + ");");
    file.line(change.apply("changed") + ";");
    file.line("if (changed != " + self + ") {");
    results().forEach(s -> conditionally(s, "SavedTensor.output(state, changed, 0)"));
    file.line("Copies.copyInto(" + self + ", changed);");
    file.line("}");
  }

  /** Saves the result of an in-place form, after the change, unless it was packed before it. */
  void afterChange() {
    results()
        .forEach(s -> {
          file.line("if (" + wanted(s) + ") {");
          file.line(
              "node."
                  + s.field()
                  + " = SavedTensor.changed(state, "
                  + Params.first(op)
                  + ", node."
                  + s.field()
                  + ");");
          file.line("}");
        });
  }

  private Stream<SavedAttribute> results() {
    return info.saved().stream().filter(s -> s.source() == Source.OUTPUT);
  }

  /** Returns the condition under which a saved result is needed, where the node may be null. */
  private String wanted(SavedAttribute s) {
    String condition = edges.condition(info.users(s));
    return "node != null" + and(condition);
  }

  private static String and(String condition) {
    return " && " + (condition.contains("||") ? "(" + condition + ")" : condition);
  }

  private String construct() {
    return "new " + info.nodeName() + "(state, " + edges.arguments() + ")";
  }

  /**
   * The condition for saving the original before there is a node: that the gradient of one of the
   * users goes anywhere.
   */
  private String beforeNode(SavedAttribute s) {
    return info.users(s).stream()
        .map(i -> "Record.edge(" + Names.camel(i.name()) + ") != null")
        .collect(Collectors.joining(" || "));
  }

  private void save(SavedAttribute s) {
    conditionally(s, value(s));
  }

  private void conditionally(SavedAttribute s, String value) {
    String condition = s.isTensor() ? edges.condition(info.users(s)) : null;
    if (condition != null && s.source() != Source.ORIGINAL_INPUT) {
      file.line("if (" + condition + ") {");
    }
    file.line("node." + s.field() + " = " + value + ";");
    if (condition != null && s.source() != Source.ORIGINAL_INPUT) {
      file.line("}");
    }
  }

  private String value(SavedAttribute s) {
    String variable = Names.camel(s.variable());
    boolean list = s.type() == JavaType.TENSORS;
    return switch (s.source()) {
      case INPUT -> list ? "SavedTensor.inputs(state, " + variable + ")" : operand(variable);
      case ORIGINAL_INPUT -> input("original");
      case OUTPUT -> output(s, variable);
      case SIZES ->
          s.type() == JavaType.LONG_ARRAYS
              ? "NodeSupport.sizes(" + variable + ")"
              : ifPresent(s, "Raw.layout(" + variable + ").sizes()");
      case LAYOUT -> ifPresent(s, "Raw.layout(" + variable + ")");
      case DTYPE ->
          s.type() == JavaType.DTYPES
              ? "NodeSupport.dtypes(" + variable + ")"
              : ifPresent(s, "Raw.dtype(" + variable + ")");
      case VALUE -> copied(s, variable);
    };
  }

  /** An operand over the memory that is about to change is saved as a copy: it would be stale. */
  private String operand(String variable) {
    return inplace
        ? input(
            "NodeSupport.sameMemory("
                + Params.first(op)
                + ", "
                + variable
                + ") ? Operators.clone("
                + variable
                + ") : "
                + variable)
        : input(variable);
  }

  private static String input(String variable) {
    return "SavedTensor.input(state, " + variable + ")";
  }

  private String output(SavedAttribute s, String variable) {
    if (op.result().kind() == Result.Kind.LIST) {
      return "NodeSupport.outputs(state, " + variable + ")";
    }
    DifferentiableOutput output =
        info.outputs().stream()
            .filter(o -> o.name().equals(s.variable()))
            .findFirst()
            .orElseThrow();
    return output.differentiable()
        ? "SavedTensor.output(state, " + variable + ", " + output.index() + ")"
        : input(variable);
  }

  private String ifPresent(SavedAttribute s, String value) {
    boolean optional =
        op.signature()
            .arg(s.variable())
            .map(Argument::type)
            .filter(t -> t == ArgType.OPT_TENSOR)
            .isPresent();
    return optional ? Names.camel(s.variable()) + " == null ? null : " + value : value;
  }

  private String copied(SavedAttribute s, String variable) {
    ArgType type = op.signature().arg(s.variable()).orElseThrow().type();
    return switch (type) {
      case INTS, LONGS -> variable + ".clone()";
      case OPT_INTS, OPT_LONGS -> variable + " == null ? null : " + variable + ".clone()";
      default -> variable;
    };
  }
}
