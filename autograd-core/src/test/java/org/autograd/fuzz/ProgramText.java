package org.autograd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Programs as lines of Java; operators are those of {@code org.autograd.formula.Operators}. */
final class ProgramText {
  private final StringBuilder text = new StringBuilder();

  private ProgramText() {}

  static String of(Program p) {
    ProgramText t = new ProgramText();
    for (Program.Leaf l : p.leaves()) {
      t.line(
          "",
          "Tensor v"
              + l.id()
              + " = leaf(\""
              + l.specification()
              + "\", arrangement "
              + l.arrangement()
              + "); // "
              + values(l.make(p.seed())));
    }
    p.steps().forEach(s -> t.step("", s));
    t.line("", "return List.of(" + names(p.outputs()) + ");");
    return t.text.toString();
  }

  private static String values(org.autograd.Tensor t) {
    return t.shape()
        + " "
        + Arrays.toString(
            Arrays.stream(org.autograd.ops.OperatorTable.values(t))
                .mapToObj(x -> String.format("%.3g", x))
                .toArray());
  }

  private void line(String indent, String line) {
    text.append(indent).append(line).append('\n');
  }

  private static String name(int id) {
    return "v" + id;
  }

  private static String names(List<Integer> ids) {
    return ids.stream().map(ProgramText::name).collect(Collectors.joining(", "));
  }

  private void step(String indent, Step step) {
    switch (step) {
      case Step.Constant s ->
          line(
              indent,
              "Tensor "
                  + name(s.id())
                  + " = constant(\""
                  + s.specification()
                  + "\", "
                  + s.seed()
                  + "L);"
                  + (s.specification().startsWith("[")
                      ? ""
                      : " // "
                          + values(
                              org.autograd.ops.OperatorTable.tensor(s.specification(), s.seed()))));
      case Step.Apply s -> apply(indent, s);
      case Step.Custom s ->
          line(indent, "Tensor " + name(s.id()) + " = " + s.kind() + "(" + names(s.reads()) + ");");
      case Step.Hook s -> {
        line(indent, "Tensor " + name(s.id()) + " = " + name(s.of()) + ".clone();");
        line(indent, name(s.id()) + ".registerHook(g -> g.mul(" + s.factor() + "));");
      }
      case Step.Branch s ->
          line(
              indent,
              "Tensor "
                  + names(s.results())
                  + " = "
                  + name(s.condition())
                  + ".sum().item() > 0 ? "
                  + call(s.positive())
                  + " : "
                  + call(s.negative())
                  + ";");
      case Step.Block s -> block(indent, s);
    }
  }

  private void apply(String indent, Step.Apply s) {
    String call = call(s);
    if (s.inplace()) {
      line(indent, s.noGrad() ? "GradMode.noGrad(() -> " + call + ");" : call + ";");
      return;
    }
    String right = s.noGrad() ? "GradMode.noGrad(() -> " + call + ")" : call;
    line(
        indent,
        (s.results().size() == 1 ? "Tensor " + names(s.results()) : "[" + names(s.results()) + "]")
            + " = "
            + right
            + ";");
  }

  private static String call(Step.Apply s) {
    StringJoiner args = new StringJoiner(", ", "(", ")");
    for (Object a : s.args()) {
      args.add(argument(a));
    }
    String name = s.op().name().replaceAll("_?(\\..*)?$", "");
    return "Operators." + name + (s.inplace() ? "_" : "") + args;
  }

  private static String argument(Object a) {
    return switch (a) {
      case null -> "null";
      case Step.Ref r -> name(r.id());
      case Step.Ref[] list ->
          Arrays.stream(list)
              .map(r -> name(r.id()))
              .collect(Collectors.joining(", ", "new Tensor[] {", "}"));
      case int[] i -> "new int[] " + braces(Arrays.toString(i));
      case long[] i -> "new long[] " + braces(Arrays.toString(i));
      case Long i -> i + "L";
      case String s -> "\"" + s + "\"";
      case org.autograd.Scalar s -> "Scalar.of(" + s.toDouble() + ")";
      case Enum<?> e -> e.getDeclaringClass().getSimpleName() + "." + e.name();
      default -> a.toString();
    };
  }

  private static String braces(String array) {
    return "{" + array.substring(1, array.length() - 1) + "}";
  }

  private void block(String indent, Step.Block s) {
    List<String> with = new ArrayList<>();
    s.inputs().forEach(i -> with.add(name(i)));
    line(
        indent,
        "[" + names(s.results()) + "] = " + s.kind() + "((" + names(s.parameters()) + ") -> {");
    s.body().forEach(b -> step(indent + "  ", b));
    line(indent + "  ", "return List.of(" + names(s.inner()) + ");");
    line(indent, "}).apply(" + String.join(", ", with) + ");");
  }
}
