package org.autograd.codegen.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.Result;

/** Writes the Kotlin operators, and extensions where Kotlin can say more than Java. */
final class KotlinWriter {
  /** The names that Kotlin has a sign for; any other name becomes an infix function. */
  private static final Set<String> OPERATORS =
      Set.of("plus", "minus", "times", "div", "rem", "unaryMinus", "unaryPlus", "not");

  /** Each number type of Kotlin with the call that turns it into one that Java's overloads take. */
  private static final Map<String, String> NUMBERS = new LinkedHashMap<>();

  static {
    NUMBERS.put("Double", "");
    NUMBERS.put("Float", ".toDouble()");
    NUMBERS.put("Long", "");
    NUMBERS.put("Int", ".toLong()");
  }

  private final StringBuilder text = new StringBuilder();

  private KotlinWriter() {}

  static void write(Model model, Output output) {
    KotlinWriter writer = new KotlinWriter();
    writer.all(model);
    output.add(Output.Root.KOTLIN, "org/autograd/dsl/Operators.kt", writer.text.toString());
  }

  private void all(Model model) {
    line(JavaFile.NOTICE);
    line("@file:Suppress(\"EXTENSION_SHADOWED_BY_MEMBER\")");
    line("");
    line("package org.autograd.dsl");
    line("");
    for (String name : imports(model)) {
      line("import org.autograd." + name);
    }
    for (Operator op : model.operators()) {
      if (op.entry().internal()) {
        continue;
      }
      if (op.entry().kotlin() != null) {
        operator(op, op.entry().kotlin().value());
      }
      for (String form : KotlinForms.of(op)) {
        function(op.entry().doc().value(), form);
      }
    }
  }

  private static Set<String> imports(Model model) {
    Set<String> names = new TreeSet<>(Set.of("Tensor", "Tensors", "Correction", "Reduction"));
    for (Operator op : model.operators()) {
      if (!op.entry().internal() && op.result().kind() == Result.Kind.NAMED) {
        names.add(op.resultClass());
      }
    }
    return names;
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void function(String doc, String function) {
    line("");
    line("/** " + doc + " */");
    line(function);
  }

  private void operator(Operator op, String name) {
    String doc = op.entry().doc().value();
    String kind = OPERATORS.contains(name) ? "operator" : "infix";
    if (op.args().size() == 1) {
      function(doc, "public operator fun Tensor." + name + "(): Tensor = " + op.javaName() + "()");
      return;
    }
    String other = Names.camel(op.args().get(1).name());
    String head = "public " + kind + " fun ";
    function(
        doc,
        head
            + "Tensor."
            + name
            + "("
            + other
            + ": Tensor): Tensor = "
            + op.javaName()
            + "("
            + other
            + ")");
    if (!op.has(Variant.SCALAR)) {
      return;
    }
    NUMBERS.forEach((type, convert) ->
        function(
            doc,
            head
                + "Tensor."
                + name
                + "("
                + other
                + ": "
                + type
                + "): Tensor = "
                + op.javaName()
                + "("
                + other
                + convert
                + ")"));
    NUMBERS.forEach((type, convert) ->
        function(
            doc,
            head
                + type
                + "."
                + name
                + "("
                + other
                + ": Tensor): Tensor = Tensors."
                + op.javaName()
                + "(this"
                + convert
                + ", "
                + other
                + ")"));
  }
}
