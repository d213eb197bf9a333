package org.autograd.codegen.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Model;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.table.Result;

/** Writes the records that operators with several named results return. */
final class ResultWriter {
  private static final String PACKAGE = "org.autograd";

  private ResultWriter() {}

  static void write(Model model, Output output) {
    Map<String, Result> classes = new LinkedHashMap<>();
    for (Operator op : model.operators()) {
      if (op.result().kind() == Result.Kind.NAMED
          && !model.sources().hasClass(PACKAGE, op.resultClass())) {
        classes.putIfAbsent(op.resultClass(), op.result());
      }
    }
    classes.forEach((name, result) ->
        output.add(Output.Root.MAIN, JavaFile.path(PACKAGE, name), text(name, result)));
  }

  private static String text(String name, Result result) {
    JavaFile file = new JavaFile(PACKAGE);
    file.line("/**");
    file.line(" * The results of an operator that gives several.");
    file.line(" *");
    for (String output : result.names()) {
      file.line(" * @param " + Names.camel(output) + " the " + output.replace('_', ' '));
    }
    file.line(" */");
    String components =
        result.names().stream()
            .map(n -> "Tensor " + Names.camel(n))
            .collect(Collectors.joining(", "));
    file.line("public record " + name + "(" + components + ") {}");
    return file.text();
  }
}
