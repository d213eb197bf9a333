package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Argument;

/** Writes the public static methods that work on lists of tensors. */
final class ForeachMethods {
  private final JavaFile file;
  private final Operator op;

  ForeachMethods(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
  }

  void write() {
    List<String> kinds = new ArrayList<>();
    kinds.add(null);
    kinds.addAll(ForeachCode.numbers(op));
    for (String number : kinds) {
      method(number, false);
      if (op.has(Variant.INPLACE)) {
        method(number, true);
      }
    }
  }

  private void method(String number, boolean inplace) {
    file.blank();
    String extra =
        inplace
            ? "Applied to each element of the lists, in place. All are checked before one changes; if"
                + " saved-tensor hooks fail for one, those before it have changed."
            : "Applied to each element of the lists.";
    List<String> params = new ArrayList<>();
    List<String> docs = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Argument a : op.args()) {
      String name = Names.camel(a.name());
      boolean isNumber = number != null && a.name().equals(op.scalarArg());
      boolean list = a.type().isTensor() && !isNumber;
      params.add((isNumber ? number : list ? "List<Tensor>" : a.type().java()) + " " + name);
      docs.add(
          "@param "
              + name
              + (list ? " tensors, as many as in the other lists" : " the same for all"));
      values.add(list ? name + ".toArray(new Tensor[0])" : name);
    }
    Javadoc.write(file, op, extra, List.of(), docs, inplace ? null : "the results, in order");
    String name = ForeachCode.name(op) + (inplace ? "_" : "");
    String call = values.stream().collect(Collectors.joining(", ", "Operators." + name + "(", ")"));
    file.line(
        "public static "
            + (inplace ? "void" : "List<Tensor>")
            + " "
            + name
            + "("
            + String.join(", ", params)
            + ") {");
    file.line(inplace ? call + ";" : "return List.of(" + call + ");");
    file.line("}");
  }
}
