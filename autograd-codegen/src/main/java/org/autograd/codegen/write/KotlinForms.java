package org.autograd.codegen.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.autograd.codegen.formula.Names;
import org.autograd.codegen.model.Operator;
import org.autograd.codegen.model.Variant;
import org.autograd.codegen.table.ArgType;
import org.autograd.codegen.table.Argument;
import org.autograd.codegen.table.Entry.Implementation.Kind;

/**
 * Writes the Kotlin forms of methods whose Java form Kotlin cannot call well: options by name, and
 * sizes and positions as {@code Int}, which Kotlin does not widen.
 */
final class KotlinForms {
  /** Names that are keywords in Kotlin, with the name that stands for them there. */
  private static final Map<String, String> KEYWORDS = Map.of("var", "variance");

  private final Operator op;
  private final List<String> functions = new ArrayList<>();

  private KotlinForms(Operator op) {
    this.op = op;
  }

  /** Returns the functions of an operator, without documentation. */
  static List<String> of(Operator op) {
    KotlinForms forms = new KotlinForms(op);
    forms.all();
    return forms.functions;
  }

  private void all() {
    List<Argument> args = op.args();
    boolean keeps = args.size() > 2 && args.get(args.size() - 1).name().equals("keepdim");
    if (keeps && args.get(args.size() - 2).type() == ArgType.CORRECTION) {
      corrected();
    } else if (keeps && args.size() == 3) {
      keeping(args.get(1).type());
    }
    if (!op.has(Variant.METHOD)) {
      return;
    }
    ints(op.javaName());
    if (op.has(Variant.INPLACE)) {
      ints(op.javaName() + "_");
    }
    if (op.kind() == Kind.VIEW) {
      ints(op.javaName() + "Copy");
    }
  }

  private void corrected() {
    String name = KEYWORDS.getOrDefault(op.javaName(), op.javaName());
    String call = "`" + op.javaName() + "`(if (dim.isEmpty()) null else dim, %s, keepDim)";
    add(
        name + "(vararg dim: Int, correction: Number = 1, keepDim: Boolean = false)",
        String.format(call, "Correction.of(correction.toDouble())"));
    add(
        name + "(vararg dim: Int, correction: Correction, keepDim: Boolean = false)",
        String.format(call, "correction"));
  }

  private void keeping(ArgType dim) {
    String name = op.javaName();
    switch (dim) {
      case INTS -> add(name + "(vararg dim: Int, keepDim: Boolean)", name + "(dim, keepDim)");
      case INT, OPT_INT -> add(name + "(dim: Int, keepDim: Boolean)", name + "(dim, keepDim)");
      default -> {}
    }
  }

  /** Adds the overloads that take each long argument as an {@code Int}. */
  private void ints(String name) {
    int count = op.args().size();
    do {
      List<Argument> given = op.args().subList(1, count);
      if (given.stream().anyMatch(a -> isLong(a.type()))) {
        List<String> params = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Argument a : given) {
          boolean last = a == given.get(given.size() - 1);
          params.add(param(a, last));
          values.add(value(a, last));
        }
        add(
            name + "(" + String.join(", ", params) + ")",
            name + "(" + String.join(", ", values) + ")");
      }
      count--;
    } while (count > 1 && op.args().get(count).hasDefault());
  }

  private static boolean isLong(ArgType type) {
    return switch (type) {
      case LONG, OPT_LONG, LONGS, OPT_LONGS -> true;
      default -> false;
    };
  }

  private static String param(Argument a, boolean last) {
    String name = Names.camel(a.name());
    return switch (a.type()) {
      case INT, LONG, OPT_LONG -> name + ": Int";
      case OPT_INT -> name + ": Int?";
      case INTS, LONGS, OPT_LONGS -> last ? "vararg " + name + ": Int" : name + ": IntArray";
      case BOOL -> name + ": Boolean";
      case DOUBLE, OPT_DOUBLE -> name + ": Double";
      case OPT_TENSOR -> name + ": Tensor?";
      case TENSOR, REDUCTION, DTYPE, STRING -> name + ": " + a.type().java();
      default ->
          throw new IllegalArgumentException(
              "no Kotlin form has an argument of type " + a.type().table());
    };
  }

  private static String value(Argument a, boolean last) {
    String name = Names.camel(a.name());
    return switch (a.type()) {
      case LONG, OPT_LONG -> name + ".toLong()";
      case LONGS, OPT_LONGS -> (last ? "*" : "") + "longs(" + name + ")";
      case INTS -> (last ? "*" : "") + name;
      default -> name;
    };
  }

  private void add(String head, String call) {
    String result =
        switch (op.result().kind()) {
          case ONE -> "Tensor";
          case LIST -> "List<Tensor>";
          case NAMED -> op.resultClass();
        };
    functions.add("public fun Tensor." + head + ": " + result + " = " + call);
  }
}
