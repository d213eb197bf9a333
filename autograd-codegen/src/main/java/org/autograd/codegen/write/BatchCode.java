package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.BatchRule;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/** Writes how an operator maps over a batch. */
final class BatchCode {
  private final JavaFile file;
  private final Operator op;

  BatchCode(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
  }

  /** A plain operand with batched tangents becomes a batched one before it meets one. */
  private void lift(String name, boolean inplace) {
    List<String> lists = new ArrayList<>();
    List<String> single = new ArrayList<>();
    for (Argument a : Params.tensors(op)) {
      if (!inplace || !Params.name(a).equals(Params.first(op))) {
        (a.type().isTensorList() ? lists : single).add(Params.name(a));
      }
    }
    if (single.isEmpty() && lists.isEmpty() || !inplace && lists.isEmpty() && single.size() == 1) {
      return;
    }
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < single.size(); i += 3) {
      asked.add(String.join(", ", single.subList(i, Math.min(i + 3, single.size()))));
    }
    asked.addAll(lists);
    String lifts =
        asked.stream().map(s -> "batch.lifts(" + s + ")").collect(Collectors.joining(" || "));
    String args =
        op.args().stream()
            .map(Params::name)
            .map(n -> single.contains(n) || lists.contains(n) ? "batch.lifted(" + n + ")" : n)
            .collect(Collectors.joining(", "));
    file.line("if (" + lifts + ") {");
    file.line("return " + name + "(" + args + ");").line("}");
  }

  private void begin() {
    file.line("ThreadState state = ThreadState.current();");
    List<String> single = new ArrayList<>();
    String code = null;
    for (Argument a : Params.tensors(op)) {
      if (a.type().isTensorList()) {
        code = join(code, "BatchLevel.of(" + Params.name(a) + ")");
      } else {
        single.add(Params.name(a));
      }
    }
    for (int i = 0; i < single.size(); i += 3) {
      List<String> part = single.subList(i, Math.min(i + 3, single.size()));
      code = join(code, "BatchLevel.of(" + String.join(", ", part) + ")");
    }
    if (op.entry().nondeterministic()) {
      code = join(code, "BatchLevel.innermost(state)");
    }
    file.line("BatchLevel batch = " + code + ";");
    file.line("if (batch != null) {");
  }

  private static String join(String before, String code) {
    return before == null ? code : "BatchLevel.inner(" + before + ", " + code + ")";
  }

  private void outside() {
    file.line("Mode before = batch.outside(state);").line("try {");
  }

  private void end() {
    file.line("} finally {").line("state.mode = before;").line("}").line("}");
  }

  /** What cannot be right for the whole batch is said of one element, in its shapes. */
  private void errors(String name, boolean inplace) {
    if (op.entry().nondeterministic()) {
      return;
    }
    boolean[] first = {inplace};
    String args =
        op.args().stream()
            .map(a -> {
              if (!a.type().isTensor()) {
                return Params.name(a);
              }
              String element = "batch.element(" + Params.name(a) + ", i)";
              if (first[0]) {
                first[0] = false;
                return element + ".clone()";
              }
              return element;
            })
            .collect(Collectors.joining(", "));
    file.line("} catch (AutogradException | IllegalArgumentException e) {");
    file.line("throw BatchErrors.ofElement(batch, e, i -> Operators." + name + "(" + args + "));");
  }

  void functional() {
    begin();
    lift(op.javaName(), false);
    scalars();
    outside();
    rule();
    errors(op.javaName(), false);
    end();
  }

  private void rule() {
    String call =
        switch (op.batch()) {
          case BatchRule.Pointwise p ->
              "Operators."
                  + op.javaName()
                  + "("
                  + aligned(isFloating() ? "alignedFloating" : "aligned")
                  + ")";
          case BatchRule.Shifted s ->
              "Operators." + op.javaName() + "(" + shifted(s, "batch.front") + ")";
          case BatchRule.Method m -> {
            file.known(NodeWriter.PACKAGE, m.name().split("\\.")[0]);
            yield m.name() + "(batch, " + Params.passed(op) + ")";
          }
        };
    if (op.result().kind() == Result.Kind.NAMED) {
      boolean array = op.batch() instanceof BatchRule.Method;
      file.line((array ? "Tensor[]" : op.resultClass()) + " results = " + call + ";");
      List<String> parts = new ArrayList<>();
      for (String name : op.result().names()) {
        String part = array ? "[" + parts.size() + "]" : "." + Names.camel(name) + "()";
        parts.add(element("results" + part));
      }
      file.line("return new " + op.resultClass() + "(" + String.join(", ", parts) + ");");
    } else {
      file.line("return " + element(call) + ";");
    }
  }

  /** What stands for one element of a value: laid out as the operator does it for one alone. */
  private String element(String value) {
    if (op.kind() == Kind.VIEW) {
      String self = Params.first(op);
      return "batch.view(" + self + ", " + value + ", " + viewLayout() + ")";
    }
    String layout = layout();
    return "batch.result(" + value + (layout == null ? "" : ", " + layout) + ")";
  }

  private String viewLayout() {
    file.known("org.autograd.ops", op.implementation().split("\\.")[0]);
    return op.implementation() + "(Raw.layout(" + Params.first(op) + ")" + Params.rest(op) + ")";
  }

  /** The layout of a result on one element alone; null for row-major. */
  private String layout() {
    String rule = op.entry().layout() == null ? null : op.entry().layout().value();
    if (rule == null && op.kind() != Kind.POINTWISE) {
      return null;
    }
    if (rule == null || rule.equals(Entry.ELEMENTWISE)) {
      file.known("org.autograd.ops", "Broadcast");
      String names =
          Params.tensors(op).stream().map(Params::name).collect(Collectors.joining(", "));
      return Params.tensors(op).size() == 1
          ? "Broadcast.layout(" + names + ")"
          : "BatchSupport.layout(\"" + op.javaName() + "\", " + isFloating() + ", " + names + ")";
    }
    if (rule.equals(Entry.SELF)) {
      return "Raw.layout(" + Params.first(op) + ").fresh()";
    }
    file.known("org.autograd.ops", rule.split("\\.")[0]);
    return rule + "(" + Params.passed(op) + ")";
  }

  /** Tells whether the operator computes in floating point numbers, also on integers. */
  private boolean isFloating() {
    return op.entry().result() != null && op.entry().result().value().equals("float");
  }

  /** The operands with the batch in front of as many dimensions as the widest one has. */
  private String aligned(String method) {
    List<Argument> tensors = Params.tensors(op);
    if (tensors.size() == 1) {
      return op.args().stream()
          .map(a -> a.type().isTensor() ? "batch.front(" + Params.name(a) + ")" : Params.name(a))
          .collect(Collectors.joining(", "));
    }
    file.line(
        "Tensor[] operands = BatchSupport."
            + method
            + "(batch, "
            + tensors.stream().map(Params::name).collect(Collectors.joining(", "))
            + ");");
    List<String> passed = new ArrayList<>();
    int at = 0;
    for (Argument a : op.args()) {
      passed.add(a.type().isTensor() ? "operands[" + at++ + "]" : Params.name(a));
    }
    return String.join(", ", passed);
  }

  private String shifted(BatchRule.Shifted rule, String front) {
    String rank = rank();
    return op.args().stream()
        .map(a -> {
          BatchRule.Role role = rule.roles().get(a.name());
          if (role == null) {
            return a.type().isTensor() ? front + "(" + Params.name(a) + ")" : Params.name(a);
          }
          String what = role == BatchRule.Role.SIZES ? "batch" : "\"" + op.javaName() + "\"";
          return "BatchSupport."
              + role.method()
              + "("
              + what
              + ", "
              + Params.name(a)
              + (role == BatchRule.Role.SIZES ? "" : ", " + rank)
              + ")";
        })
        .collect(Collectors.joining(", "));
  }

  /** The number of dimensions of one element of the first operand, or of what it is made into. */
  private String rank() {
    for (Argument a : op.args()) {
      if (op.batch() instanceof BatchRule.Shifted s
          && s.roles().get(a.name()) == BatchRule.Role.SIZES) {
        return Params.name(a) + ".length";
      }
    }
    Argument first = Params.tensors(op).get(0);
    return first.type().isTensorList()
        ? "BatchSupport.rank(" + Params.name(first) + ")"
        : Params.name(first) + ".dim()";
  }

  /** Zero-dimensional operands accept dimension 0: they get one, and the results lose it again. */
  private void scalars() {
    if (!(op.batch() instanceof BatchRule.Shifted s)
        || op.result().kind() == Result.Kind.LIST
        || s.roles().values().stream()
            .noneMatch(r -> r == BatchRule.Role.DIM || r == BatchRule.Role.DIMS)
        || Params.tensors(op).get(0).type().isTensorList()) {
      return;
    }
    file.line("if (" + rank() + " == 0) {");
    if (op.kind() == Kind.VIEW) {
      // Some views of a vector are none of a tensor without dimensions.
      file.line(viewLayout() + ";");
    }
    String args = op.args().stream().map(a -> raised(a, s)).collect(Collectors.joining(", "));
    String call = "Operators." + op.javaName() + "(" + args + ")";
    if (op.result().kind() == Result.Kind.NAMED) {
      file.line(op.resultClass() + " vectors = " + call + ";");
      String parts =
          op.result().names().stream()
              .map(n -> "BatchSupport.scalar(vectors." + Names.camel(n) + "())")
              .collect(Collectors.joining(", "));
      file.line("return new " + op.resultClass() + "(" + parts + ");");
    } else {
      file.line("return BatchSupport.scalar(" + call + ");");
    }
    file.line("}");
  }

  private String raised(Argument a, BatchRule.Shifted rule) {
    String name = Params.name(a);
    if (a.type().isTensor()) {
      return "BatchSupport.vector(" + name + ")";
    }
    BatchRule.Role role = rule.roles().get(a.name());
    if (role == null) {
      return name;
    }
    return switch (role) {
      case SIZES -> "new long[] {1}";
      case DIM -> "BatchSupport.scalarDim(\"" + op.javaName() + "\", " + name + ")";
      case DIMS -> "BatchSupport.scalarDims(\"" + op.javaName() + "\", " + name + ")";
      case NEW_DIM, PERMUTATION -> name;
    };
  }

  /** The arguments, with copies of operands in the memory that is about to change. */
  private String originals() {
    String self = Params.first(op);
    List<String> given = new ArrayList<>();
    for (Argument a : op.args()) {
      String name = Params.name(a);
      boolean other = a.type().isTensor() && !name.equals(self);
      given.add(other ? "LayerSupport.original(" + self + ", " + name + ")" : name);
    }
    return String.join(", ", given);
  }

  void inplace(String name) {
    begin();
    lift(name, true);
    String self = Params.first(op);
    if (op.batch() instanceof BatchRule.Pointwise) {
      file.line("Adoption.prepare(\"" + name + "\", batch, " + self + ");");
      outside();
      file.line("Operators." + name + "(" + aligned("alignedInto") + ");");
    } else if (op.isInplace()) {
      outside();
      String method = ((BatchRule.Method) op.batch()).name();
      file.known(NodeWriter.PACKAGE, method.split("\\.")[0]);
      file.line(method + "(batch, " + Params.passed(op) + ");");
    } else {
      file.line("Mode before = state.mode;").line("try {");
      String call = "Operators." + op.javaName() + "(" + originals() + ")";
      file.line("Tensor result = " + call + ";");
      file.line("Adoption.prepare(\"" + name + "\", batch, " + self + ");");
      file.line("Operators.copy_(" + self + ", result);");
    }
    file.line("return " + self + ";");
    errors(name, true);
    end();
  }
}
