package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Derivative;
import org.autograd.codegen.model.DifferentiableInput;
import org.autograd.codegen.model.Formulas;
import org.autograd.codegen.model.ForwardDerivative;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Scopes;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Result;

/** Writes how an operator passes tangents on. */
final class ForwardCode {
  private final JavaFile file;
  private final Operator op;

  ForwardCode(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
  }

  /** Tells whether results can have tangents at all. */
  static boolean applies(Operator op) {
    return op.info() != null;
  }

  void functional() {
    begin(Params.result(op), op.javaName());
    if (op.info().forward().isEmpty()) {
      file.line("throw LayerSupport.noForward(\"" + op.entry().name() + "\");").line("}");
      return;
    }
    file.line(Params.result(op) + " result = " + outer(op.javaName()) + ";");
    file.line("Mode before = state.mode;");
    file.line("state.mode = level.below(before);");
    file.line("try {");
    refuse();
    for (ForwardDerivative f : op.info().forward()) {
      file.line(
          "Duals.attach(level, "
              + result(f)
              + ", "
              + formula(f, a -> Params.name(a), this::given)
              + ");");
    }
    file.line("} finally {").line("state.mode = before;").line("}");
    file.line("return result;").line("}");
  }

  /** Writes {@code name(state, from, args)} up to where the level is known not to be null. */
  private void begin(String result, String name) {
    file.blank();
    file.line(
        "private static "
            + result
            + " "
            + name
            + "(ThreadState state, DualLevel within, "
            + Params.declared(op)
            + ") {");
    file.line("DualLevel level = " + innermost() + ";");
    file.line("if (level == null) {");
    file.line("return Recorded." + name + "(state, " + Params.passed(op) + ");").line("}");
  }

  /** The call at the next level; outside of the outermost one it is what records. */
  private String outer(String name) {
    String args = Params.passed(op);
    return "level.outer() == null ? Recorded."
        + name
        + "(state, "
        + args
        + ") : "
        + name
        + "(state, level.outer(), "
        + args
        + ")";
  }

  private String innermost() {
    List<String> single = new ArrayList<>();
    String code = null;
    for (DifferentiableInput i : inputs()) {
      if (i.isList()) {
        code = join(code, "Duals.innermost(within, " + Names.camel(i.name()) + ")");
      } else {
        single.add(Names.camel(i.name()));
      }
    }
    for (int i = 0; i < single.size(); i += 3) {
      List<String> part = single.subList(i, Math.min(i + 3, single.size()));
      code = join(code, "Duals.innermost(within, " + String.join(", ", part) + ")");
    }
    return code;
  }

  private List<DifferentiableInput> inputs() {
    // An operator without derivatives may still write into a tensor that has tangents.
    return op.info() != null
        ? op.info().inputs()
        : List.of(new DifferentiableInput(op.args().get(0).name(), op.args().get(0).type(), 0));
  }

  private static String join(String before, String code) {
    return before == null ? code : "Duals.inner(" + before + ", " + code + ")";
  }

  /** Refuses tangents of arguments whose derivative is not implemented. */
  private void refuse() {
    for (Derivative d : op.info().derivatives()) {
      for (DifferentiableInput i :
          d.isNotImplemented() ? d.inputs() : List.<DifferentiableInput>of()) {
        file.line("if (Duals.at(level, " + Names.camel(i.name()) + ") != null) {");
        file.line("throw LayerSupport.noForward(\"" + op.entry().name() + "\");").line("}");
      }
    }
  }

  private String result(ForwardDerivative f) {
    return op.result().kind() == Result.Kind.NAMED
        ? "result." + Names.camel(f.output().name()) + "()"
        : "result";
  }

  private String given(Argument a) {
    return "Duals.at(level, " + Params.name(a) + ")";
  }

  private String output(ForwardWriter.Param p, boolean inplace) {
    if (inplace) {
      return Params.first(op);
    }
    return op.result().kind() == Result.Kind.NAMED
        ? "result." + Names.camel(op.result().names().get(p.index())) + "()"
        : "result";
  }

  private String formula(
      ForwardDerivative f, Function<Argument, String> primal, Function<Argument, String> tangent) {
    boolean inplace = op.isInplace() || tangents != null;
    return ForwardWriter.params(op, f).stream()
        .map(p ->
            switch (p.from()) {
              case ARGUMENT -> primal.apply(op.args().get(p.index()));
              case TANGENT -> tangent.apply(op.args().get(p.index()));
              case RESULT -> output(p, inplace);
            })
        .collect(
            Collectors.joining(
                ", ", "ForwardFormulas." + ForwardWriter.name(op, f.output()) + "(state, ", ")"));
  }

  /** Not null while an in-place form is written. */
  private List<Argument> tangents;

  /** Writes the form that changes its first argument: tangents follow from what it was before. */
  void inplace(String name) {
    begin("Tensor", name);
    String self = Params.first(op);
    if (op.info() == null) {
      file.line("Tensor changed = " + outer(name) + ";");
      below();
      file.line("Duals.update(level, " + self + ", null);");
      end(self);
      return;
    }
    if (op.info().forward().isEmpty()) {
      file.line("throw LayerSupport.noForward(\"" + name + "\");").line("}");
      return;
    }
    file.line(
        "Record.checkInplace(\"" + name + "\", state, " + self + Params.operands(op, true) + ");");
    tangents = op.args();
    ForwardDerivative f = op.info().forward().get(0);
    below();
    file.line("LayerSupport.checkTangent(\"" + name + "\", state, level, " + self + ");");
    refuse();
    for (ForwardWriter.Param p : ForwardWriter.params(op, f)) {
      if (p.from() == ForwardWriter.From.TANGENT) {
        Argument a = op.args().get(p.index());
        file.line(
            a.type().java() + " " + p.name() + " = LayerSupport.before(state, " + given(a) + ");");
      } else if (isTensor(p) && mentions(f, op.args().get(p.index()))) {
        Argument a = op.args().get(p.index());
        file.line(
            a.type().java()
                + " "
                + p.name()
                + " = LayerSupport.original("
                + self
                + ", "
                + Params.name(a)
                + ");");
      }
    }
    file.line("state.mode = before;");
    file.line("Tensor changed = " + outer(name) + ";");
    file.line("state.mode = level.below(before);");
    file.line(
        "Duals.update(level, "
            + self
            + ", "
            + formula(
                f,
                a ->
                    a.type().isTensor() && mentions(f, a)
                        ? Scopes.primal(a.name())
                        : Params.name(a),
                a -> Scopes.tangent(a.name()))
            + ");");
    end(self);
  }

  private boolean isTensor(ForwardWriter.Param p) {
    return p.from() == ForwardWriter.From.ARGUMENT && op.args().get(p.index()).type().isTensor();
  }

  /** Tells whether the values of an argument count, not only its sizes. */
  private boolean mentions(ForwardDerivative f, Argument a) {
    return f.formula() != null
        && (Formulas.usesValue(f.formula(), a.name() + "_p")
            || Formulas.usesValue(f.formula(), a.name()));
  }

  private void below() {
    file.line("Mode before = state.mode;");
    file.line("state.mode = level.below(before);");
    file.line("try {");
  }

  private void end(String self) {
    file.line("} finally {").line("state.mode = before;").line("}");
    file.line("return " + self + ";").line("}");
  }
}
