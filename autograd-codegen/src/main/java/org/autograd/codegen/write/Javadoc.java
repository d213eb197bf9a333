package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;
import org.autograd.codegen.table.Result;

/** Writes the documentation of public methods from the entries. */
final class Javadoc {
  private static final int WIDTH = 94;

  private Javadoc() {}

  /**
   * Writes a comment.
   *
   * @param extra a sentence about the form, or empty
   * @param params the parameters that the method has
   * @param returns what it returns, null for nothing
   */
  static void write(
      JavaFile file,
      Operator op,
      String extra,
      List<Argument> params,
      List<String> more,
      String returns) {
    file.line("/**");
    for (String line :
        wrap(html(op.entry().doc().value()) + (extra.isEmpty() ? "" : " " + extra))) {
      file.line(" * " + line);
    }
    String types = types(op);
    if (!types.isEmpty()) {
      file.line(" *");
      file.line(" * <p>" + types);
    }
    file.line(" *");
    for (Argument a : params) {
      paragraph(file, "@param " + Names.camel(a.name()) + " " + describe(op, a));
    }
    for (String m : more) {
      paragraph(file, m);
    }
    if (returns != null) {
      paragraph(file, "@return " + returns);
    }
    paragraph(file, "@throws AutogradException " + problems(op));
    file.line(" */");
  }

  private static void paragraph(JavaFile file, String text) {
    boolean first = true;
    for (String line : wrap(text)) {
      file.line(" * " + (first ? "" : "    ") + line);
      first = false;
    }
  }

  static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replaceAll("`([^`]*)`", "{@code $1}");
  }

  private static List<String> wrap(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH - 6) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** Returns a sentence about shapes and dtypes, or an empty one. */
  static String types(Operator op) {
    if (op.kind() == Kind.VIEW) {
      return "The result shares this tensor's memory and has its dtype.";
    }
    if (op.kind() != Kind.POINTWISE) {
      return "";
    }
    String rule = op.entry().result() == null ? "promote" : op.entry().result().value();
    boolean several = Params.tensors(op).size() > 1;
    String shape =
        several ? "The shapes broadcast; the result" : "The result has the same shape and";
    if (rule.startsWith("same(")) {
      return shape + " has the dtype of {@code " + rule.substring(5, rule.length() - 1) + "}.";
    }
    return switch (rule) {
      case "bool" -> shape + " is bool.";
      case "float" ->
          shape
              + (several
                  ? " has the operands' promoted dtype, float32 if that is not a floating one."
                  : " the same dtype, float32 if that is not a floating one.");
      default -> shape + (several ? " has the operands' promoted dtype." : " the same dtype.");
    };
  }

  private static String problems(Operator op) {
    List<String> reasons = new ArrayList<>();
    long tensors = Params.tensors(op).stream().filter(a -> a.type() != ArgType.OPT_TENSOR).count();
    reasons.add(tensors > 1 ? "if the shapes do not fit each other" : null);
    if (!op.entry().dtypes().isEmpty()) {
      List<String> kinds = op.entry().dtypes().stream().map(Object::toString).toList();
      reasons.add(
          "if the dtype is not " + String.join(", ", kinds).replaceAll(", (\\w+)$", " or $1"));
    }
    reasons.removeIf(java.util.Objects::isNull);
    return reasons.isEmpty()
        ? "if an argument does not fit the tensor's shape or dtype"
        : String.join(", or ", reasons);
  }

  private static String describe(Operator op, Argument a) {
    String what =
        switch (a.type()) {
          case TENSOR -> tensor(a.name());
          case OPT_TENSOR -> tensor(a.name()) + ", or null for none";
          case TENSORS -> "the tensors";
          case OPT_TENSORS -> "the tensors; null elements are allowed";
          case INT ->
              a.name().startsWith("dim")
                  ? "a dimension; negative ones count from the end"
                  : number(a);
          case OPT_INT -> "a dimension, or null for all of them in one row";
          case INTS -> "the dimensions; negative ones count from the end";
          case OPT_INTS -> "the dimensions, or null for all of them";
          case LONGS, OPT_LONGS -> "the " + words(a.name()) + "s, one for each dimension or part";
          case BOOL ->
              a.name().equals("keepdim")
                  ? "whether reduced dimensions stay, with size 1"
                  : "whether " + words(a.name()) + " is wanted";
          case DTYPE, OPT_DTYPE -> "the dtype";
          case CORRECTION -> "what is taken off the number of elements";
          case REDUCTION -> "how the elements' losses are put together";
          default -> number(a);
        };
    return what;
  }

  private static String tensor(String name) {
    return switch (name) {
      case "other" -> "the other operand";
      case "mask", "condition" -> "a bool tensor";
      case "index" -> "an int64 tensor of indices";
      default -> "the " + words(name) + " tensor";
    };
  }

  private static String number(Argument a) {
    return "the " + words(a.name());
  }

  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").replace('_', ' ').toLowerCase(java.util.Locale.ROOT);
  }

  /** Says what a public method returns. */
  static String returns(Operator op) {
    return switch (op.result().kind()) {
      case ONE -> "the result";
      case LIST -> "the results, in order";
      case NAMED -> "the " + String.join(" and the ", op.result().names());
    };
  }

  static boolean list(Operator op) {
    return op.result().kind() == Result.Kind.LIST;
  }
}
