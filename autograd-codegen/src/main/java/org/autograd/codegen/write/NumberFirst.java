package org.autograd.codegen.write;

import java.util.List;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;

/** Writes the static overloads whose first operand is a number, as in {@code 2 - x}. */
final class NumberFirst {
  private final JavaFile file;
  private final Operator op;

  NumberFirst(JavaFile file, Operator op) {
    this.file = file;
    this.op = op;
  }

  void write() {
    String self = Names.camel(op.args().get(0).name());
    String other = Names.camel(op.args().get(1).name());
    for (String number : List.of("long", "double")) {
      file.blank();
      Javadoc.write(
          file,
          op,
          "The first operand is a number.",
          List.of(),
          List.of("@param " + self + " the number", "@param " + other + " the other operand"),
          Javadoc.returns(op));
      file.line(
          "public static Tensor "
              + op.javaName()
              + "("
              + number
              + " "
              + self
              + ", Tensor "
              + other
              + ") {");
      file.line(
          "return Operators."
              + op.javaName()
              + "(Types.wrap("
              + other
              + ", "
              + self
              + "), "
              + other
              + ");");
      file.line("}");
    }
  }
}
