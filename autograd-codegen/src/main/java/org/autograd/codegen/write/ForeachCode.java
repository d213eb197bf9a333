package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.SavedAttribute;
import org.autograd.codegen.model.SavedAttribute.Source;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Argument;

/** Writes the forms of an operator that work on lists of tensors. */
final class ForeachCode {
  private final JavaFile file;
  private final Operator op;

  ForeachCode(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
  }

  /** Returns the name of the form on lists. */
  static String name(Operator op) {
    return "foreach" + Names.upperCamel(op.javaName());
  }

  /** Returns the number types that can stand for the second list, perhaps none. */
  static List<String> numbers(Operator op) {
    return op.has(Variant.SCALAR) ? List.of("long", "double") : List.of();
  }

  void entryPoints() {
    List<String> kinds = new ArrayList<>();
    kinds.add(null);
    kinds.addAll(numbers(op));
    for (String number : kinds) {
      functional(number);
      if (op.has(Variant.INPLACE)) {
        inplace(number);
      }
    }
  }

  private void functional(String number) {
    file.blank();
    file.line("/** Applies {@code " + op.javaName() + "} to each element of the lists. */");
    file.line("public static Tensor[] " + name(op) + "(" + params(number) + ") {");
    checkLengths(name(op), number);
    String self = Params.first(op);
    file.line("Tensor[] results = new Tensor[" + self + ".length];");
    file.line("for (int i = 0; i < results.length; i++) {");
    file.line("results[i] = " + op.javaName() + "(" + elements(number) + ");");
    file.line("}").line("return results;").line("}");
  }

  private void inplace(String number) {
    String name = name(op) + "_";
    String self = Params.first(op);
    file.blank();
    file.line("/** Applies {@code " + op.javaName() + "_} to each element of the lists. */");
    file.line("public static void " + name + "(" + params(number) + ") {");
    checkLengths(name, number);
    file.line("ThreadState state = ThreadState.current();");
    file.line("for (int i = 0; i < " + self + ".length; i++) {");
    String operands =
        Params.tensors(op).stream()
            .skip(1)
            .filter(a -> number == null || !a.name().equals(op.scalarArg()))
            .map(a -> ", " + Names.camel(a.name()) + "[i]")
            .collect(Collectors.joining());
    file.line("Record.checkInplace(\"" + name + "\", state, " + self + "[i]" + operands + ");");
    checkElement(name, number);
    file.line("}");
    for (Argument a : Params.tensors(op)) {
      if (!a.name().equals(op.args().get(0).name())
          && (number == null || !a.name().equals(op.scalarArg()))) {
        String list = Names.camel(a.name());
        file.line(list + " = NodeSupport.readFirst(" + self + ", " + list + ");");
      }
    }
    file.line("for (int i = 0; i < " + self + ".length; i++) {");
    file.line(op.javaName() + "_(" + elements(number) + ");");
    file.line("}").line("}");
  }

  /** Writes the checks of one element, which all come before the first change. */
  private void checkElement(String name, String number) {
    file.known("org.autograd.ops", "Overlap");
    String self = Params.first(op) + "[i]";
    String check =
        "Pointwise." + op.javaName() + "Check(\"" + name + "\", " + self + ", " + elements(number);
    String others =
        Params.tensors(op).stream()
            .skip(1)
            .filter(a -> number == null || !a.name().equals(op.scalarArg()))
            .map(a -> ", " + element(a, number))
            .collect(Collectors.joining());
    if (others.isEmpty()) {
      file.line(check + ");");
    } else {
      file.line("Overlap.check(\"" + name + "\", " + check + "), " + self + others + ");");
    }
    if (op.info() == null) {
      return;
    }
    for (SavedAttribute s : op.info().savedInPlace(op.args().get(0).name())) {
      if (s.source() == Source.INPUT && !(number != null && s.variable().equals(op.scalarArg()))) {
        String users =
            op.info().users(s).stream()
                .filter(i -> number == null || !i.name().equals(op.scalarArg()))
                .map(i -> ", " + Names.camel(i.name()) + "[i]")
                .collect(Collectors.joining());
        file.line("if (Record.on(state" + users + ")) {");
        file.line("SavedTensor.check(" + Names.camel(s.variable()) + "[i]);").line("}");
      }
    }
  }

  private String params(String number) {
    return op.args().stream().map(a -> param(a, number)).collect(Collectors.joining(", "));
  }

  private String param(Argument a, String number) {
    String name = Names.camel(a.name());
    if (number != null && a.name().equals(op.scalarArg())) {
      return number + " " + name;
    }
    return a.type().java() + (a.type().isTensor() ? "[] " : " ") + name;
  }

  private String elements(String number) {
    return op.args().stream().map(a -> element(a, number)).collect(Collectors.joining(", "));
  }

  private String element(Argument a, String number) {
    String name = Names.camel(a.name());
    if (number != null && a.name().equals(op.scalarArg())) {
      return "Types.wrap(" + Params.first(op) + "[i], " + name + ")";
    }
    return a.type().isTensor() ? name + "[i]" : name;
  }

  private void checkLengths(String name, String number) {
    for (Argument a : Params.tensors(op)) {
      if (!a.name().equals(op.args().get(0).name())
          && (number == null || !a.name().equals(op.scalarArg()))) {
        file.line(
            "NodeSupport.checkLengths(\""
                + name
                + "\", "
                + Params.first(op)
                + ", "
                + Names.camel(a.name())
                + ");");
      }
    }
  }
}
